/** Command that prints a valid token, endpoint and CA hash. */
export const PRINT_JOIN = "on a control plane of the cluster: kubeadm token create --print-join-command";

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
