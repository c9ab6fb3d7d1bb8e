import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { Cluster, type ClusterArgs } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, key, type Sent, sent } from "../support/mocks.ts";

const machine = (name: string, number: number) => ({ name, connection: { host: `198.18.7.${number}` } });
const cluster = (args: Partial<ClusterArgs>) =>
	sent(
		() =>
			new Cluster("c", {
				kubernetesVersion: "1.37.2",
				controlPlanes: [machine("cp-1", 11)],
				workers: [machine("worker-1", 21)],
				...args,
			}),
	);
const flagsOf = (all: Sent[], component: "apiServer" | "controllerManager" | "scheduler") => {
	const { extraArgs = [] } = find(all, "StaticPodManifest c-cp-1-etcd").inputs.cluster[component] ?? {};
	return Object.fromEntries(extraArgs.map(({ name, value }: { name: string; value: string }) => [name, value]));
};

describe("a Cluster with the hardened profile", () => {
	it("has more resources than one without, and their files come before the static pods", async () => {
		const plain = (await cluster({})).map(key);
		const all = await cluster({ profile: "hardened" });
		expect(all.map(key).filter((name) => !plain.includes(name))).toEqual([
			"ComponentUsers c-cp-1-etcd-user",
			"EncryptionKey c-encryption",
			"HostFile c-cp-1-audit-policy",
			"HostFile c-cp-1-authentication",
			"HostFile c-cp-1-encryption",
			"KubeletServingCertificate c-cp-1-kubelet-serving",
			"KubeletServingCertificate c-worker-1-kubelet-serving",
			"StoredSecrets c-stored-secrets",
		]);
		expect(find(all, "StaticPodManifest c-cp-1-kube-apiserver").dependsOn).toEqual(
			expect.arrayContaining(["HostFile c-cp-1-audit-policy", "HostFile c-cp-1-encryption"]),
		);
	});

	it("places a key for Secrets that nobody sees", async () => {
		const file = find(await cluster({ profile: "hardened" }), "HostFile c-cp-1-encryption");
		expect(file.secrets).toEqual(["content"]);
		expect(file.inputs).toMatchObject({ path: "/etc/kubernetes/encryption/secretbox.yaml", mode: "0600" });
		expect(load(file.inputs.content)).toMatchObject({
			resources: [
				{ resources: ["secrets"], providers: [{ secretbox: { keys: [{ secret: "mock bytes" }] } }, { identity: {} }] },
			],
		});
	});

	it("keeps what the program gives itself, whether as a value or as an Output", async () => {
		const extraArgs = [{ name: "profiling", value: "true" }];
		const all = await cluster({
			profile: "hardened",
			apiServer: { extraArgs },
			scheduler: pulumi.output({ extraArgs }),
			kubelet: { podPidsLimit: 99 },
		});
		expect(flagsOf(all, "apiServer")).toMatchObject({ profiling: "true", "audit-log-maxage": "30" });
		expect(flagsOf(all, "scheduler")).toMatchObject({ profiling: "true", "tls-min-version": "VersionTLS12" });
		expect(flagsOf(all, "controllerManager")).toMatchObject({ profiling: "false" });
		const { kubelet } = find(all, "Kubelet c-worker-1-kubelet").inputs.cluster;
		expect(kubelet).toMatchObject({ podPidsLimit: 99, seccompDefault: true, serverTLSBootstrap: true });
	});

	it("places no file of its own where the program names one", async () => {
		const extraArgs = [{ name: "audit-policy-file", value: "/etc/kubernetes/pki/policy.yaml" }];
		const all = await cluster({ profile: "hardened", apiServer: { extraArgs } });
		expect(all.map(key)).not.toContain("HostFile c-cp-1-audit-policy");
		expect(flagsOf(all, "apiServer")).not.toHaveProperty("audit-log-maxage");
	});

	it("goes without the parts that are off, and has parts of their own options", async () => {
		const hardening = { encryption: false, tls: { minVersion: "VersionTLS13" as const }, audit: { maxAge: 90 } };
		const all = await cluster({ profile: "hardened", hardening });
		expect(all.map(key)).not.toContain("EncryptionKey c-encryption");
		expect(flagsOf(all, "apiServer")).toMatchObject({ "tls-min-version": "VersionTLS13", "audit-log-maxage": "90" });
		expect(flagsOf(all, "apiServer")).not.toHaveProperty("tls-cipher-suites");
	});

	it("has a single part without the profile", async () => {
		const all = await cluster({ hardening: { profilingOff: true } });
		expect(flagsOf(all, "apiServer")).toEqual({ profiling: "false" });
	});

	it("gives another audit policy another path, so that the API server starts with it", async () => {
		const pathOf = async (policy: string) =>
			find(await cluster({ hardening: { audit: { policy } } }), "HostFile c-cp-1-audit-policy").inputs.path;
		expect(await pathOf("rules: []\n")).not.toBe(await pathOf("rules: [{ level: None }]\n"));
	});

	it("takes an EncryptionConfiguration of the program's own as a secret, and makes no key", async () => {
		const configuration = pulumi.secret("resources: [{ resources: [secrets], providers: [{ kms: {} }] }]\n");
		const all = await cluster({ hardening: { encryption: { configuration } } });
		expect(all.map(key)).not.toContain("EncryptionKey c-encryption");
		expect(find(all, "HostFile c-cp-1-encryption").secrets).toEqual(["content"]);
		expect(find(all, "ClusterIdentity c").inputs.encryption).toBe("configuration");
		expect(find(all, "StaticPodManifest c-cp-1-kube-apiserver").secrets).toEqual([]);
	});

	it.each<[string, Partial<ClusterArgs>, string]>([
		["an unknown profile", { profile: "hard" as never }, 'profile: expected "hardened", got "hard"'],
		[
			"an unknown part",
			{ hardening: { audits: true } as never },
			'hardening.audits: unknown field, did you mean "audit"?',
		],
		[
			"a flag that the API server refuses beside a part",
			{ profile: "hardened", apiServer: { extraArgs: [{ name: "anonymous-auth", value: "false" }] } },
			'apiServer.extraArgs[0]: expected no such flag, as the API server refuses it beside the AuthenticationConfiguration of anonymousPaths, got "anonymous-auth"',
		],
		[
			"a CA that signs elsewhere",
			{ profile: "hardened", authorities: { ca: { certificate: "ca" } } },
			"hardening.kubeletServingCertificates: expected false, as no controller of the cluster signs",
		],
		[
			"audit of a rootless API server",
			{ profile: "hardened", featureGates: { RootlessControlPlane: true } },
			"hardening.audit: expected false beside RootlessControlPlane",
		],
	])("refuses %s", async (_what, args, message) => {
		await expect(cluster(args)).rejects.toThrow(message);
	});
});
