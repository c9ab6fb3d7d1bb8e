import * as pulumi from "@pulumi/pulumi";
import { isAwaited } from "../resources/argument-checks";

/** A list with the elements of `own` whose names it lacks. */
export function added<T extends { name: string }>(given: unknown, own: readonly T[]): pulumi.Input<T[]> {
	return mapped(given as T[] | undefined, (list: readonly T[] = []) => [
		...list,
		...own.filter(({ name }) => !list.some((each) => each.name === name)),
	]) as pulumi.Input<T[]>;
}

/** Applies a function to a value that may come from another resource. */
export function mapped<T, U>(value: T, change: (value: any) => U): pulumi.Input<U> {
	return isAwaited(value) ? (pulumi.output(value).apply(change) as pulumi.Output<U>) : change(value);
}
