import type { Outcome } from "./compare";
import type { Difference } from "./facts";

/** A difference from kubeadm that is wanted. */
export interface Allowance {
	name: string;
	/** The line of kubeadm's source that makes it so, and why it is otherwise here. */
	source: string;
	covers(difference: Difference, outcome: Outcome, version: string): boolean;
}

/** All differences from kubeadm that are wanted: at most ten. */
export const allowed: readonly Allowance[] = [];
