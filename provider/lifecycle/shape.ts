/**
 * Names the arguments, inputs and outputs of one kind of resource. Data only: a Pulumi program loads a shape without
 * the code that reaches hosts.
 */
export interface Shape {
	/** Names of the arguments, as `check` takes them. */
	readonly args: readonly string[];
	/** Names of the inputs that `check` returns: kept in the state and compared. */
	readonly inputs: readonly string[];
	/** Names of the outputs that `create`, `update` and `read` add to the state. */
	readonly outputs: readonly string[];
	/** Names of the inputs that `check` makes and a program reads as outputs of the resource. @default none */
	readonly readable?: readonly string[];
	/**
	 * Names of the outputs that a refresh repeats among the inputs, so that `check` can return them and a preview knows
	 * them.
	 * @default none
	 */
	readonly knownInPreview?: readonly string[];
	/**
	 * Paths of the arguments and outputs that are secret: `token`, `authority.privateKey`, `authorities.*.privateKey`.
	 * `connectionSecrets` names the secrets of a connection, for all kinds.
	 * @default none
	 */
	readonly secrets?: readonly string[];
	/**
	 * Inputs that `check` renders, each with the arguments that it is rendered from. An input is secret where one of
	 * these arguments is.
	 * @default none
	 */
	readonly rendered?: Readonly<Record<string, readonly string[]>>;
	/**
	 * Values of inputs that the state leaves out, as they say nothing. A later release must have the same ones.
	 * @default none
	 */
	readonly usual?: Readonly<Record<string, unknown>>;
	/** Names of the inputs that the engine keeps and prints in the form of preview-form.ts. @default none */
	readonly inPreviewForm?: readonly string[];
	/**
	 * Names of the inputs in preview form whose entries stand among the inputs, as a preview of many nodes is shorter
	 * without the lines around them. A secret one is kept whole.
	 * @default none
	 */
	readonly spread?: readonly string[];
}

/**
 * Name of the argument that holds the paths that a person typed, where these differ from the arguments' own names. Its
 * value: by the path of an object among the arguments, then by the path inside the object.
 */
export const TYPED_PATHS = "typedPaths";

/** Names of the secret fields of an SSH connection. A bastion's connection has these names too. */
export const connectionSecrets = ["password", "privateKey", "privateKeyPassword"] as const;

/**
 * Checks a shape against the types of its lifecycle: a name that is not in a type, or a name of a type that is not in the
 * shape, does not compile.
 */
export function shapeOf<Args, Inputs, Outputs>() {
	return <
		const A extends readonly KeyOf<Args>[],
		const I extends readonly KeyOf<Inputs>[],
		const O extends readonly KeyOf<Outputs>[],
	>(
		shape: Shape & {
			args: Every<Args, A>;
			inputs: Every<Omit<Inputs, KeyOf<Outputs>>, I>;
			outputs: Every<Outputs, O>;
			readable?: readonly KeyOf<Inputs>[];
			knownInPreview?: readonly KeyOf<Outputs>[];
			secrets?: readonly Path<KeyOf<Args> | KeyOf<Outputs>>[];
			rendered?: Partial<Record<KeyOf<Inputs>, readonly KeyOf<Args>[]>>;
			usual?: Partial<Record<KeyOf<Inputs>, unknown>>;
			inPreviewForm?: readonly KeyOf<Inputs>[];
			spread?: readonly KeyOf<Inputs>[];
		},
	): Shape => shape;
}

/** Names of the fields that any member of a union has. */
type KeyOf<T> = T extends unknown ? keyof T & string : never;

/** The type of a list of names that leaves out no field of a type. */
type Every<T, Names extends readonly string[]> = [Exclude<KeyOf<T>, Names[number]>] extends [never]
	? Names
	: { missing: Exclude<KeyOf<T>, Names[number]> };

type Path<Name extends string> = Name | `${Name}.${string}`;
