import { check } from "../../provider/lifecycle/dispatch";
import { type ResourceKind, shapes } from "../../provider/lifecycle/shapes";
import { key, type Sent } from "./mocks";

/**
 * The resources of this package with their inputs as the engine keeps, prints and shows them to policies: after `check`.
 * @throws Error with the problems of the first resource whose inputs are refused
 */
export function checked(all: readonly Sent[]): Sent[] {
	return all
		.filter(({ type }) => type in shapes)
		.map((resource) => {
			const { inputs = {}, failures = [] } = check(resource.type as ResourceKind, {}, resource.inputs);
			if (failures.length > 0) throw new Error(`${key(resource)}: ${failures.map(({ reason }) => reason).join("; ")}`);
			return { ...resource, inputs };
		});
}
