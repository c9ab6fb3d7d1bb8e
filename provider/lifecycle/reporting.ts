import { markDeclared } from "../hosts/placement/owner";
import { redact } from "../hosts/redact";
import { type Properties, stateOf } from "./kept-state";
import { PartialFailure } from "./lifecycle";
import { connectionSecrets, type Shape } from "./shape";
import { type ResourceKind, shapes } from "./shapes";

/**
 * Converts a failure to the error that the dynamic provider's protocol reads. The error's `id`, `properties` and
 * `reasons` keep the resource that was made; `properties` includes `__provider`, without which the resource could not
 * be deleted later. The message never holds a secret.
 */
export async function reporting<T>(
	{
		kind,
		own,
		engine,
		whole = [],
	}: { kind: ResourceKind; own: Properties; engine?: Properties; whole?: readonly string[] },
	operation: () => Promise<T>,
): Promise<T> {
	try {
		return await operation();
	} catch (error) {
		const message = redact(error instanceof Error ? error.message : String(error), secretsIn(own));
		const failure = Object.assign(new Error(message), { stack: "" });
		if (!(error instanceof PartialFailure)) throw failure;
		markDeclared(error.id);
		throw Object.assign(failure, {
			id: error.id,
			properties: { ...stateOf(kind, error.id, { ...own, ...error.outputs }, { whole }), ...engine },
			reasons: [message],
		});
	}
}

/** Texts of the properties that any shape declares secret. The engine passes secrets in clear text. */
export function secretsIn(value: unknown): string[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, item]) =>
		typeof item === "string" ? (secretNames.has(name) ? [item] : []) : secretsIn(item),
	);
}

const secretNames = new Set<string>([...connectionSecrets, ...Object.values(shapes).flatMap(secretNamesOf)]);

/** Last names of a shape's secret paths, and names of the inputs that are rendered from a secret argument alone. */
function secretNamesOf({ secrets = [], rendered = {} }: Shape): string[] {
	const copies = Object.entries(rendered).filter(([, from]) => from.every((argument) => secrets.includes(argument)));
	return [...secrets.map((path) => path.split(".").at(-1)!), ...copies.map(([input]) => input)];
}
