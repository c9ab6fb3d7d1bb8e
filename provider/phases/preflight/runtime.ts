import { introducedIn, minorNumber } from "../../facts/versions";
import { serviceCommand } from "../../hosts/service";
import { type Check, everywhere, findingIf, firstPrinted } from "./check";
import { isContainerd } from "./subject";

/** Checks of the container runtime and of the kubelet. Source: kubeadm preflight/checks.go, except for CgroupDriver, which kubeadm does not have. */
export const runtime: Check[] = [
	{
		name: "CRI",
		expects: "the container runtime to answer at `criSocket`, and to be ready",
		on: everywhere,
		layer: "container runtime",
		severity: "error",
		script: () => `echo "containerd=$(${serviceCommand.activeState("containerd")})"`,
		judge: (observed, { criSocket }) => {
			const { problem } = observed.runtime;
			const state = firstPrinted(observed, "containerd");
			if (problem && isContainerd(criSocket) && state !== "active")
				return findingIf({ expected: "containerd to run", got: state || "no such service" });
			return findingIf(problem && { expected: `a container runtime at ${criSocket}`, got: problem });
		},
		next: `${serviceCommand.enableNow("containerd")}; ${serviceCommand.journal("containerd")}`,
	},
	{
		name: "ContainerRuntimeVersion",
		expects: "the container runtime to know the CRI's RuntimeConfig (an error where it does not answer at all)",
		on: everywhere,
		since: "runtimeConfigCheck",
		layer: "container runtime",
		severity: "error or warning",
		judge: ({ runtime: { answers, tellsConfiguration } }) => [
			...findingIf(!answers && { expected: "an answer of the container runtime", got: "none" }),
			...findingIf(
				tellsConfiguration === false && {
					expected: "a container runtime that tells the kubelet its cgroup driver (RuntimeConfig)",
					got: `an older one, with which a kubelet from 1.${introducedIn.runtimeConfigRequired} on does not work`,
				},
				{ warning: true },
			),
		],
		next: "containerd --version",
		afterwards: "install containerd 2.0 or later",
	},
	{
		name: "KubeletVersion",
		expects: "a kubelet of the cluster's minor release, or one that is up to three older",
		on: everywhere,
		layer: "kubelet",
		severity: "error",
		script: () => `echo "kubelet=$(kubelet --version 2>/dev/null | sed 's/^Kubernetes //')"`,
		judge: (observed, { kubernetesVersion }) => {
			const kubelet = firstPrinted(observed, "kubelet");
			if (!kubelet) return findingIf({ expected: "the kubelet's binary on PATH", got: "none" });
			const [wanted, got] = [minorNumber(kubernetesVersion), minorNumber(kubelet)];
			return findingIf(
				(got > wanted || got < wanted - 3) && {
					expected: `a kubelet of 1.${wanted} (or up to three minor releases older)`,
					got: kubelet,
				},
			);
		},
		next: `kubelet --version; ${serviceCommand.show("kubelet")}`,
		afterwards: "install the kubelet package of the cluster's release",
	},
	{
		name: "CgroupDriver",
		expects:
			"the kubelet and containerd to have one cgroup driver, where a containerd before 2.0 does not tell the kubelet its own",
		on: everywhere,
		ours: true,
		layer: "cgroup driver",
		severity: "error",
		script: () =>
			`echo "systemdCgroup=$(containerd config dump 2>/dev/null | sed -n 's/^ *SystemdCgroup = //p' | tail -n 1)"`,
		judge: (observed, { configuration }) => {
			// Source: `getCgroupDriverFromCRI`, cmd/kubelet/app/server.go.
			if (observed.runtime.tellsConfiguration) return [];
			const systemdCgroup = firstPrinted(observed, "systemdCgroup");
			if (systemdCgroup !== "true" && systemdCgroup !== "false") return [];
			const runtimes = systemdCgroup === "true" ? "systemd" : "cgroupfs";
			const kubelets = configuration.cgroupDriver ?? "systemd";
			return findingIf(
				runtimes !== kubelets && {
					expected: "the kubelet and containerd to have one cgroup driver",
					got: `${kubelets} and ${runtimes}`,
				},
			);
		},
		next: "grep -n SystemdCgroup /etc/containerd/config.toml",
		afterwards: "set kubelet.cgroupDriver in the program, or SystemdCgroup there and restart containerd",
	},
];
