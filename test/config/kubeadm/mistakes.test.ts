import { describe, expect, it } from "vitest";
import { parseKubeadmConfig } from "../../../provider/config/kubeadm";
import { type Problem, SpecError } from "../../../provider/config/problems";

const header = (kind: string, version = "v1beta4") => `apiVersion: kubeadm.k8s.io/${version}\nkind: ${kind}\n`;
const cluster = `${header("ClusterConfiguration")}kubernetesVersion: v1.37.2\n`;
const token = "abcdef.0123456789abcdef";
const join = `${header("JoinConfiguration")}discovery: {bootstrapToken: {apiServerEndpoint: "192.0.2.11:6443", token: ${token}, unsafeSkipCAVerification: true}}\n`;

describe("a form of an older API version in a v1beta4 document", () => {
	it.each([
		["ClusterConfiguration", "apiServer: {extraArgs: {v: 2}}", "apiServer.extraArgs", '[{"name":"v","value":"2"}]'],
		["ClusterConfiguration", "controllerManager: {extraArgs: {}}", "controllerManager.extraArgs", "[]"],
		["ClusterConfiguration", "scheduler: {extraArgs: {a: b}}", "scheduler.extraArgs", '[{"name":"a","value":"b"}]'],
		[
			"ClusterConfiguration",
			"etcd: {local: {extraArgs: {a: b}}}",
			"etcd.local.extraArgs",
			'[{"name":"a","value":"b"}]',
		],
		[
			"InitConfiguration",
			"nodeRegistration: {kubeletExtraArgs: {node-ip: 192.0.2.11}}",
			"nodeRegistration.kubeletExtraArgs",
			'[{"name":"node-ip","value":"192.0.2.11"}]',
		],
	])("is refused in %s with its new form: %s", (kind, field, path, form) => {
		const [problem, ...others] = problemsOf(
			kind === "ClusterConfiguration" ? `${cluster}${field}` : beside(kind, field),
		);
		expect([others, problem?.path]).toEqual([[], `${kind}.${path}`]);
		expect(problem?.message).toMatch(/^expected a list, got \{.*\}; since v1beta4 a list of name and value, such as /);
		expect(problem?.message).toContain(form);
	});

	it.each([
		[
			"ClusterConfiguration",
			"apiServer: {timeoutForControlPlane: 4m0s}",
			"apiServer.timeoutForControlPlane",
			"v1beta4 has it as timeouts.controlPlaneComponentHealthCheck of InitConfiguration and JoinConfiguration",
		],
		["JoinConfiguration", "discovery: {timeout: 5m0s}", "discovery.timeout", "v1beta4 has it as timeouts.discovery"],
		[
			"ClusterConfiguration",
			"dns: {type: CoreDNS}",
			"dns.type",
			"v1beta4 has none: CoreDNS is the only DNS server; remove the field",
		],
		[
			"ClusterConfiguration",
			"useHyperKubeImage: false",
			"useHyperKubeImage",
			"v1beta4 has none: there is no hyperkube image; remove the field",
		],
		["ClusterConfiguration", "apiServerCertSANs: [a]", "apiServerCertSANs", "v1beta4 has it as apiServer.certSANs"],
		["InitConfiguration", "apiEndpoint: {}", "apiEndpoint", "v1beta4 has it as localAPIEndpoint"],
		["InitConfiguration", "nodeName: a", "nodeName", "v1beta4 has it as nodeRegistration.name"],
		[
			"ClusterConfiguration",
			"nodeRegistration: {}",
			"nodeRegistration",
			"known in InitConfiguration and JoinConfiguration; move it there",
		],
		["InitConfiguration", "networking: {}", "networking", "known in ClusterConfiguration; move it there"],
	])("is refused in %s with its new place: %s", (kind, field, path, place) => {
		const text = kind === "ClusterConfiguration" ? `${cluster}${field}` : beside(kind, field);
		const [problem] = problemsOf(text).filter((each) => each.path === `${kind}.${path}`);
		expect(problem?.message).toMatch(/^unknown field/);
		expect(problem?.message.endsWith(place)).toBe(true);
	});
});

