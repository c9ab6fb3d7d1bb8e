import { isDeepStrictEqual } from "node:util";
import { type Properties, pick } from "./kept-state";
import type { Difference } from "./lifecycle";
import { lifecycleOf } from "./lifecycles";
import { type ResourceKind, shapes } from "./shapes";

/** State property with the reason why the last refresh could not read the resource. */
export const UNREAD = "unread";

/** Why a resource is updated although its inputs are equal: its last change was begun, and the state does not know its end. */
export const CUT_OFF = "its last change was cut off";

/** Compares a state with new inputs, as the resource's kind does. A resource that was not read needs an update. */
export function differenceOf(kind: ResourceKind, was: Properties, now: Properties): Difference {
	const difference = lifecycleOf(kind).diff?.(was, now) ?? {};
	if (UNREAD in was && !difference.replaces) return { changes: true, reason: unreadReason(was) };
	const isSame = difference.changes === undefined && !difference.replaces && areEqual(kind, was, now);
	return isSame ? { changes: false } : difference;
}

/** Why a resource needs an update with equal inputs, as a refresh found it. */
export function reasonOf(kind: ResourceKind, state: Properties): string | undefined {
	if (UNREAD in state) return unreadReason(state);
	return lifecycleOf(kind).diff?.(state, pick(state, shapes[kind].inputs)).reason;
}

function unreadReason({ [UNREAD]: why }: Properties): string {
	return why === CUT_OFF ? CUT_OFF : `not read: ${why}`;
}

/**
 * Whether a state has the inputs already. The engine would compare preview forms, which another release may have written
 * in another way.
 */
export function areEqual(kind: ResourceKind, state: Properties, inputs: Properties): boolean {
	return isDeepStrictEqual(pick(state, shapes[kind].inputs), inputs);
}
