/**
 * Thrown by `read` when the host answered but its API could not be queried: it has no kubeconfig, or no API server answers.
 * The state is kept, and the next `up` repairs what drifted.
 */
export class Unread extends Error {}
