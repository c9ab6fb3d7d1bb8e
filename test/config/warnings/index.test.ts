import { describe, expect, it } from "vitest";
import type { ClusterSpec } from "../../../provider/config/cluster";
import type { NodeSpec } from "../../../provider/config/node";
import { configurationWarnings, ignoredWarningProblems, type WarningName } from "../../../provider/config/warnings";
import { UNKNOWN } from "../../../provider/facts/unknown";

const v6 = { podSubnet: "2001:db8:2::/56", serviceSubnet: "2001:db8:1::/112" };
const sound: ClusterSpec = { kubernetesVersion: "1.37.2", networking: { podSubnet: "10.244.0.0/16" } };

describe("a configuration without a mistake", () => {
	it.each<[string, Partial<ClusterSpec>, NodeSpec]>([
		["nothing but its version and its pod subnet", {}, {}],
		["a flag that its component has", { apiServer: flags("profiling=false") }, {}],
		["a flag with underscores", { controllerManager: flags("concurrent_rc_syncs=2", "bind_address=0.0.0.0") }, {}],
		["a label that a kubelet may set", {}, kubelet("node-labels=node.kubernetes.io/pool=a,team=b")],
		["an address of the family of the first service subnet", {}, at("192.0.2.11")],
		["an address that the host chooses", { networking: v6 }, at("0.0.0.0")],
		["a file in a folder that kubeadm mounts", { apiServer: flags("oidc-ca-file=/etc/kubernetes/pki/oidc.crt") }, {}],
		[
			"a file in a folder that the user mounts",
			{ apiServer: { ...flags("audit-policy-file=/etc/audit/policy.yaml"), extraVolumes: [mount("/etc/audit")] } },
			{},
		],
		[
			"a file of a pod that has patches, which may mount it",
			{ apiServer: flags("audit-policy-file=/etc/audit/policy.yaml") },
			{ patches: [{ target: "kube-apiserver", patch: "{}" }] },
		],
		["its certificates elsewhere", { certificatesDir: "/pki", apiServer: flags("oidc-ca-file=/pki/oidc.crt") }, {}],
		["fields that are not known yet", { apiServer: flags(`audit-policy-file=${UNKNOWN}`) }, at(UNKNOWN)],
		["a version that is not known yet", { kubernetesVersion: UNKNOWN, apiServer: flags("no-such-flag=1") }, {}],
	])("has no warning: %s", (_title, cluster, node) => {
		expect(warningsOf(cluster, node)).toEqual([]);
	});
});

describe("an even number of control planes", () => {
	const messages = (count: number, cluster: Partial<ClusterSpec> = sound) =>
		configurationWarnings({
			cluster,
			nodes: Array.from({ length: count }, (_, index) => ({ path: `controlPlanes[${index}]`, node: {} as NodeSpec })),
			ignore: ["FileNotMounted"],
		}).map(({ name, path, message }) => `${name} ${path}: ${message}`);

	it("is warned of with what it costs, unless etcd is elsewhere", () => {
		expect(messages(2)).toEqual([
			"EvenControlPlanes controlPlanes: 2 of them: etcd goes on as long as 2 run, so either failure stops the cluster; use 1 or 3",
		]);
		expect(messages(4)).toEqual([
			"EvenControlPlanes controlPlanes: 4 of them: etcd goes on as long as 3 run, so no more may fail than of 3; use 3 or 5",
		]);
		for (const odd of [1, 3, 5]) expect(messages(odd)).toEqual([]);
		const external = { endpoints: ["https://198.18.0.9:2379"] };
		expect(messages(2, { ...sound, etcd: { external } } as Partial<ClusterSpec>)).toEqual([]);
	});
});

