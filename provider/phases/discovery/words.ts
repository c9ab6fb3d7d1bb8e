import { expected, type Sentence } from "../../config/expected";

/** Command that prints a valid token, endpoint and CA hash. */
export const PRINT_JOIN = "kubeadm token create --print-join-command";

/** Command that prints the kubeconfig of cluster-info. */
export const PRINT_CLUSTER_INFO = "kubectl -n kube-public get cm cluster-info -o jsonpath='{.data.kubeconfig}'";

/** Place and command of a next step that is taken on another host. */
export function onControlPlane(command: string): string {
	return `on a control plane of the cluster: ${command}`;
}

/** Last line of an error: the command to run on a control plane of the cluster. */
export function nextOnControlPlane(command: string): string {
	return `\n  next, ${onControlPlane(command)}`;
}

/** Error of a discovery. @param command to run on a control plane of the cluster */
export function discoveryError(sentence: Sentence, command: string): Error {
	return new Error(expected(sentence) + nextOnControlPlane(command));
}

/** Error codes of TLS for a certificate that is not trusted. Waiting does not change them. */
const untrusted =
	/^(UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Whether a request failed because the server's certificate is not trusted. */
export function isUntrusted(error: unknown): boolean {
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (untrusted.test(String((cause as NodeJS.ErrnoException).code ?? ""))) return true;
	return false;
}

/** Innermost reason of a failed request. */
export function wordsOf(error: Error): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
