import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, Cluster, ClusterIdentity, ServiceAccountKey } from "pulumi-kubeadm";

/** Resources that need no host, with Pulumi's options. */
export interface PulumiOptions {
	/** @default "1.37.1" */
	kubernetesVersion?: string;
	/** Name of the CA. @default "ca"; "" leaves it out */
	ca?: string;
	/** Former names of the CA. */
	aliases?: string[];
	protect?: boolean;
	retainOnDelete?: boolean;
	/** Names of inputs of the identity. */
	ignoreChanges?: string[];
	/** Option of the identity. */
	replaceOnChanges?: string[];
	/** Kubernetes version that a transform puts in the place of the program's. */
	transformed?: string;
	/** Arguments of a cluster to make instead of all these. */
	cluster?: object;
}

const program = new pulumi.Config("test").requireObject<PulumiOptions>("program");
const { kubernetesVersion = "1.37.1", ca = "ca", aliases = [], protect, retainOnDelete, ignoreChanges } = program;
const cluster = { kubernetesVersion };

if (program.cluster) new Cluster("c", program.cluster as never);
else {
	new ClusterIdentity(
		"identity",
		{ cluster, members: [{ name: "cp-1", address: "198.18.7.10" }] },
		{
			ignoreChanges,
			replaceOnChanges: program.replaceOnChanges,
			transforms: program.transformed
				? [({ props, opts }) => ({ props: { ...props, cluster: { kubernetesVersion: program.transformed } }, opts })]
				: [],
		},
	);
	const options = { protect, retainOnDelete, aliases: aliases.map((name) => ({ name })) };
	if (ca) new CertificateAuthority(ca, { name: "ca", cluster }, options);
	new ServiceAccountKey("sa", { cluster });
}
