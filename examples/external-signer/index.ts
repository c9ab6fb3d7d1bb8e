import { readFileSync } from "node:fs";
import { local } from "@pulumi/command";
import { Config, type Output } from "@pulumi/pulumi";
import { Cluster, type NodeArgs, type SigningRequest } from "pulumi-kubeadm";

const config = new Config();
const folder = config.require("certificates");

const cluster = new Cluster("signed", {
	kubernetesVersion: "1.37.2",
	networking: { podSubnet: "10.244.0.0/16" },
	controlPlanes: config.requireObject<NodeArgs[]>("controlPlanes"),
	// The certificates alone: no key of a CA reaches the hosts or the state.
	authorities: {
		ca: { certificate: certificate("ca") },
		"etcd-ca": { certificate: certificate("etcd-ca") },
		"front-proxy-ca": { certificate: certificate("front-proxy-ca") },
	},
	sign,
});

function certificate(name: string): string {
	return readFileSync(`${folder}/${name}.crt`, "utf8");
}

/** Hands a request to the signer. A request that changes, with a new name for example, is signed anew. */
function sign({ node, name, authority, usages, csr }: SigningRequest): Output<string> {
	const signed = new local.Command(`${node}-${name}`, {
		create: config.get("signer") ?? "./sign.sh",
		environment: { AUTHORITY: authority, USAGES: usages.join(",") },
		stdin: csr,
		triggers: [csr],
	});
	return signed.stdout;
}

export const caCertHash = cluster.caCertHash;
