import * as pulumi from "@pulumi/pulumi";
import {
	Certificate,
	CertificateAuthority,
	Host,
	Kubeconfig,
	ServiceAccountKey,
	SharedCertificates,
} from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, sent } from "../support/mocks.ts";

/** Run under mocks: what is sent to the engine. What comes of it is the lifecycles' matter. */
const cluster = { kubernetesVersion: "1.37.2" };
const connection = { host: "198.18.7.11" };
const authority = { certificate: "certificate", privateKey: "key" };

describe("CertificateAuthority", () => {
	it("sends a key of one's own as a secret, and declares the one that it makes as a secret output", async () => {
		const all = await sent(() => {
			new CertificateAuthority("made", { name: "ca", cluster });
			new CertificateAuthority("given", { name: "ca", cluster, ...authority });
		});
		expect(find(all, "CertificateAuthority made")).toMatchObject({
			inputs: { name: "ca", cluster },
			secrets: [],
			secretOutputs: ["privateKey"],
		});
		expect(find(all, "CertificateAuthority given")).toMatchObject({
			inputs: { name: "ca", cluster, ...authority },
			secrets: ["privateKey"],
		});
	});
});

describe("ServiceAccountKey", () => {
	it("sends a key of one's own as a secret", async () => {
		const all = await sent(() => new ServiceAccountKey("sa", { cluster, privateKey: "key" }));
		expect(find(all, "ServiceAccountKey sa")).toMatchObject({
			inputs: { cluster, privateKey: "key" },
			secrets: ["privateKey"],
			secretOutputs: ["privateKey"],
		});
	});
});

describe("Certificate", () => {
	it("sends the two texts of its CA and no more of that resource, the key as a secret", async () => {
		const all = await sent(() => {
			const ca = new CertificateAuthority("ca", { name: "ca", cluster });
			const host = new Host("cp-1", { connection });
			new Certificate("apiserver", { host, authority: ca, cluster, node: { name: "cp-1" }, name: "apiserver" });
		});
		expect(find(all, "Certificate apiserver")).toMatchObject({
			inputs: {
				host: { connection, hostKey: "ssh-ed25519 AAAAmock" },
				authority: { certificate: "mock certificate", privateKey: "mock key" },
				cluster,
				node: { name: "cp-1" },
				name: "apiserver",
			},
			secrets: ["authority.privateKey"],
			dependsOn: ["CertificateAuthority ca", "Host cp-1"],
		});
	});

	it("takes a host as its connection too", async () => {
		const host = { connection: { ...connection, password: "word" }, hostKey: "ssh-ed25519 AAAA" };
		const request = {
			name: "web",
			commonName: "web",
			organizations: [],
			usages: ["serverAuth" as const],
			sans: ["web.example.test"],
			validity: 86400,
			algorithm: "ECDSA-P256" as const,
			certificatePath: "/etc/web/tls.crt",
			keyPath: "/etc/web/tls.key",
		};
		const all = await sent(() => new Certificate("web", { host, authority, request }));
		expect(find(all, "Certificate web").inputs).toEqual({ host, authority, request });
		expect(find(all, "Certificate web").secrets.sort()).toEqual(["authority.privateKey", "host.connection.password"]);
	});
});

describe("SharedCertificates", () => {
	it("sends all keys as secrets", async () => {
		const all = await sent(
			() =>
				new SharedCertificates("shared", {
					host: { connection },
					cluster,
					authorities: { ca: authority, "etcd-ca": authority, "front-proxy-ca": authority },
					serviceAccountKey: pulumi.output("sa key"),
				}),
		);
		expect(find(all, "SharedCertificates shared").secrets.sort()).toEqual([
			"authorities.ca.privateKey",
			"authorities.etcd-ca.privateKey",
			"authorities.front-proxy-ca.privateKey",
			"serviceAccountKey",
		]);
	});
});

describe("Kubeconfig", () => {
	it("is a secret output, and its token a secret input", async () => {
		const user = { name: "tenant", groups: ["tenants"], server: "https://198.18.7.10:6443" };
		const all = await sent(() => new Kubeconfig("tenant", { authority, cluster, user, token: "word" }));
		expect(find(all, "Kubeconfig tenant")).toMatchObject({
			inputs: { authority, cluster, user, token: "word" },
			secretOutputs: ["kubeconfig"],
		});
		expect(find(all, "Kubeconfig tenant").secrets.sort()).toEqual(["authority.privateKey", "token"]);
	});
});
