import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import { fromPreviewForm, toPreviewForm } from "../../provider/lifecycle/preview-form";
import { shapes } from "../../provider/lifecycle/shapes";
import { plain } from "../support/preview-form";

const long = "x".repeat(150);

describe("the preview form of an input", () => {
	it("is one line where the list or object fits in one", () => {
		expect(toPreviewForm({ port: 6443, httpGet: { path: "/livez", host: "" }, verbs: ["get", "a, b"] })).toBe(
			"{httpGet: {host: '', path: /livez}, port: 6443, verbs: [get, 'a, b']}",
		);
		expect(toPreviewForm([])).toEqual([]);
		expect(toPreviewForm({})).toEqual({});
	});

	it("is no line that Pulumi cuts off", () => {
		expect(toPreviewForm(["x".repeat(148)])).toBe(`[${"x".repeat(148)}]`);
		expect(toPreviewForm(["x".repeat(149)])).toEqual(["x".repeat(149)]);
	});

	it("has items by their names", () => {
		const list = [
			{ name: "a", image: long },
			{ name: "a-b", ports: [80] },
		];
		expect(toPreviewForm(list)).toEqual({ "[name=a]": { image: long }, "[name=a-b]": "{ports: [80]}" });
		const mounts = [
			{ mountPath: "/a", name: "x" },
			{ mountPath: "/b", name: "x", subPath: long },
		];
		expect(toPreviewForm(mounts)).toEqual({
			"[mountPath=/a]": "{name: x}",
			"[mountPath=/b]": { name: "x", subPath: long },
		});
	});

	it("has what is further inside by its path", () => {
		const containers = [{ name: "etcd", image: long, command: ["etcd", "--v=1"] }];
		expect(toPreviewForm({ kind: "Pod", spec: { hostNetwork: true, containers } })).toEqual({
			kind: "Pod",
			"spec > hostNetwork": true,
			"spec > containers > [name=etcd] > image": long,
			"spec > containers > [name=etcd] > command": { program: "etcd", "--v": "1" },
		});
	});

	it("has a path that is too long inside the object that it leads out of", () => {
		const spec = { containers: [{ name: "coredns", image: long, args: [long] }] };
		const metadata = { name: "coredns", namespace: "kube-system" };
		const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { template: { spec } } };
		expect(fromPreviewForm(toPreviewForm([deployment]))).toEqual([deployment]);
		expect(toPreviewForm([deployment])).toEqual({
			"Deployment kube-system/coredns": {
				"spec > template > spec > containers > [name=coredns] > image": long,
				"spec > template > spec > containers > [name=coredns] > args": [long],
			},
		});
	});

	it("has items by their positions where their order or their names are of their own", () => {
		for (const names of [
			["b", "a"],
			["a", "a"],
			["a", UNKNOWN],
		])
			expect(toPreviewForm(names.map((name) => ({ name, image: long })))).toHaveLength(2);
	});

	it("has words by themselves as far as they are in the alphabet's order, and the others after them", () => {
		const names = ["a.example.org", "cp-1", `${"x".repeat(63)}.example.org`, `${"y".repeat(63)}.example.org`];
		const known = Object.fromEntries(names.map((name) => [`[${name}]`, true]));
		expect(toPreviewForm(names)).toEqual(known);
		const withAddresses = [...names, "198.18.0.20", "198.18.0.10"];
		expect(toPreviewForm(withAddresses)).toEqual({ ...known, rest: "[198.18.0.20, 198.18.0.10]" });
		for (const list of [names, withAddresses]) expect(fromPreviewForm(toPreviewForm(list))).toEqual(list);
		for (const list of [names.toReversed(), ["a b", long]]) expect(toPreviewForm(list)).toEqual(list);
	});

	it("has flags by their names", () => {
		const command = ["etcd", "--data-dir=/var/lib/etcd", "--name=[a]", `--urls=https://${UNKNOWN}:2379`];
		expect(toPreviewForm(command)).toEqual({
			program: "etcd",
			"--data-dir": "/var/lib/etcd",
			"--name": "\\[a]",
			"--urls": UNKNOWN,
		});
	});

	it("has an extra flag as one more flag, and says where it stands", () => {
		const command = ["kube-apiserver", "--allow-privileged=true", "--tls-cert-file=/a.crt"];
		const form = { program: "kube-apiserver", "--allow-privileged": "true", "--tls-cert-file": "/a.crt" };
		const extra = [...command, "--audit-log-maxage=30"];
		expect(toPreviewForm(extra)).toEqual({ ...form, "--audit-log-maxage (at the end)": "30" });
		const twice = [...extra, "--v=3", "--v=4", "--a=[b]"];
		expect(toPreviewForm(twice)).toEqual({
			...form,
			"--audit-log-maxage (at the end)": "30",
			"--v (at the end)": "3",
			"--v (at the end, 2)": "4",
			"--a (at the end, 3)": "\\[b]",
		});
		for (const list of [extra, twice]) expect(fromPreviewForm(toPreviewForm(list))).toEqual(list);
	});

	it("has a validity in days where it is whole days", () => {
		expect(toPreviewForm({ validity: 31_536_000 })).toBe("{validity (days): 365}");
		expect(toPreviewForm({ validity: 31_536_000, name: long })).toEqual({ "validity (days)": 365, name: long });
		expect(toPreviewForm({ validity: 3600 })).toBe("{validity: 3600}");
		for (const input of [{ validity: 31_536_000 }, { validity: 31_536_000, name: long }])
			expect(fromPreviewForm(toPreviewForm(input))).toEqual(input);
	});

	it("has Kubernetes objects by kind, namespace and name, and their order where that is not the alphabet's", () => {
		const role = {
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "ClusterRoleBinding",
			metadata: { name: "system:x" },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "x" },
		};
		const map = {
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: "x", namespace: "kube-system" },
			data: { text: "one\ntwo\n", conf: "kind: A\nport: 1\n" },
		};
		const forms = {
			"ClusterRoleBinding system:x": "{roleRef: {kind: ClusterRole, name: x}}",
			"ConfigMap kube-system/x > data > text": "one\ntwo\n",
			"ConfigMap kube-system/x > data > conf (yaml)": { kind: "A", port: 1 },
		};
		expect(toPreviewForm([role, map])).toEqual(forms);
		const order = "ConfigMap kube-system/x\nClusterRoleBinding system:x";
		expect(toPreviewForm([map, role])).toEqual({ ...forms, order });
	});

	it("leaves out what kubeadm's name of a certificate fixes", () => {
		const request = {
			name: "apiserver",
			ca: "ca",
			commonName: "kube-apiserver",
			organizations: [],
			usages: ["serverAuth"],
			sans: ["a"],
			validity: 1,
			algorithm: "RSA-2048",
			certificatePath: "/a.crt",
			keyPath: "/a.key",
		};
		expect(toPreviewForm(request)).toBe(
			"{algorithm: RSA-2048, certificatePath: /a.crt, name: apiserver, sans: [a], validity: 1}",
		);
		expect(toPreviewForm({ ...request, usages: [] })).toContain("usages: []");
	});

	it("leaves out what kubeadm writes into each KubeletConfiguration, and shows what somebody sets", () => {
		const configuration = {
			kind: "KubeletConfiguration",
			cpuManagerReconcilePeriod: "0s",
			crashLoopBackOff: {},
			evictionPressureTransitionPeriod: "0s",
			fileCheckFrequency: "0s",
			httpCheckFrequency: "0s",
			imageMaximumGCAge: "0s",
			imageMinimumGCAge: "0s",
			memorySwap: {},
			nodeStatusReportFrequency: "0s",
			nodeStatusUpdateFrequency: "0s",
			runtimeRequestTimeout: "0s",
			shutdownGracePeriod: "0s",
			shutdownGracePeriodCriticalPods: "0s",
			streamingConnectionIdleTimeout: "0s",
			syncFrequency: "1m0s",
			volumeStatsAggPeriod: "0s",
		};
		const form = "{kind: KubeletConfiguration, syncFrequency: 1m0s}";
		expect(toPreviewForm(configuration)).toBe(form);
		expect(fromPreviewForm(form)).toEqual(configuration);
	});

	it("says which values of a line are not known yet, and keeps others unknown as a whole", () => {
		expect(toPreviewForm([UNKNOWN, "cp-1"])).toBe("[(unknown), cp-1]");
		expect(fromPreviewForm("[(unknown), cp-1]")).toEqual([UNKNOWN, "cp-1"]);
		expect(toPreviewForm(UNKNOWN)).toBe(UNKNOWN);
		expect(toPreviewForm({ a: `https://${UNKNOWN}`, b: long })).toEqual({ a: UNKNOWN, b: long });
	});

	it("keeps a secret of a connection where the engine marked it", () => {
		const host = { connection: { host: "198.18.0.11", password: "{word}" } };
		expect(toPreviewForm(host)).toEqual({ connection: { host: "198.18.0.11", password: "\\{word}" } });
		expect(fromPreviewForm(toPreviewForm(host))).toEqual(host);
	});

	it("keeps the secrets of a machine and of its bastion where the engine marked them", () => {
		const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n";
		const connection = { host: "198.18.0.12", privateKey, proxy: { host: "198.18.0.13", privateKey } };
		expect(toPreviewForm({ connection, hostKey: "ssh-ed25519 AAAA" })).toEqual({
			connection,
			hostKey: "ssh-ed25519 AAAA",
		});
	});

	it("is the input again when it is read", () => {
		const text = fc.oneof(
			fc.string(),
			fc.constantFrom(
				"0s",
				"(unknown)",
				"a: 1\n",
				"--a=b",
				"--a=",
				"--a (at the end)=b",
				"etcd",
				"{}",
				"[1]",
				"\\x",
				"apiserver",
				"RSA-2048",
				"1",
				"null",
			),
		);
		const key = fc.oneof(
			fc.string().filter((name) => name !== "__proto__"),
			fc.constantFrom(
				"name",
				"kind",
				"metadata",
				"order",
				"program",
				"--a",
				"(0s)",
				"a (yaml)",
				"[name=a]",
				"Role a/b",
				"a > b",
			),
			fc.constantFrom(
				"apiVersion",
				"algorithm",
				"validity",
				"validity (days)",
				"certificatePath",
				"keyPath",
				"usages",
				"key",
				"mountPath",
			),
		);
		const { value } = fc.letrec((tie) => ({
			value: fc.oneof(
				{ depthSize: "medium" },
				text,
				fc.integer(),
				fc.constantFrom(0, 86_400, 31_536_000),
				fc.boolean(),
				fc.constant(null),
				fc.array(tie("value"), { maxLength: 5 }),
				fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true }),
			),
		}));
		fc.assert(
			fc.property(value, (input) => {
				expect(fromPreviewForm(toPreviewForm(input))).toEqual(input);
			}),
			{ numRuns: 5000 },
		);
	});

	it("is JSON only of inputs that look like forms themselves, so of none of a cluster", () => {
		expect(toPreviewForm({ "[name=a]": { image: long } })).toEqual({ "(exact)": `{"[name=a]":{"image":"${long}"}}` });
		const { stored } = JSON.parse(readFileSync("test/golden/states/0.1.0.json", "utf8"));
		const kept = stored.deployment.resources.flatMap(({ type, inputs }: { type: string; inputs: object }) => {
			const { inPreviewForm = [] } =
				(shapes as Record<string, { inPreviewForm?: readonly string[] }>)[type.split(":").at(-1)!] ?? {};
			return inPreviewForm.flatMap((name) => Object.entries(plain(inputs ?? {})).filter(([key]) => key === name));
		});
		expect(kept.length).toBeGreaterThan(20);
		for (const [name, input] of kept) {
			const form = toPreviewForm(input);
			expect(form, name).not.toHaveProperty(["(exact)"]);
		}
	});
});
