import { readFileSync } from "node:fs";
import { Cluster, type ClusterArgs, EtcdCluster } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { componentFlags, fieldOf } from "../../examples/policy-pack/inputs.ts";
import { rules } from "../../examples/policy-pack/rules.ts";
import { checked } from "../support/checked.ts";
import { find, sent } from "../support/mocks.ts";

const machine = (name: string, number: number) => ({ name, connection: { host: `198.18.7.${number}` } });
const three = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];

/** What a preview shows policies of a program, before anything is made. */
async function previewed(program: () => unknown) {
	return checked(await sent(program, {}, { preview: true }));
}

/** What `up` shows them of its workers' kubelets, once the machines are known. */
async function updated(program: () => unknown) {
	const all = await sent(program);
	return checked(all.filter(({ type, inputs }) => type === "Kubelet" && inputs["role"] === "worker"));
}

/** The violations of a program's resources, by the names of the rules. */
async function violations(
	program: () => unknown,
	{ isProduction = false, isProtected = false, shown = previewed } = {},
) {
	const found: Record<string, string[]> = {};
	for (const { type: kind, inputs } of await shown(program))
		for (const { name, violation } of rules) {
			const text = violation({ kind, inputs, isProtected, isProduction });
			if (text) found[name] = [...(found[name] ?? []), text];
		}
	return found;
}

function cluster(args: Partial<ClusterArgs> = {}) {
	return () =>
		new Cluster("c", {
			kubernetesVersion: "1.37.2",
			networking: { podSubnet: "10.244.0.0/16" },
			controlPlanes: [machine("cp-1", 11)],
			workers: [machine("worker-1", 21)],
			...args,
		});
}

const hardened = cluster({ profile: "hardened", controlPlanes: three });

describe("the policy pack", () => {
	it("allows a hardened cluster of three control planes for production, whose etcd is protected", async () => {
		expect(await violations(hardened, { isProduction: true, isProtected: true })).toEqual({});
	});

	it("refuses a cluster with kubeadm's defaults for its Secrets alone, and advises on anonymous requests", async () => {
		expect(await violations(cluster())).toEqual({
			"secrets-encrypted-at-rest": [
				"the API server of cp-1 writes Secrets to etcd as they are; set hardening: { encryption: true }",
			],
			"anonymous-requests-limited": [
				"the API server of cp-1 takes anonymous requests for every path; set hardening: { anonymousPaths: true }",
			],
		});
	});

	it("allows it once the parts of the hardened profile are on that the violations name", async () => {
		expect(await violations(cluster({ hardening: { encryption: true, anonymousPaths: true } }))).toEqual({});
	});

	it("refuses one control plane, and advises on etcd's data, in a stack for production alone", async () => {
		const program = cluster({ profile: "hardened" });
		expect(await violations(program)).toEqual({});
		expect(await violations(program, { isProduction: true })).toEqual({
			"three-control-planes-in-production": [
				"a cluster for production has at least three control planes, and this one has 1",
			],
			"etcd-protected-in-production": ["a destroy removes the data of etcd; set the option protect on this resource"],
		});
	});

	it.each([
		["of kubeadm's own key that writes nothing encrypted any more", "identity" as const],
		[
			"of the program",
			{ configuration: encryption("identity: {}", "secretbox: { keys: [{ name: a, secret: c2VjcmV0 }] }") },
		],
	])("refuses a configuration %s", async (_of, given) => {
		expect(await violations(cluster({ profile: "hardened", hardening: { encryption: given } }))).toEqual({
			"secrets-encrypted-at-rest": ["the configuration of the encryption writes new Secrets to etcd as they are"],
		});
	});

	it("refuses kubelets that serve anonymous requests", async () => {
		const kubelet = { authentication: { anonymous: { enabled: true } } };
		expect(await violations(cluster({ profile: "hardened", kubelet }))).toEqual({
			"kubelets-know-their-clients": ["cp-1", "worker-1"].map(
				(node) => `the kubelet of ${node} serves anonymous requests; set authentication.anonymous.enabled: false`,
			),
		});
	});

	it("refuses kubelets that allow everything", async () => {
		const workers = [{ ...machine("worker-1", 21), kubelet: { authorization: { mode: "AlwaysAllow" } } }];
		expect(await violations(cluster({ profile: "hardened", workers }))).toEqual({
			"kubelets-ask-for-permission": [
				"the kubelet of worker-1 allows every client everything; set authorization.mode: Webhook",
			],
		});
	});

	it("refuses both by a flag of the kubelet too, once the machine is known", async () => {
		const workers = [
			{ ...machine("worker-1", 21), nodeRegistration: flag("anonymous-auth", "true") },
			{ ...machine("worker-2", 22), nodeRegistration: flag("authorization-mode", "AlwaysAllow") },
			{ ...machine("worker-3", 23), nodeRegistration: flag("anonymous-auth", "false") },
		];
		expect(await violations(cluster({ workers }), { shown: updated })).toEqual({
			"kubelets-know-their-clients": [
				"the kubelet of worker-1 serves anonymous requests; set authentication.anonymous.enabled: false",
			],
			"kubelets-ask-for-permission": [
				"the kubelet of worker-2 allows every client everything; set authorization.mode: Webhook",
			],
		});
	});

	it("refuses an API server that allows every request", async () => {
		const extraArgs = [{ name: "authorization-mode", value: "Node,AlwaysAllow" }];
		expect(await violations(cluster({ profile: "hardened", apiServer: { extraArgs } }))).toEqual({
			"api-servers-authorize": [
				"the API server of cp-1 allows every request; take AlwaysAllow out of authorization-mode",
			],
		});
	});

	it("asks nothing of an etcd cluster that only an API server has, but members enough for production", async () => {
		const etcd = (count: number) => () =>
			new EtcdCluster("etcd", { kubernetesVersion: "1.37.2", members: three.slice(0, count) });
		expect(await violations(etcd(3), { isProduction: true, isProtected: true })).toEqual({});
		expect(Object.keys(await violations(etcd(1), { isProduction: true, isProtected: true }))).toEqual([
			"three-control-planes-in-production",
		]);
	});

	it("is described by its README, rule by rule", () => {
		const readme = readFileSync("examples/policy-pack/README.md", "utf8");
		for (const { name, level, description } of rules)
			expect(readme).toContain(`| \`${name}\` | ${level} | ${description} |`);
	});
});

