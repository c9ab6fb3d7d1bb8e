import { describe, expect, it } from "vitest";
import { parseKubeadmConfig } from "../../../provider/config/kubeadm";
import { type Problem, SpecError } from "../../../provider/config/problems";
import { checks, imagePull, notMade } from "../../../provider/phases/preflight/checks";

const cluster = { apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", kubernetesVersion: "v1.37.2" };
const init = { apiVersion: "kubeadm.k8s.io/v1beta4", kind: "InitConfiguration" };
const join = {
	apiVersion: "kubeadm.k8s.io/v1beta4",
	kind: "JoinConfiguration",
	discovery: { file: { kubeConfigPath: "https://198.18.0.1/discovery.conf" } },
};

const token = "abcdef.0123456789abcdef";

describe("a kubeadm configuration file", () => {
	// documentMapToJoinConfiguration takes no other document: joinconfiguration.go of 1.34.4 and 1.37.2.
	it("passes over a kubelet's settings where a node joins without a cluster beside it, and says so", () => {
		const kubelet = { apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", maxPods: 5 };
		const text = [join, kubelet].map((document) => JSON.stringify(document)).join("\n---\n");
		const { cluster: said, notes } = parseKubeadmConfig(text, { kubernetesVersion: "v1.37.2" });
		expect(said).toEqual({ kubernetesVersion: "v1.37.2" });
		expect(notes).toEqual([{ path: "KubeletConfiguration", message: expect.stringContaining("as by kubeadm") }]);
	});

	it("says a cluster, its first node, its tokens, and a node that joins", () => {
		const nodeRegistration = { name: "cp-1", taints: [] };
		const config = parse(
			{ ...init, nodeRegistration, timeouts: { discovery: "1m" }, skipPhases: ["addon"] },
			{ ...cluster, clusterName: "lab" },
			{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", maxPods: 5 },
			{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", mode: "nftables" },
			{ ...join, controlPlane: { localAPIEndpoint: { bindPort: 7443 } }, nodeRegistration: { name: "cp-2" } },
		);
		const { documents: _documents, ...said } = config;
		expect(said).toEqual({
			cluster: {
				kubernetesVersion: "v1.37.2",
				clusterName: "lab",
				kubelet: { maxPods: 5 },
				kubeProxy: { mode: "nftables" },
			},
			init: {
				name: "cp-1",
				nodeRegistration: { taints: [] },
				timeouts: { discovery: "1m" },
				skipPhases: ["addon"],
			},
			bootstrapTokens: [{}],
			join: {
				role: "control-plane",
				name: "cp-2",
				discovery: join.discovery,
				localAPIEndpoint: { bindPort: 7443 },
			},
			patchesDirectories: {},
			notes: [],
		});
	});

	it("joins a worker unless it has a controlPlane, empty or not", () => {
		expect(parse(cluster, join).join?.role).toBe("worker");
		expect(parse(cluster, { ...join, controlPlane: {} }).join?.role).toBe("control-plane");
		expect(parse(cluster, { ...join, controlPlane: null }).join?.role).toBe("worker");
	});

	it("names its folder of patches, whose patches go to the nodes that it stands at", () => {
		const patches = [{ target: "etcd", patch: "{}" }];
		const documents = [cluster, { ...init, patches: { directory: "/patches" } }, join];
		expect(parse(...documents).patchesDirectories).toEqual({ init: "/patches" });
		const config = parseKubeadmConfig(text(documents), { patches });
		expect([config.init.patches, config.join?.patches]).toEqual([patches, undefined]);
	});

	it("names the folders of both its nodes, whose patches go to each", () => {
		const [first, second] = ["1", "2"].map((name) => [{ target: "etcd", patch: `{metadata: {name: '${name}'}}` }]);
		const documents = [
			cluster,
			{ ...init, patches: { directory: "/of-init" } },
			{ ...join, patches: { directory: "/of-join" } },
		];
		for (const order of [documents, documents.toReversed()]) {
			const config = parseKubeadmConfig(text(order), { patches: { init: first, join: second } });
			expect(config.patchesDirectories).toEqual({ init: "/of-init", join: "/of-join" });
			expect([config.init.patches, config.join?.patches]).toEqual([first, second]);
		}
	});

	it("says of fields without a meaning here why they have none", () => {
		const certificateKey = "0".repeat(64);
		const { notes } = parse(cluster, { ...init, dryRun: true, certificateKey });
		expect(notes).toEqual([
			{ path: "InitConfiguration.dryRun", message: "`pulumi preview` shows what would be done" },
			{
				path: "InitConfiguration.certificateKey",
				message: "the certificates that control planes share go over SSH and not through a Secret of the cluster",
			},
		]);
	});

	it("is refused with all problems at once, also beside a field that stands twice", () => {
		const written = [
			"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2",
			"clusterName: a\nclusterName: b\nnetworking: {podSubnet: x, dnsDomian: y}\n---",
			"apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfigration",
		].join("\n");
		expect(problemsOfText(written).map(({ path }) => path)).toEqual([
			"ClusterConfiguration.clusterName",
			"ClusterConfiguration.networking.dnsDomian",
			"InitConfigration",
			"ClusterConfiguration.networking.podSubnet",
		]);
	});

	it.each([
		["a token in the place of an object", { ...init, bootstrapTokens: [token] }],
		["a token in the place of a discovery", { ...join, discovery: token }],
		["a certificateKey that is too short", { ...init, certificateKey: "0123456789abcdef".repeat(4).slice(1) }],
	])("is refused without showing %s", (_what, document) => {
		const said = JSON.stringify(problemsOf(cluster, document));
		expect(said).toMatch(/expected .*got/);
		expect(said).not.toMatch(/0123456789abcde/);
	});

	it("is refused, without an excerpt, where it is no JSON", () => {
		const written = `{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"InitConfiguration","bootstrapTokens":[{"token":${token}}]}`;
		expect(problemsOfText(written)).toEqual([
			{ path: "document 1", message: "expected YAML or JSON, got text that is none: Unexpected token 'a'" },
		]);
	});

	it.each([">>>>>>> feature-x", "]", "}", "}}", ",", "|", "`x`", "@x: y", "%x", "- a", "text"])(
		"is refused with %s at the beginning of a line between its fields, and not read up to there",
		(stray) => {
			const written = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
${stray}
networking: {podSubnet: 10.244.0.0/16}
`;
			expect(problemsOfText(written)).toEqual([
				{ path: "document 1", message: expect.stringMatching(/^expected YAML or JSON, got text that is none: /) },
			]);
		},
	);

	it.each(["apiServer: &a {certSANs: [*a]}", "scheduler: &a {<<: *a}", "etcd: &a [{b: *a}]"])(
		"is refused where an anchor has itself in it: %s",
		(field) => {
			const written = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.37.2\n${field}\n`;
			expect(problemsOfText(written)).toEqual([
				{ path: "document 1", message: "expected YAML or JSON, got text that is none: the anchor a has itself in it" },
			]);
		},
	);

	it("is refused with a kind that is no name of one", () => {
		const [problem] = problemsOf({ ...cluster, kind: "constructor" });
		expect(problem?.message).toMatch(/^expected one of InitConfiguration, .*, got constructor$/);
	});

	it("may begin with a byte order mark", () => {
		expect(parseKubeadmConfig(`\ufeff${text([cluster])}`).cluster.kubernetesVersion).toBe("v1.37.2");
	});

	it("is refused with all problems at once, each where the file has it", () => {
		const problems = problemsOf(
			{ ...cluster, networkin: {}, networking: { podSubnet: "everything" } },
			{ ...init, nodeRegistration: { nam: "a", name: "a_b" }, localAPIEndpoint: { bindPort: "6443" } },
			{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration", maxPod: 5 },
			{ ...join, controlPlane: { localAPIEndpoint: { advertiseAddress: "a" } }, nodeRegistration: { name: "b_c" } },
		);
		expect(problems.map(({ path }) => path).sort()).toEqual([
			"ClusterConfiguration.networkin",
			"ClusterConfiguration.networking.podSubnet",
			"InitConfiguration.localAPIEndpoint.bindPort",
			"InitConfiguration.nodeRegistration.nam",
			"InitConfiguration.nodeRegistration.name",
			"JoinConfiguration.controlPlane.localAPIEndpoint.advertiseAddress",
			"JoinConfiguration.nodeRegistration.name",
			"KubeletConfiguration.maxPod",
		]);
		expect(problems).toContainEqual({
			path: "InitConfiguration.nodeRegistration.nam",
			message: 'unknown field, did you mean "name"?',
		});
		expect(problems).toContainEqual({
			path: "InitConfiguration.localAPIEndpoint.bindPort",
			message: 'expected an integer, got "6443"',
		});
	});

	it("is refused where a field stands twice", () => {
		const twice = `${text([cluster])}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration:\n  name: a\n  name: b\n`;
		expect(problemsOfText(twice)).toEqual([
			{ path: "InitConfiguration.nodeRegistration.name", message: "expected a field once, got it again" },
		]);
	});

	it("shows no token in an error", () => {
		const token = "not-a-token-but-secret";
		const problems = problemsOf(
			cluster,
			{ ...init, bootstrapTokens: [{ token }, { token: { token } }] },
			{ ...join, discovery: { bootstrapToken: { token, apiServerEndpoint: "a:1", unsafeSkipCAVerification: true } } },
		);
		expect(problems.map(({ path }) => path)).toEqual([
			"InitConfiguration.bootstrapTokens[1].token",
			"JoinConfiguration.discovery.bootstrapToken.token",
			"InitConfiguration.bootstrapTokens[0].token",
		]);
		expect(JSON.stringify(problems)).not.toContain(token);
	});

	it("takes the version for a file without ClusterConfiguration, and asks for it", () => {
		expect(problemsOf(join)).toEqual([
			{
				path: "ClusterConfiguration.kubernetesVersion",
				message:
					"expected a version such as 1.37.2, got nothing; kubeadm would take the newest version there is; add one, or give --kubernetes-version on the command line, or { kubernetesVersion } to fromKubeadmConfig",
			},
		]);
		const config = parseKubeadmConfig(text([join]), { kubernetesVersion: "1.36.3" });
		expect([config.cluster, config.bootstrapTokens]).toEqual([{ kubernetesVersion: "1.36.3" }, []]);
	});
});

/** Source of what is expected: v1beta3/conversion.go and util/config/initconfiguration.go of kubeadm 1.36. */
describe("a configuration of v1beta3", () => {
	const apiVersion = "kubeadm.k8s.io/v1beta3";
	const older = {
		...cluster,
		apiVersion,
		kubernetesVersion: "v1.36.3",
		apiServer: { extraArgs: { v: "2", "audit-log-path": "-" }, timeoutForControlPlane: "6m0s" },
		etcd: { local: { extraArgs: { b: "1", a: "2" } } },
	};

	it("is converted up to Kubernetes 1.36", () => {
		const config = parse(older, {
			...join,
			apiVersion,
			nodeRegistration: { kubeletExtraArgs: { v: "3" } },
			discovery: { ...join.discovery, timeout: "2m0s" },
		});
		expect(config.cluster.apiServer).toEqual({
			extraArgs: [
				{ name: "audit-log-path", value: "-" },
				{ name: "v", value: "2" },
			],
		});
		expect(config.cluster.etcd?.local?.extraArgs?.map(({ name }) => name)).toEqual(["a", "b"]);
		expect(config.init.timeouts).toEqual({ controlPlaneComponentHealthCheck: "6m0s" });
		expect(config.join?.nodeRegistration?.kubeletExtraArgs).toEqual([{ name: "v", value: "3" }]);
		expect(config.join?.timeouts).toEqual({ discovery: "2m0s" });
		expect(config.join?.discovery).toEqual(join.discovery);
	});

	it("has no fields of v1beta4", () => {
		expect(problemsOf({ ...older, proxy: {}, encryptionAlgorithm: "RSA-2048" }).map(({ path }) => path)).toEqual([
			"ClusterConfiguration.proxy",
			"ClusterConfiguration.encryptionAlgorithm",
		]);
	});

	it("is refused from Kubernetes 1.37 on, as are v1 and what is older", () => {
		const versions = { v1beta3: "1.36", v1beta2: "1.22", v1: "experimental" };
		for (const [version, says] of Object.entries(versions)) {
			const [problem] = problemsOf(cluster, { ...init, apiVersion: `kubeadm.k8s.io/${version}` });
			expect(problem?.path).toBe("InitConfiguration");
			expect(problem?.message).toContain(`expected apiVersion kubeadm.k8s.io/v1beta4, got kubeadm.k8s.io/${version}`);
			expect(problem?.message).toContain(says);
		}
	});
});

describe("preflight checks to ignore", () => {
	it("are noted where no check has the name, with the nearest name", () => {
		const ignorePreflightErrors = ["numcpu", "Port-6443", "Swaps", "FileAvailable--etc-kubernetes-kubelet.conf", "x"];
		expect(parse(cluster, { ...init, nodeRegistration: { ignorePreflightErrors } }).notes).toEqual([
			{
				path: "InitConfiguration.nodeRegistration.ignorePreflightErrors[2]",
				message: 'no check has the name "Swaps"; did you mean "Swap"?',
			},
			{
				path: "InitConfiguration.nodeRegistration.ignorePreflightErrors[4]",
				message: 'no check has the name "x"',
			},
		]);
	});

	it("have the names of the checks that are made", () => {
		const ignorePreflightErrors = [...checks, imagePull].map(({ name }) => name).concat(Object.keys(notMade));
		expect(parse(cluster, { ...init, nodeRegistration: { ignorePreflightErrors } }).notes).toEqual([]);
	});
});

describe("phases to skip", () => {
	it("are refused where the command has none of that name", () => {
		const problems = problemsOf(
			cluster,
			{ ...init, skipPhases: ["addon/core-dns"] },
			{ ...join, skipPhases: ["control-plane-join/etcd"] },
		);
		expect(problems.map(({ path }) => path)).toEqual([
			"InitConfiguration.skipPhases[0]",
			"JoinConfiguration.skipPhases[0]",
		]);
		expect(problems[0]?.message).toContain('did you mean "addon/coredns"?');
	});

	it("follow the release", () => {
		const skipPhases = ["control-plane-join/etcd"];
		expect(parse({ ...cluster, kubernetesVersion: "v1.35.4" }, { ...join, skipPhases }).join?.skipPhases).toEqual(
			skipPhases,
		);
	});

	it("need the join command to be skipped with what it is made of", () => {
		expect(problemsOf(cluster, { ...init, skipPhases: ["bootstrap-token"] }).map(({ path }) => path)).toEqual([
			"InitConfiguration.skipPhases",
		]);
		expect(parse(cluster, { ...init, skipPhases: ["bootstrap-token", "show-join-command"] }).notes).toEqual([
			{ path: "InitConfiguration.skipPhases[1]", message: "no join command is printed" },
		]);
	});
});

function text(documents: readonly object[]): string {
	return documents.map((document) => JSON.stringify(document)).join("\n---\n");
}

function parse(...documents: object[]) {
	return parseKubeadmConfig(text(documents));
}

function problemsOf(...documents: object[]): readonly Problem[] {
	return problemsOfText(text(documents));
}

function problemsOfText(given: string): readonly Problem[] {
	try {
		parseKubeadmConfig(given);
	} catch (error) {
		if (error instanceof SpecError) return error.problems;
		throw error;
	}
	throw new Error("expected the configuration to be refused, got none");
}
