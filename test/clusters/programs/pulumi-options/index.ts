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
	/** Option of the identity. */
	deleteBeforeReplace?: boolean;
	/** Gives the identity a provider of its own. */
	provider?: boolean;
	/** Puts the service account key into a component that depends on the CA. */
	component?: boolean;
	/** Kubernetes version that a transform puts in the place of the program's. */
	transformed?: string;
	/** Arguments of a cluster to make instead of all these. */
	cluster?: object;
}

/** A provider of dynamic resources. */
class DynamicProvider extends pulumi.ProviderResource {
	constructor(name: string) {
		super("pulumi-nodejs", name);
	}
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
			deleteBeforeReplace: program.deleteBeforeReplace,
			...(program.provider ? { provider: new DynamicProvider("own") } : {}),
			transforms: program.transformed
				? [({ props, opts }) => ({ props: { ...props, cluster: { kubernetesVersion: program.transformed } }, opts })]
				: [],
		},
	);
	const options = { protect, retainOnDelete, aliases: aliases.map((name) => ({ name })) };
	const dependsOn = ca ? [new CertificateAuthority(ca, { name: "ca", cluster }, options)] : [];
	const parent = program.component ? new pulumi.ComponentResource("test:Component", "c", {}, { dependsOn }) : undefined;
	new ServiceAccountKey("sa", { cluster }, { parent });
}
