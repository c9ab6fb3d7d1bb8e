/**
 * Error of a refresh where the host answers and its API does not: the host has no usable kubeconfig, the API refuses the user, or
 * no API server answers. The refresh keeps the state, and the next `up` repairs the drift.
 */
export class Unread extends Error {}
