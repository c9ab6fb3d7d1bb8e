import { expected, type Sentence } from "../../config/expected";

/** Command for a control plane that prints a valid token, the API server's endpoint and the CA's hash. */
export const PRINT_JOIN = "kubeadm token create --print-join-command";

/** Command for a machine with kubectl that prints the kubeconfig in cluster-info. */
export const PRINT_CLUSTER_INFO = "kubectl -n kube-public get cm cluster-info -o jsonpath='{.data.kubeconfig}'";

/** Words for a command that is typed on a control plane: `on a control plane of the cluster: COMMAND`. */
export function onControlPlane(command: string): string {
	return `on a control plane of the cluster: ${command}`;
}

/** Last line of an error, with the newline before it: the command to type on a control plane of the cluster. */
export function nextOnControlPlane(command: string): string {
	return `\n  next, ${onControlPlane(command)}`;
}

/** Makes the error of a failed discovery. Does not throw. @param command command to type on a control plane of the cluster */
export function discoveryError(sentence: Sentence, command: string): Error {
	return new Error(expected(sentence) + nextOnControlPlane(command));
}

/** Error codes of TLS for a certificate that is not trusted. Waiting does not change them. */
const untrusted =
	/^(UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Whether a request failed because the server's certificate is not trusted, by the TLS error codes of the error and its causes. */
export function isUntrusted(error: unknown): boolean {
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (untrusted.test(String((cause as NodeJS.ErrnoException).code ?? ""))) return true;
	return false;
}

/** Reason of a failed request: the message of the error's cause, else of the error. */
export function wordsOf(error: Error): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
