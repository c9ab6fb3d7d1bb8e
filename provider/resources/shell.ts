import * as pulumi from "@pulumi/pulumi";
import type { ResourceKind } from "../lifecycle/lifecycles";

/**
 * The one dynamic provider. Pulumi stores a provider's source text with each resource, so this is only a name, and the
 * code is looked up in the installed package when it runs: a newer release acts on what an older one made.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/
 */
class Shell implements pulumi.dynamic.ResourceProvider {
	readonly kind: ResourceKind;

	constructor(kind: ResourceKind) {
		this.kind = kind;
	}

	async check(olds: any, news: any): Promise<pulumi.dynamic.CheckResult> {
		return require("pulumi-kubeadm/lifecycle/dispatch").check(this.kind, olds, news);
	}

	async diff(_id: string, olds: any, news: any): Promise<pulumi.dynamic.DiffResult> {
		return require("pulumi-kubeadm/lifecycle/dispatch").diff(this.kind, olds, news);
	}

	async create(inputs: any): Promise<pulumi.dynamic.CreateResult> {
		return require("pulumi-kubeadm/lifecycle/dispatch").create(this.kind, inputs);
	}

	async read(id: string, props: any): Promise<pulumi.dynamic.ReadResult> {
		return require("pulumi-kubeadm/lifecycle/dispatch").read(this.kind, id, props);
	}

	async update(id: string, olds: any, news: any): Promise<pulumi.dynamic.UpdateResult> {
		return require("pulumi-kubeadm/lifecycle/dispatch").update(this.kind, id, olds, news);
	}

	async delete(id: string, props: any): Promise<void> {
		return require("pulumi-kubeadm/lifecycle/dispatch").remove(this.kind, id, props);
	}
}

/** One for each kind: Pulumi serializes an instance once. */
const shells = new Map<ResourceKind, Shell>();

interface ResourceProperties {
	outputs?: readonly string[];
	secrets?: readonly string[];
	rendered?: Record<string, readonly unknown[]>;
}

/** What all resources of this package have in common. */
export abstract class KubeadmResource extends pulumi.dynamic.Resource {
	/**
	 * @param outputs names of its outputs
	 * @param secrets those of its outputs that are secret
	 * @param rendered inputs that `check` makes out of arguments, and which arguments: they are secret where one of these
	 * is. The engine knows it of inputs only that have an argument's name.
	 */
	constructor(
		kind: ResourceKind,
		name: string,
		args: object,
		{ outputs = [], secrets = [], rendered = {} }: ResourceProperties,
		options: pulumi.CustomResourceOptions = {},
	) {
		const shell = shells.get(kind) ?? new Shell(kind);
		shells.set(kind, shell);
		const undefinedOutputs = Object.fromEntries(outputs.map((output) => [output, undefined]));
		const placeholders = Object.entries(rendered).map(([input, from]) => [input, pulumi.output(from).apply(() => "")]);
		const properties = { ...undefinedOutputs, ...Object.fromEntries(placeholders), ...args };
		super(
			shell,
			name,
			properties,
			pulumi.mergeOptions(options, { additionalSecretOutputs: [...secrets] }),
			"kubeadm",
			kind,
		);
	}
}
