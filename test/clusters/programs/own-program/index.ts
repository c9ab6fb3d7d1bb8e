import * as pulumi from "@pulumi/pulumi";
import { BootstrapToken, Cluster, type ClusterArgs, type ConnectionInputs, type NodeArgs } from "pulumi-kubeadm";
import { Machine, type MachineArgs } from "./machine.ts";

/** A program that makes its machines itself, and what a test says of it. */
export interface OwnProgram {
	/** Machines that the program makes, by the name of their resource. @default none */
	machines?: Record<string, MachineArgs>;
	/** Name of the Cluster. @default "test" */
	name?: string;
	/** The cluster. A node names its machine, and the machine that is its bastion, or has a connection. */
	cluster: Omit<ClusterArgs, "controlPlanes" | "workers"> & { controlPlanes: OwnNode[]; workers?: OwnNode[] };
	/** Makes the cluster as a component of a company's own library. @default false */
	company?: boolean;
	/** Pulumi's options of the cluster, or of the component around it. */
	options?: Pick<pulumi.ComponentResourceOptions, "protect" | "retainOnDelete">;
	/** Gives the component a provider of its own for dynamic resources. @default false */
	provider?: boolean;
	/** Former names of the Cluster. @default none */
	aliases?: string[];
	/** Seconds of one dial that a transform gives the connection of each Host. @default none is changed */
	perDialTimeout?: number;
	/** Whether what another stack needs to join is put out. @default false */
	joins?: boolean;
}

/** A node whose machine may be one of the program. */
export interface OwnNode extends Omit<NodeArgs, "connection"> {
	/** Its machine is one of the program. @default it has a connection */
	machine?: string;
	/** Its bastion is a machine of the program. @default none */
	bastion?: string;
	connection?: NodeArgs["connection"];
}

/** A provider of dynamic resources. */
class DynamicProvider extends pulumi.ProviderResource {
	constructor(name: string) {
		super("pulumi-nodejs", name);
	}
}

/** A cluster as a company's own library makes it. */
class Platform extends pulumi.ComponentResource {
	readonly cluster: Cluster;

	constructor(name: string, args: ClusterArgs, options?: pulumi.ComponentResourceOptions) {
		super("company:index:Platform", name, {}, options);
		// A cluster that was there before this library belongs to no component.
		const aliases = [{ parent: pulumi.rootStackResource }];
		this.cluster = new Cluster(name, args, { parent: this, aliases });
		this.registerOutputs({});
	}
}

const program = new pulumi.Config("test").requireObject<OwnProgram>("program");
const { name = "test", machines = {}, company, options, aliases = [], perDialTimeout } = program;

const made = Object.fromEntries(
	Object.entries(machines).map(([machine, args]) => [machine, new Machine(machine, args)]),
);
const connectionOf = (machine: string): ConnectionInputs => {
	const { address: host, port, hostKey, privateKey } = made[machine]!;
	return { host, port, hostKey, privateKey };
};
const nodeOf = ({ machine, bastion, connection, ...node }: OwnNode): NodeArgs => ({
	...node,
	connection: {
		...(machine ? connectionOf(machine) : connection!),
		...(bastion ? { proxy: connectionOf(bastion) } : {}),
	},
});

const transforms: pulumi.ResourceTransform[] = [
	({ type, props, opts }) => {
		if (perDialTimeout === undefined || !type.endsWith(":Host")) return undefined;
		return { props: { ...props, connection: { ...props["connection"], perDialTimeout } }, opts };
	},
];
const { controlPlanes, workers = [], ...rest } = program.cluster;
const args = { ...rest, controlPlanes: controlPlanes.map(nodeOf), workers: workers.map(nodeOf) };
const providers = program.provider ? [new DynamicProvider("own")] : [];
const ofCluster = { ...options, providers, transforms, aliases: aliases.map((former) => ({ name: former })) };
const cluster = company ? new Platform(name, args, ofCluster).cluster : new Cluster(name, args, ofCluster);

export const kubeconfig = cluster.kubeconfig;
export const join = program.joins
	? {
			token: new BootstrapToken("joins", { api: cluster.api }).token,
			caCertHash: cluster.caCertHash,
			apiServer: cluster.server.apply((url) => url.replace("https://", "")),
		}
	: {};
