import * as pulumi from "@pulumi/pulumi";
import type { Discovery } from "../config/node";
import type * as lifecycle from "../lifecycle/kubelet-inputs";
import { checkArguments } from "./check-arguments";
import type { ApiAccess, Authority, DeepInput, ProgramArgs } from "./inputs";
import { KubeadmResource } from "./shell";

type Values = Omit<lifecycle.KubeletArgs, "controlPlanes" | "discovery" | "authority">;

/** Arguments of a `Kubelet`. */
export interface KubeletArgs extends ProgramArgs<Values> {
	/**
	 * The cluster's CA. A control plane's kubelet needs the CA's key, a worker's kubelet only its certificate. A kubelet
	 * that discovers its cluster needs no CA; a CA that is given must be the cluster's.
	 */
	authority?: Pick<Authority, "certificate"> & Partial<Authority>;
	/** API through which a worker's kubelet bootstraps, unless its node has `discovery`. */
	api?: ApiAccess;
}

/** The kubelet of a node: its configuration, flags, credentials and service. */
export class Kubelet extends KubeadmResource {
	/** SHA-256 of each placed file, hexadecimal, by path. */
	declare readonly digests: pulumi.Output<Record<string, string>>;
	/** Status of the kubelet: "running", or the reason why the next `up` has to update it. */
	declare readonly status: pulumi.Output<string>;

	constructor(name: string, args: KubeletArgs, options?: pulumi.CustomResourceOptions) {
		checkArguments("Kubelet", name, args, options);
		// The engine knows a secret input by its name, so the discovery stands beside the node and not in it.
		const { node, ...others } = args;
		const { discovery, ...rest } = node;
		super("Kubelet", name, { ...others, node: rest, ...withDiscovery(discovery) }, options);
	}
}

function withDiscovery(discovery: DeepInput<Discovery> | undefined): { discovery?: DeepInput<Discovery> } {
	if (discovery === undefined) return {};
	if (!isPlain(discovery) || discovery.file === undefined) return { discovery };
	return { discovery: { ...discovery, file: markedFile(discovery.file) } };
}

/**
 * Marks an address of a discovery file as secret where it may hold a password or a signature. A plain path or address
 * is no secret.
 */
function markedFile(file: DeepInput<Required<Discovery>["file"]>): typeof file {
	if (!isPlain(file)) return pulumi.secret(file);
	const { kubeConfigPath } = file;
	const isOpen = isPlain(kubeConfigPath) && !/[@?]/.test(kubeConfigPath ?? "");
	return isOpen ? file : { ...file, kubeConfigPath: pulumi.secret(kubeConfigPath) };
}

function isPlain<T>(value: pulumi.Input<T>): value is T {
	return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}
