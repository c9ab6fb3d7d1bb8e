import { expect, it } from "vitest";
import { find, key, sent } from "../support/mocks.ts";

const isAuthority = {
	isCaCertificate: true,
	allowedUses: ["cert_signing", "digital_signature", "key_encipherment"],
	validityPeriodHours: 87600,
};

/** Runs with mocks in place of the engine and of @pulumi/tls's plugin: no certificate is made. */
it("hands certificates and keys of @pulumi/tls to the cluster's CAs", async () => {
	const all = await sent(() => import("../../examples/own-ca/index.ts"), {
		controlPlanes: [{ name: "cp-1", connection: { host: "198.18.7.11" } }],
		workers: [],
	});
	const made = all.filter(({ type }) => type.startsWith("tls:")).map(key);
	expect(made).toEqual([
		"tls:index/certRequest:CertRequest ca",
		"tls:index/locallySignedCert:LocallySignedCert ca",
		"tls:index/privateKey:PrivateKey ca",
		"tls:index/privateKey:PrivateKey etcd-ca",
		"tls:index/privateKey:PrivateKey front-proxy-ca",
		"tls:index/privateKey:PrivateKey root",
		"tls:index/privateKey:PrivateKey sa",
		"tls:index/selfSignedCert:SelfSignedCert etcd-ca",
		"tls:index/selfSignedCert:SelfSignedCert front-proxy-ca",
		"tls:index/selfSignedCert:SelfSignedCert root",
	]);
	for (const name of ["root", "etcd-ca", "front-proxy-ca"])
		expect(find(all, `tls:index/selfSignedCert:SelfSignedCert ${name}`).inputs).toMatchObject(isAuthority);
	expect(find(all, "tls:index/locallySignedCert:LocallySignedCert ca").inputs).toMatchObject({
		...isAuthority,
		caCertPem: "mock tls certificate",
		caPrivateKeyPem: "mock tls key",
	});
	for (const [name, chain] of [
		["ca", "mock signed certificatemock tls certificate"],
		["etcd-ca", "mock tls certificate"],
		["front-proxy-ca", "mock tls certificate"],
	] as const) {
		const { inputs, secrets } = find(all, `CertificateAuthority own-ca-${name}`);
		expect(inputs).toMatchObject({ name, certificate: chain, privateKey: "mock tls key" });
		expect(secrets).toEqual(["privateKey"]);
	}
	expect(find(all, "ServiceAccountKey own-ca-sa").inputs.privateKey).toBe("mock tls key");
});
