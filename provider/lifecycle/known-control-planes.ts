import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./kept-state";

/** Number of control planes through which the API is reached also while one of them restarts. */
const ENOUGH = 2;

/**
 * Inputs with the control planes through which the state reaches the API, where the program still has each of them and they
 * are at least two: a control plane that is added changes no resource of the others. A state never keeps one that the program
 * has no more, as its machine may be part of another cluster then.
 */
export function withKnownControlPlanes(inputs: Properties, old: Properties | undefined): Properties {
	const [was, is] = [old?.["controlPlanes"], inputs["controlPlanes"]];
	if (!Array.isArray(was) || !Array.isArray(is) || was.length < ENOUGH) return inputs;
	const areThere = was.every((known) => is.some((each) => isDeepStrictEqual(known, each)));
	return areThere ? { ...inputs, controlPlanes: was } : inputs;
}
