import { Config, interpolate } from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { type Authority, Cluster, type NodeArgs } from "pulumi-kubeadm";

const config = new Config();
const isAuthority = {
	isCaCertificate: true,
	allowedUses: ["cert_signing", "digital_signature", "key_encipherment"],
	validityPeriodHours: 10 * 365 * 24,
};

const cluster = new Cluster("own-ca", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	controlPlanes: config.requireObject<NodeArgs[]>("controlPlanes"),
	workers: config.requireObject<NodeArgs[]>("workers"),
	authorities: {
		ca: signedBy(authority("root", "example-root"), "ca", "kubernetes"),
		"etcd-ca": authority("etcd-ca", "etcd-ca"),
		"front-proxy-ca": authority("front-proxy-ca", "front-proxy-ca"),
	},
	serviceAccountKey: key("sa").privateKeyPem,
});

function authority(name: string, commonName: string): Authority {
	const { privateKeyPem } = key(name);
	const { certPem } = new tls.SelfSignedCert(name, { privateKeyPem, subject: { commonName }, ...isAuthority });
	return { certificate: certPem, privateKey: privateKeyPem };
}

/** An intermediate CA: its certificate is followed by that of the CA which signed it. */
function signedBy({ certificate, privateKey }: Authority, name: string, commonName: string): Authority {
	const { privateKeyPem } = key(name);
	const { certRequestPem } = new tls.CertRequest(name, { privateKeyPem, subject: { commonName } });
	const signer = { caCertPem: certificate, caPrivateKeyPem: privateKey! };
	const { certPem } = new tls.LocallySignedCert(name, { certRequestPem, ...signer, ...isAuthority });
	return { certificate: interpolate`${certPem}${certificate}`, privateKey: privateKeyPem };
}

function key(name: string): tls.PrivateKey {
	return new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" });
}

export const kubeconfig = cluster.kubeconfig;
export const caCertHash = cluster.caCertHash;
