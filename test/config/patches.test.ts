import { describe, expect, it } from "vitest";
import { resolveCluster } from "../../provider/config/cluster";
import { type Patch, resolveNode } from "../../provider/config/node";
import { patchDocuments, readPatchFiles } from "../../provider/config/patches";
import { SpecError } from "../../provider/config/problems";
import { UNKNOWN } from "../../provider/facts/unknown";

const facts = {
	hostname: "cp",
	defaultRouteAddress: "198.18.0.7",
	cgroupVersion: 2 as const,
	machineId: "0123456789abcdef0123456789abcdef",
	caCertificateDirectories: [],
};

function problemsOf(patches: unknown, kubernetesVersion = "1.37.2"): string[] {
	try {
		resolveNode(resolveCluster({ kubernetesVersion }), { facts, patches: patches as Patch[] }, "control-plane");
		return [];
	} catch (error) {
		if (!(error instanceof SpecError)) throw error;
		return error.problems.map(({ path, message }) => `${path}: ${message}`);
	}
}

describe("patches in a node's specification", () => {
	it("are refused with all that is wrong with them", () => {
		const problems = problemsOf([
			{ target: "etcd", patch: {} },
			{ target: "kube-apiservr", patch: "{" },
			{ target: "etcd", type: "jsonpatch", patch: [] },
			{ target: "etcd", type: "json", patch: "op: add" },
			{ target: "etcd", type: "merge", patch: "a: 1\n---\n- b\n" },
			{ type: "merge" },
		]);
		const targets =
			"etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubeletconfiguration, corednsdeployment, kubeproxydaemonset";
		expect(problems).toEqual([
			`patches[1].target: expected one of ${targets}, got "kube-apiservr"; did you mean "kube-apiserver"?`,
			expect.stringMatching(/^patches\[1\]\.patch: expected YAML or JSON, got text that is none: /),
			'patches[2].type: expected one of json, merge, strategic, got "jsonpatch"',
			'patches[3].patch: expected a list of operations for type json, got {"op":"add"}',
			'patches[4].patch: expected an object for type merge, got ["b"]',
			`patches[5].target: expected one of ${targets}, got ""`,
			"patches[5].patch: expected YAML, JSON, an object or a list, got nothing",
		]);
	});

	it("are refused with an integer that would be rounded, wherever it stands", () => {
		const patch = "a: [{podPidsLimit: 9007199254740993}]";
		expect(problemsOf([{ target: "kubeletconfiguration", patch }])).toEqual([
			"patches[0].patch: expected integers up to 9007199254740991, got 9007199254740993",
		]);
		expect(problemsOf([{ target: "kubeletconfiguration", patch: "podPidsLimit: 9007199254740991" }])).toEqual([]);
	});

	it("are refused where they are of another form", () => {
		expect(problemsOf([{ target: "etcd", patch: 5 }])).toEqual([
			"patches[0].patch: expected a text, an object or a list, got 5",
		]);
		expect(problemsOf([{ target: "etcd", patch: {}, typ: "json" }])).toEqual([
			'patches[0].typ: unknown field, did you mean "type"?',
		]);
	});

	it("are refused for what an older release can't patch, which is named", () => {
		expect(problemsOf([{ target: "kubeproxydaemonset", patch: {} }], "1.36.3")).toEqual([
			expect.stringMatching(/^patches\[0\]\.target: .*, which can be patched from 1\.37 on$/),
		]);
		expect(problemsOf([{ target: "kubeproxydaemonset", patch: {} }], "1.37.2")).toEqual([]);
	});

	it("are taken as long as they are not known", () => {
		expect(problemsOf([{ target: UNKNOWN, type: UNKNOWN, patch: UNKNOWN }, UNKNOWN])).toEqual([]);
		expect(problemsOf(UNKNOWN)).toEqual([]);
	});
});

describe("patches in files", () => {
	const order = [
		"Zetcd.yaml",
		"etcd.yaml",
		"etcd0.json",
		"etcd10.json",
		"etcd9+json.yaml",
		"etcdé.yaml",
		"sub/etcd.yaml",
	];

	it("come in the order of their names, as bytes, folder by folder", () => {
		const files = Object.fromEntries(
			[...order].reverse().map((name) => [name, name.includes("+json") ? "[]" : `a: ${name}`]),
		);
		expect(readPatchFiles(files).patches.map(({ patch }) => patch)).toEqual(
			["etcd.yaml", "etcd0.json", "etcd10.json", "etcd9+json.yaml", "etcdé.yaml", "sub/etcd.yaml"].map(
				(name) => files[name],
			),
		);
	});

	it("say target and type by their names", () => {
		const names = [
			"etcd.yaml",
			"kube-apiserver-a+merge.json",
			"kubeletconfiguration0+strategic.yaml",
			"corednsdeployment+json.yaml",
		];
		const files = Object.fromEntries(names.map((name) => [name, name.includes("+json") ? "[]" : "{}"]));
		expect(readPatchFiles(files).patches).toEqual([
			{ target: "corednsdeployment", type: "json", patch: "[]" },
			{ target: "etcd", type: "strategic", patch: "{}" },
			{ target: "kube-apiserver", type: "merge", patch: "{}" },
			{ target: "kubeletconfiguration", type: "strategic", patch: "{}" },
		]);
	});

	it("are passed over, with the reason, where kubeadm does not know their names", () => {
		const files = { "README.md": "#", "other.yaml": "{", "etcd.yaml": "", "kubeproxydaemonset.yaml": "{}" };
		const { patches, ignored } = readPatchFiles(files, "1.36.3");
		expect(patches).toEqual([]);
		expect(ignored.map(({ file, reason }) => `${file}: ${reason.split(",")[0]}`)).toEqual([
			"README.md: its name does not end in .json or .yaml",
			"etcd.yaml: it is empty",
			"kubeproxydaemonset.yaml: its name does not begin with one of etcd",
			"other.yaml: its name does not begin with one of etcd",
		]);
	});

	it("are refused by name, all of them", () => {
		const files = { "etcd+yaml.yaml": "{}", "etcd.yaml": "a: [", "etcd+merge.yaml": "[]" };
		expect(() => readPatchFiles(files)).toThrow(/etcd\+merge\.yaml: .*\n.*etcd\+yaml\.yaml: .*\n.*etcd\.yaml: /);
	});
});

describe("the documents of a patch", () => {
	it.each([
		["---\na: 1\n---\nb: 2\n", [{ a: 1 }, { b: 2 }]],
		["a: 1\n--- # next\n\n---\nb: 2", [{ a: 1 }, { b: 2 }]],
		["# only words", [null]],
		["\n\n", []],
		['{"a": [1, 2]}', [{ a: [1, 2] }]],
	])("of %j are told apart as kubeadm does", (patch, documents) => {
		expect(patchDocuments({ target: "etcd", patch })).toEqual(documents);
	});
});
