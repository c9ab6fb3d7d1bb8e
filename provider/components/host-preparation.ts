import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { resolveCluster } from "../config/cluster";
import {
	type KubernetesPackages,
	type Preparation,
	type PreparationSpec,
	type PreparedNode,
	type PreparedRole,
	preparationProblems,
	resolvePreparation,
} from "../config/preparation";
import type { Problem } from "../config/problems";
import { UNKNOWN } from "../facts/unknown";
import { imageOf } from "../render/images";
import { type PreparationCommand, placingCommand, preparationSteps, stepCommand } from "../render/preparation/commands";
import { type ClusterInputs, Host, type HostInput, type Inputs, type NodeInputs } from "../resources";
import { withoutOutputs } from "../resources/argument-checks";
import { argumentProblems, refuse } from "../resources/check-arguments";
import { requireOwnPackage } from "../resources/package-lookup";
import { commandConnection, keyFileProblems, userOf, withoutTerminalsAgent } from "./command-connection";

/** Parts of a preparation. Each may come from another resource, but for `false`. */
export type PreparationInputs = Inputs<Omit<PreparationSpec, "containerd" | "kubernetesPackages" | "registries">> & {
	containerd?: false | Inputs<Exclude<PreparationSpec["containerd"], false | undefined>>;
	kubernetesPackages?: false | Inputs<Exclude<PreparationSpec["kubernetesPackages"], false | undefined>>;
	registries?: Record<string, Inputs<NonNullable<PreparationSpec["registries"]>[string]>>;
};

/**
 * How one machine of several is prepared: each part of its own takes the place of the same part of all. Undefined where the
 * machine is left as it is.
 */
export function preparationOf(
	ofAll: boolean | PreparationInputs = false,
	own: boolean | PreparationInputs = ofAll,
): PreparationInputs | undefined {
	const parts = (preparation: boolean | PreparationInputs) => (typeof preparation === "boolean" ? {} : preparation);
	return own === false ? undefined : { ...parts(ofAll), ...parts(own) };
}

/** Arguments of a `HostPreparation`. */
export interface HostPreparationArgs extends PreparationInputs {
	/** The machine. */
	host: HostInput;
	/** The cluster that the machine gets a node of: its version, its kubelet's cgroup driver and its images. */
	cluster: ClusterInputs;
	/** The node, where its kubelet's settings differ from the cluster's. @default none */
	node?: Pick<NodeInputs, "kubelet">;
	/** Role of the node, which decides the ports that are opened. */
	role: PreparedRole;
	/**
	 * Whether the machine is gone for good. Its steps then stay in the state as they are, and leave it without contact to the
	 * machine once they are no longer in the program. @default false
	 */
	gone?: boolean;
}

/**
 * Prepares a machine for a node: swap, kernel modules and parameters, clock, firewall, containerd, and Kubernetes' packages, on Debian,
 * Ubuntu, the family of Red Hat and openSUSE. Each step is a `remote.Command` of @pulumi/command, adopts what is there as wanted,
 * and takes back what it added when it is deleted.
 *
 * Each step runs again where the machine is set up anew under the same address.
 */
export class HostPreparation extends pulumi.ComponentResource {
	/** The steps. What needs the machine prepared depends on these. */
	readonly steps: readonly pulumi.Resource[];
	/** Kubernetes' packages on the machine, as a `KubeletVersion` takes them. Absent where the preparation has none. */
	readonly kubernetesPackages?: pulumi.Output<KubernetesPackages>;

