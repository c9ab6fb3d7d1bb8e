import * as pulumi from "@pulumi/pulumi";
import { type Shape, TYPED_PATHS } from "../lifecycle/shape";
import { type ResourceKind, shapes } from "../lifecycle/shapes";
import { sentArguments } from "./arguments";
import type { ApiAccess } from "./inputs";
import { collectTypedPaths } from "./typed-paths";

/**
 * Base class of all resources of this package. `shapes` holds the arguments, inputs and outputs of each kind. The engine
 * runs the resources in Pulumi's own process for dynamic resources, whose type and input `__provider` they have.
 *
 * Source: https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/
 */
export abstract class KubeadmResource extends pulumi.CustomResource {
	/** @param args the arguments as the program gives them; an `api` among them adds its dependencies */
	constructor(kind: ResourceKind, name: string, args: object, options: pulumi.CustomResourceOptions = {}) {
		const shape: Shape = shapes[kind];
		const sent = sentArguments(args, shape);
		const { api } = args as { api?: ApiAccess };
		const properties = {
			...undefinedOutputs(shape),
			...renderedPlaceholders(shape, sent),
			...sent,
			...typedPathsOf(args),
			program: programName(),
			__provider: providerOf(kind),
		};
		const merged = pulumi.mergeOptions(options, {
			...(api?.dependsOn ? { dependsOn: api.dependsOn } : {}),
			additionalSecretOutputs: shape.outputs.filter((output) => shape.secrets?.includes(output)),
		});
		const endQuiet = withoutStackTraces();
		try {
			super(`pulumi-nodejs:dynamic/kubeadm:${kind}`, name, properties, merged);
		} finally {
			endQuiet();
		}
	}
}

/**
 * Keeps Pulumi from making a stack trace for each property of a resource, with source maps: a third of the time that a
 * program with many resources takes. The traces serve those who look for promises that never end. The position of the
 * resource in the program is kept.
 * @returns a function that ends this
 */
function withoutStackTraces(): () => void {
	if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return () => {};
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 0;
	return () => {
		Error.stackTraceLimit = limit;
	};
}

/** Name of the program, by which `check` knows whose resources it makes. `check` takes it out of the inputs. */
function programName(): string {
	return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/**
 * Text of the module that the process for dynamic resources loads. Pulumi keeps the text in the state of each resource,
 * twice, and `refresh` and `destroy` run what the state holds: the text names code of the installed package, so that a
 * newer release acts on what an older one made. The names in the text are a promise. `pulumi.dynamic.Resource` would
 * serialize a whole class in its place.
 */
function providerOf(kind: ResourceKind): string {
	return `exports.handler = () => require("pulumi-kubeadm/lifecycle/dispatch").provider("${kind}")`;
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
 * keeps an input secret only where the program sent a secret under its name. An input that is not secret has none: it
 * would repeat the arguments' dependencies in the state.
 */
function renderedPlaceholders({ rendered = {} }: Shape, sent: Record<string, unknown>): Record<string, unknown> {
	const placeholders = Object.entries(rendered).map(([input, names]) => {
		const are = Promise.all(names.map((name) => isSecretArgument(sent[name])));
		return [input, are.then((all) => (all.includes(true) ? pulumi.secret("") : undefined))] as const;
	});
	return Object.fromEntries(placeholders);
}

/** Answers of `isSecretArgument`: many nodes share one cluster. */
const secretArguments = new WeakMap<object, Promise<boolean>>();

/** Whether an argument is a secret, or holds one at any depth. */
function isSecretArgument(value: unknown): Promise<boolean> {
	if (typeof value !== "object" || value === null) return Promise.resolve(false);
	const known = secretArguments.get(value) ?? pulumi.isSecret(pulumi.output(value));
	secretArguments.set(value, known);
	return known;
}
