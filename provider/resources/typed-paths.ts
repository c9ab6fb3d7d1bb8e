import * as pulumi from "@pulumi/pulumi";

/**
 * Paths that a person typed in the program for an object, by the path inside the object. The empty path stands for the
 * object itself: `{ "": "controlPlanes[0]", apiServer: "controlPlanes[0].localAPIEndpoint" }`.
 */
export type TypedPaths = Readonly<Record<string, string>>;

/**
 * Key of an object's typed paths. The engine receives no property whose key is a symbol, and no check of arguments sees
 * one. All copies of this package share the symbol.
 */
const key = Symbol.for("pulumi-kubeadm.typedPaths");

/**
 * Copies an object, and attaches typed paths to the copy. A further copy made with `...` keeps them. Without paths, the
 * object itself is returned.
 */
export function typedAt<T extends object>(paths: TypedPaths | undefined, value: T): T {
	return paths === undefined ? value : { ...value, [key]: paths };
}

/** Returns the typed paths that an object carries, `undefined` for an object without any. */
export function typedPathsIn(value: object): TypedPaths | undefined {
	return (value as { [key]?: TypedPaths })[key];
}

/**
 * Returns the typed paths that arguments and the objects inside them carry, by the path of each object among the
 * arguments. Empty where no object carries any. The paths of an object that belongs to the cluster's founder are an
 * Output.
 * @param path of `args` itself @default ""
 */
export function collectTypedPaths(args: object, path = ""): Record<string, pulumi.Input<TypedPaths>> {
	const inner = Object.entries(args).map(([name, value]) => {
		const part = partOf(value);
		return part && collectTypedPaths(part, path ? `${path}.${name}` : name);
	});
	const paths = typedPathsIn(args);
	return Object.assign(paths === undefined ? {} : { [path]: paths }, ...inner);
}

/** An object that may carry typed paths: a plain one, or the reference in place of a machine. */
function partOf(value: unknown): object | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value) || pulumi.Output.isInstance(value)) return;
	if (!pulumi.Resource.isInstance(value)) return value;
	return "reference" in value ? (value.reference as object) : undefined;
}
