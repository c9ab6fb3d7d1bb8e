import { hasSince, introducedIn } from "../../facts/versions";
import { cgroupsOf, cgroupsScript, missingControllers } from "./cgroups";
import { type Check, everywhere, findingIf, firstPrinted, type HostObservation, type PreflightFinding } from "./check";
import { isSupported, kernelScript, missingOptions } from "./kernel";
import type { PreflightSubject } from "./subject";

/** Check of kernel and control groups. Source: `SystemVerificationCheck`, kubeadm preflight/checks.go; the validators are k8s.io/system-validators. */
export const systemVerification: Check = {
	name: "SystemVerification",
	expects: `Linux of a supported release (warning), the kernel's settings, and control groups with their controllers (hugetlb and io: warning). cgroup v1 is an error for a kubelet from 1.${introducedIn.cgroupV1Refused} on, and a warning for an older one or where \`failCgroupV1\` is false`,
	on: everywhere,
	layer: "kernel",
	severity: "error or warning",
	script: () => `${kernelScript()}${cgroupsScript()}`,
	judge: (observed, subject) => [...kernel(observed, subject), ...controlGroups(observed, subject)],
	next: "uname -a; ls /proc/config.gz /boot/config-*; cat /proc/cgroups",
};

function kernel(observed: HostObservation, { kubernetesVersion }: PreflightSubject): PreflightFinding[] {
	const [os, release] = [firstPrinted(observed, "os"), firstPrinted(observed, "kernel")];
	const cgroups = cgroupsOf(observed)?.version ?? 2;
	const options = observed.printed.kernelOption ?? [];
	const missing = missingOptions({ options, kubernetesVersion, cgroups });
	return [
		...findingIf(os !== "Linux" && { expected: "Linux", got: os }),
		...findingIf(!isSupported(release) && { expected: "a kernel of 5.4, 5.10, 5.15 or 6 and later", got: release }, {
			warning: true,
		}),
		...(firstPrinted(observed, "kernelConfiguration") === ""
			? findingIf({
					expected: "the kernel's configuration in /proc/config.gz, /boot or the module configs",
					got: "none",
				})
			: findingIf(missing.length > 0 && { expected: `a kernel with ${missing.join(", ")}`, got: "one without" })),
	];
}

function controlGroups(
	observed: HostObservation,
	{ configuration, kubernetesVersion }: PreflightSubject,
): PreflightFinding[] {
	const cgroups = cgroupsOf(observed);
	if (!cgroups)
		return findingIf(
			{ expected: "control groups in /proc/mounts", got: "none" },
			{
				next: "grep cgroup /proc/mounts",
			},
		);
	const { required, optional } = missingControllers(cgroups);
	const fails = [kubernetesVersion, firstPrinted(observed, "kubelet")].every((version) =>
		hasSince(version, "cgroupV1Refused"),
	);
	const accepted = configuration.failCgroupV1 === false;
	const next = "stat -fc %T /sys/fs/cgroup; grep cgroup /proc/mounts";
	return [
		...(cgroups.version === 2
			? []
			: findingIf(
					fails && !accepted
						? {
								expected: "cgroup v2",
								got: `v1, on which a kubelet from 1.${introducedIn.cgroupV1Refused} does not start: boot with systemd.unified_cgroup_hierarchy=1, or set kubelet.failCgroupV1 to false`,
							}
						: { expected: "cgroup v2", got: "v1, which Kubernetes will not support for long" },
					{ warning: !fails || accepted, next },
				)),
		...findingIf(required.length > 0 && { expected: `the control groups ${required.join(", ")}`, got: "none" }, {
			next,
		}),
		...findingIf(optional.length > 0 && { expected: `the control groups ${optional.join(", ")} too`, got: "none" }, {
			warning: true,
			next,
		}),
	];
}
