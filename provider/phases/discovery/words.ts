/** What to type on a control plane for a token, an endpoint and a hash that are right. */
export const PRINT_JOIN = "on a control plane of the cluster: kubeadm token create --print-join-command";

/** How TLS says that a server's certificate is not to be trusted; waiting does not mend it. */
const untrusted =
	/^(UNABLE_TO_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** Whether a request failed as the server's certificate is not one to trust. */
export function isUntrusted(error: unknown): boolean {
	for (let cause = error; cause instanceof Error; cause = cause.cause)
		if (untrusted.test(String((cause as NodeJS.ErrnoException).code ?? ""))) return true;
	return false;
}

/** Why a request failed: the innermost reason. */
export function wordsOf(error: Error): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
