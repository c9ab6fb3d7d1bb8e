import * as pulumi from "@pulumi/pulumi";
import { type Shape, TYPED_PATHS } from "../lifecycle/shape";
import { type ResourceKind, shapes } from "../lifecycle/shapes";
import { sentArguments } from "./arguments";
import type { ApiAccess } from "./inputs";
import { collectTypedPaths } from "./typed-paths";

/**
 * The only dynamic provider of this package. Pulumi stores a provider's source text with each resource, so the text
 * holds no more than a module name. The code is looked up in the installed package when it runs, and so a newer release
 * acts on resources that an older one made.
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

/** One shell for each kind, as Pulumi serializes an instance once. */
const shells = new Map<ResourceKind, Shell>();

/** Base class of all resources of this package. `shapes` holds the arguments, inputs and outputs of each kind. */
export abstract class KubeadmResource extends pulumi.dynamic.Resource {
	/** @param args the arguments as the program gives them; an `api` among them adds its dependencies */
	constructor(kind: ResourceKind, name: string, args: object, options: pulumi.CustomResourceOptions = {}) {
		const shape: Shape = shapes[kind];
		const sent = sentArguments(args, shape);
		const { api } = args as { api?: ApiAccess };
		super(
			shellOf(kind),
			name,
			{
				...undefinedOutputs(shape),
				...renderedPlaceholders(shape, sent),
				...sent,
				...typedPathsOf(args),
				program: programName(),
			},
			pulumi.mergeOptions(options, {
				...(api?.dependsOn ? { dependsOn: api.dependsOn } : {}),
				additionalSecretOutputs: shape.outputs.filter((output) => shape.secrets?.includes(output)),
			}),
			"kubeadm",
			kind,
		);
	}
}

/** Name of the program, by which `check` knows whose resources it makes. `check` takes it out of the inputs. */
function programName(): string {
	return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

function shellOf(kind: ResourceKind): Shell {
	const shell = shells.get(kind) ?? new Shell(kind);
	shells.set(kind, shell);
	return shell;
}

/** The paths that a person typed. `check` names problems by them, and keeps them out of the inputs. */
function typedPathsOf(args: object): Record<string, unknown> {
	const paths = collectTypedPaths(args);
	return Object.keys(paths).length > 0 ? { [TYPED_PATHS]: paths } : {};
}

/** Names of the outputs with `undefined`, which the engine fills in. */
function undefinedOutputs({ outputs, readable = [] }: Shape): Record<string, undefined> {
	return Object.fromEntries([...outputs, ...readable].map((output) => [output, undefined]));
}

/**
 * Placeholders for the inputs that `check` renders, secret where an argument is that they are rendered from. The engine
 * keeps an input secret only where the program sent a secret under its name.
 */
function renderedPlaceholders({ rendered = {} }: Shape, sent: Record<string, unknown>): Record<string, unknown> {
	const placeholders = Object.entries(rendered).flatMap(([input, names]) => {
		const given = names.map((name) => sent[name]).filter((value) => value !== undefined);
		return given.length > 0 ? [[input, pulumi.output(given).apply(() => "")] as const] : [];
	});
	return Object.fromEntries(placeholders);
}