describe("inputs in the form of a preview", () => {
	it("give the flags of a component, those of extraArgs and those in a list too", async () => {
		const all = await previewed(hardened);
		const { inputs } = find(all, "StaticPodManifest c-cp-1-kube-apiserver");
		expect(componentFlags(inputs).get("authorization-mode")).toBe("Node,RBAC");
		const known = { component: "etcd", "manifest > spec > containers > [name=etcd] > command": { "--name": "cp-1" } };
		expect(componentFlags(known)).toEqual(new Map([["name", "cp-1"]]));
		const path = "manifest > spec > containers > [name=etcd] > command";
		expect(componentFlags({ component: "etcd", [path]: ["etcd", "--name=cp-1"] }).get("name")).toBe("cp-1");
		expect(componentFlags({ component: "etcd", [path]: { "--v (at the end)": "3" } }).get("v")).toBe("3");
	});

	it("are found under keys that are paths, in lines of YAML, and in objects", () => {
		for (const inputs of [
			{ "configuration > authentication": "{anonymous: {enabled: false}}" },
			{ configuration: { "authentication > anonymous": { enabled: false } } },
			{ configuration: { authentication: { anonymous: "{enabled: false}" } } },
		])
			expect(fieldOf(inputs, "configuration > authentication > anonymous > enabled")).toBe(false);
		expect(fieldOf({ configuration: {} }, "configuration > authentication > anonymous")).toBeUndefined();
	});
});

function flag(name: string, value: string) {
	return { kubeletExtraArgs: [{ name, value }] };
}

/** An EncryptionConfiguration with these providers for Secrets. */
function encryption(...providers: string[]): string {
	const list = providers.map((provider) => `{ ${provider} }`).join(", ");
	return `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{ resources: [secrets], providers: [${list}] }]\n`;
}