describe("a warning", () => {
	it.each<[WarningName, string, RegExp, Partial<ClusterSpec>, NodeSpec]>([
		["NoPodSubnet", "networking.podSubnet", /10\.244\.0\.0\/16/, { networking: {} }, {}],
		[
			"AdvertiseAddressFamily",
			"controlPlanes[0].localAPIEndpoint.advertiseAddress",
			/^2001:db8::11 is an IPv6 address, .* \(10\.96\.0\.0\/16\) is IPv4/,
			{ networking: { ...sound.networking, serviceSubnet: "10.96.0.0/16,2001:db8:1::/112" } },
			at("2001:db8::11"),
		],
		["AdvertiseAddressFamily", "controlPlanes[0].localAPIEndpoint.advertiseAddress", /IPv4/, {}, at("2001:db8::11")],
		[
			"AdvertiseAddressFamily",
			"controlPlanes[0].localAPIEndpoint.advertiseAddress",
			/^192\.0\.2\.11 is an IPv4/,
			{ networking: v6 },
			at("192.0.2.11"),
		],
		["FlagWithDashes", "scheduler.extraArgs[0].name", /: profiling$/, { scheduler: flags("--profiling=false") }, {}],
		[
			"UnknownFlag",
			"apiServer.extraArgs[1].name",
			/"audit-log-path"/,
			{ apiServer: flags("v=2", "audit-logpath=-") },
			{},
		],
		["UnknownFlag", "apiServer.extraArgs[0].name", /1\.32 was the last/, { apiServer: flags("cloud-provider=x") }, {}],
		[
			"UnknownFlag",
			"etcd.local.extraArgs[0].name",
			/has no such flag/,
			{ etcd: { local: flags("experimental-memory-mlock=true") } },
			{},
		],
		["UnknownFlag", kubeletFlag("name"), /1\.26 was the last .*CRI/, {}, kubelet("container-runtime=remote")],
		["UnknownFlag", kubeletFlag("name"), /1\.23 was the last/, {}, kubelet("network-plugin=cni")],
		["UnknownFlag", kubeletFlag("name"), /1\.34 was the last/, {}, kubelet("pod-infra-container-image=x")],
		[
			"FileNotMounted",
			"apiServer.extraArgs[0].value",
			/does not see .* apiServer\.extraVolumes$/,
			{ apiServer: flags("audit-policy-file=/etc/kubernetes/audit.yaml") },
			{},
		],
		[
			"FileNotMounted",
			"apiServer.extraArgs[0].value",
			/lost with it/,
			{ apiServer: flags("audit-log-path=/var/log/audit.log") },
			{},
		],
		[
			"FileNotMounted",
			"scheduler.extraArgs[0].value",
			/scheduler\.extraVolumes$/,
			{ scheduler: flags("config=/etc/kubernetes/pki/scheduler.yaml") },
			{},
		],
		[
			"KubeletNodeLabels",
			kubeletFlag("value"),
			/node-role/,
			{},
			kubelet("node-labels=a=b,node-role.kubernetes.io/worker="),
		],
		["KubeletNodeLabels", kubeletFlag("value"), /x\.k8s\.io\/y/, {}, kubelet("node-labels=x.k8s.io/y=")],
	])("%s stands at %s", (name, path, message, cluster, node) => {
		expect(warningsOf(cluster, node)).toEqual([{ name, path, message: expect.stringMatching(message) }]);
	});

	it("goes with the release of the cluster", () => {
		const node = kubelet("pod-infra-container-image=x");
		expect(warningsOf({ kubernetesVersion: "1.34.4" }, node)).toEqual([]);
		expect(warningsOf({ kubernetesVersion: "1.35.0" }, node)).toHaveLength(1);
		const cluster = { controllerManager: flags("concurrent-disruption-syncs=2") };
		expect(warningsOf({ ...cluster, kubernetesVersion: "1.36.0" })).toHaveLength(1);
		expect(warningsOf({ ...cluster, kubernetesVersion: "1.37.2" })).toEqual([]);
	});

	it("can be ignored by its name, all of them by `all`", () => {
		const cluster = { networking: {}, scheduler: flags("--profiling=false") };
		expect(warningsOf(cluster).map(({ name }) => name)).toEqual(["NoPodSubnet", "FlagWithDashes"]);
		expect(warningsOf(cluster, {}, ["nopodsubnet"]).map(({ name }) => name)).toEqual(["FlagWithDashes"]);
		expect(warningsOf(cluster, {}, ["all"])).toEqual([]);
	});

	it("that has no such name can't be ignored: the nearest is told", () => {
		expect(ignoredWarningProblems(["all", "NoPodSubnets", "UnknownFlag"], "ignoreWarnings")).toEqual([
			{
				path: "ignoreWarnings[1]",
				message:
					'expected one of all, NoPodSubnet, AdvertiseAddressFamily, FlagWithDashes, UnknownFlag, FileNotMounted, KubeletNodeLabels, EvenControlPlanes, got "NoPodSubnets"; did you mean "NoPodSubnet"?',
			},
		]);
	});
});

function warningsOf(cluster: Partial<ClusterSpec>, node: NodeSpec = {}, ignore: string[] = []) {
	return configurationWarnings({
		cluster: { ...sound, ...cluster },
		nodes: [{ path: "controlPlanes[0]", node }],
		ignore,
	});
}

function flags(...texts: string[]) {
	const extraArgs = texts.map((text) => {
		const at = text.indexOf("=");
		return { name: text.slice(0, at), value: text.slice(at + 1) };
	});
	return { extraArgs };
}

function kubelet(flag: string): NodeSpec {
	return { nodeRegistration: { kubeletExtraArgs: flags(flag).extraArgs } };
}

function kubeletFlag(field: string): string {
	return `controlPlanes[0].nodeRegistration.kubeletExtraArgs[0].${field}`;
}

function at(advertiseAddress: string): NodeSpec {
	return { localAPIEndpoint: { advertiseAddress } };
}

function mount(path: string) {
	return { name: "mine", hostPath: path, mountPath: path };
}