	constructor(name: string, args: HostPreparationArgs, options?: pulumi.ComponentResourceOptions) {
		requireOwnPackage();
		refuse("HostPreparation", name, preparationArgumentProblems(name, args, options));
		if (!args.gone) refuse("HostPreparation", name, keyFileProblems(args.host));
		super("kubeadm:index:HostPreparation", name, {}, options);
		const { host, cluster, node, role, gone = false, ...spec } = args;
		const user = userOf(host);
		// A machine that is set up anew under the same address is prepared again.
		const triggers = host instanceof Host ? [host.facts.apply(({ machineId }) => machineId)] : [];
		const make = (step: string, { command, dependsOn, stdin }: CommandOf) =>
			new remote.Command(
				`${name}-${step}`,
				{
					connection: commandConnection(host),
					create: command.create,
					delete: command.delete,
					...(stdin ? { stdin } : {}),
					triggers,
					logging: remote.Logging.None,
					addPreviousOutputInEnv: false,
				},
				{
					parent: this,
					dependsOn,
					deleteBeforeReplace: true,
					transformations: [withoutTerminalsAgent],
					...(gone ? { retainOnDelete: true, ignoreChanges: [...stepInputs] } : {}),
				},
			);
		const place = pulumi.output(user).apply(placingCommand);
		const stdin = pulumi.secret(place.apply((command) => command.stdin!));
		const placing = make("preparation", { command: place, dependsOn: [], stdin });
		const wanted = resolvePreparation(withoutOutputs(spec).known as PreparationSpec, nodeOf(role));
		const made = new Map<string, pulumi.Resource>();
		for (const step of preparationSteps.filter(({ isWanted }) => isWanted(wanted))) {
			const values = pulumi.all([pulumi.output(pick(spec, step.parts)), nodeFacts(step.parts, cluster, node)]);
			const preparation = values.apply(([parts, known]) =>
				resolvePreparation(parts as PreparationSpec, { ...nodeOf(role), ...known }),
			);
			if (step.name === "kubernetes-packages")
				this.kubernetesPackages = preparation.apply(
					({ kubernetesPackages }) => kubernetesPackages as KubernetesPackages,
				);
			const command = pulumi.all([preparation, user]).apply(([resolved, login]) => stepCommand(step, resolved, login));
			const before = step.after.flatMap((other) => made.get(other) ?? []);
			const text = command.apply(({ stdin }) => stdin ?? "");
			const input = step.stdin ? { stdin: step.hasSecrets ? pulumi.secret(text) : text } : {};
			made.set(step.name, make(step.name, { command, dependsOn: [placing, ...before], ...input }));
		}
		this.steps = [placing, ...made.values()];
		this.registerOutputs({});
	}
}

/** Inputs of a step. A change of one of them would contact the machine. */
const stepInputs = [
	"connection",
	"create",
	"delete",
	"stdin",
	"triggers",
	"logging",
	"addPreviousOutputInEnv",
] as const;

interface CommandOf {
	command: pulumi.Output<PreparationCommand>;
	dependsOn: pulumi.Resource[];
	/** Standard input, secret where it has secrets. @default none */
	stdin?: pulumi.Output<string>;
}

/** What a step takes over from the node and its cluster, and only that: the rest need not be known. */
function nodeFacts(
	parts: readonly (keyof Preparation)[],
	cluster: ClusterInputs,
	node: HostPreparationArgs["node"],
): pulumi.Output<Partial<PreparedNode>> {
	if (parts.includes("kubernetesPackages"))
		return pulumi.output(cluster.kubernetesVersion).apply((version) => ({
			kubernetesVersion: String(version).replace(/^v/, ""),
		}));
	if (!parts.includes("containerd")) return pulumi.output({});
	const { kubernetesVersion, imageRepository, kubelet } = cluster;
	return pulumi
		.all([kubernetesVersion, imageRepository, pulumi.output(kubelet), pulumi.output(node?.kubelet)])
		.apply(([version, repository, ofCluster, ofNode]) => ({
			cgroupDriver: ofNode?.cgroupDriver ?? ofCluster?.cgroupDriver ?? "systemd",
			sandboxImage: imageOf(
				"pause",
				resolveCluster({
					kubernetesVersion: version,
					...(repository ? { imageRepository: repository } : {}),
				}),
			),
		}));
}

/** A node of which only the role is known. */
function nodeOf(role: HostPreparationArgs["role"]): PreparedNode {
	return {
		role,
		kubernetesVersion: UNKNOWN,
		cgroupDriver: UNKNOWN,
		sandboxImage: UNKNOWN,
	};
}

function pick(spec: PreparationInputs, names: readonly (keyof Preparation)[]): PreparationInputs {
	return Object.fromEntries(Object.entries(spec).filter(([name]) => names.includes(name as keyof Preparation)));
}

function preparationArgumentProblems(name: unknown, args: unknown, options: unknown): Problem[] {
	const problems = argumentProblems("HostPreparation", name, args, options);
	const { known } = withoutOutputs(args);
	if (typeof known !== "object" || known === null) return problems;
	const isNew = ({ path }: Problem) => problems.every((problem) => problem.path !== path);
	return [...problems, ...preparationProblems(known as PreparationSpec).filter(isNew)];
}