describe("one mistake", () => {
	it.each([
		["a text as a list", "etcd: {external: {endpoints: https://192.0.2.1:2379}}", "etcd.external.endpoints"],
		["a text as a flag", "apiServer: {extraArgs: [profiling=false]}", "apiServer.extraArgs[0]"],
		["a number as a name", "apiServer: {certSANs: [10.0]}", "apiServer.certSANs[0]"],
		["a list as an object", "networking: []", "networking"],
		["a text as an etcd", "etcd: {external: etcd.example.org}", "etcd.external"],
	])("has one message, without JavaScript's undefined: %s", (_title, field, path) => {
		const problems = problemsOf(`${cluster}${field}\n`);
		expect(problems.map((problem) => problem.path)).toEqual([`ClusterConfiguration.${path}`]);
		expect(problems[0]!.message).not.toContain("undefined");
	});

	it.each(["10.0", "1.30", "0x10", "010", "yes", "1e3"])(
		"quotes the text of the file where %s should be a text",
		(text) => {
			expect(problemsOf(`${header("ClusterConfiguration")}kubernetesVersion: ${text}\n`)).toContainEqual({
				path: "ClusterConfiguration.kubernetesVersion",
				message: `expected a string, got ${text}; write it in quotes: "${text}"`,
			});
		},
	);

	it("does not show a number that may be a password", () => {
		const problems = problemsOf(`${cluster}apiServer: {extraEnvs: [{name: PASSWORD, value: 123456}]}\n`);
		expect(problems).toEqual([
			{
				path: "ClusterConfiguration.apiServer.extraEnvs[0].value",
				message: "expected a string, got something else",
			},
		]);
	});
});

describe("a version that is not supported", () => {
	const older = `${header("ClusterConfiguration", "v1beta3")}apiServer: {extraArgs: {v: "2"}, timeoutForControlPlane: 4m0s}\n`;

	it("leads to no message about v1beta3, and the kubeadm that converts the file is named", () => {
		expect(problemsOf(`${older}kubernetesVersion: v1.32.1\n`)).toEqual([
			{
				path: "ClusterConfiguration.kubernetesVersion",
				message:
					'expected a version that this package knows (1.34, 1.35, 1.36, 1.37), got "v1.32.1"; `kubeadm config migrate` of kubeadm 1.32 converts the file\'s v1beta3 documents to v1beta4',
			},
		]);
	});

	it.each(["", "kubernetesVersion: none\n", "kubernetesVersion: v1.20.0\n", "kubernetesVersion: 1.36\n"])(
		"leads to one message about the version: %j",
		(line) => {
			expect(problemsOf(older + line).map(({ path }) => path)).toEqual(["ClusterConfiguration.kubernetesVersion"]);
		},
	);

	it("is told apart from a v1beta3 file of 1.37, which kubeadm 1.36 converts", () => {
		expect(problemsOf(`${older}kubernetesVersion: v1.37.2\n`)).toEqual([
			{ path: "ClusterConfiguration", message: expect.stringMatching(/of kubeadm 1\.36 converts it$/) },
		]);
		expect(problemsOf(`${older}kubernetesVersion: v1.36.1\n`)).toEqual([]);
	});
});

describe("a document that is no configuration of kubeadm's", () => {
	const scheduler =
		"apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: []\nprofiles: []\n";

	it("is ignored with a note, as by `kubeadm init`", () => {
		const { cluster: read, notes } = parseKubeadmConfig(`${cluster}---\n${scheduler}`);
		expect(read).toEqual({ kubernetesVersion: "v1.37.2" });
		expect(notes).toEqual([
			{
				path: "KubeSchedulerConfiguration",
				message: "ignored, as by `kubeadm init`: the document belongs to another program",
			},
		]);
	});

	it("is refused where that is asked for, as by `kubeadm config validate`, and no other kind is guessed", () => {
		const problem = problemsOf(`${cluster}---\n${scheduler}`, true).at(-1);
		expect(problem?.message).toMatch(
			/got KubeSchedulerConfiguration of kubescheduler\.config\.k8s\.io\/v1, which `kubeadm init` ignores; take the document out$/,
		);
	});

	it.each([
		["ConfigMap", "data: {ClusterConfiguration: ''}", "data.ClusterConfiguration", "kubeadm-config"],
		["ConfigMap", "data: {kubelet: ''}", "data.kubelet", "kubelet-config"],
		["ConfigMap", "data: {config.conf: ''}", "data.config.conf", "kube-proxy"],
		["ConfigMap", "data: {other: ''}", "data.ClusterConfiguration", "kubeadm-config"],
		["List", "items: []", "data.ClusterConfiguration", "kubeadm-config"],
	])("is refused where it is a %s of a cluster with %s, and the text to take is named", (kind, field, path, object) => {
		const problems = problemsOf(`apiVersion: v1\nkind: ${kind}\n${field}\n`);
		expect(problems[0]?.path).toBe("document 1");
		expect(problems[0]?.message).toContain(path);
		expect(problems[0]?.message).toContain(object);
	});
});

function beside(kind: string, field: string): string {
	const [name = ""] = field.split(":");
	const rest = kind === "JoinConfiguration" && name !== "discovery" ? join : header(kind);
	return `${cluster}---\n${rest}${field}\n`;
}

function problemsOf(text: string, strict = false): readonly Problem[] {
	try {
		parseKubeadmConfig(text, { strict });
		return [];
	} catch (error) {
		if (error instanceof SpecError) return error.problems;
		throw error;
	}
}
