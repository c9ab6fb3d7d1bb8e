import { expected } from "../../config/expected";
import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { isTransient } from "../../kubernetes/attempts";
import { httpsGet } from "../../kubernetes/https-get";
import { hostRoots } from "./host-roots";
import { isUntrusted, wordsOf } from "./words";

/**
 * Fetches a discovery file from an https address. The request is made from the host, with the CAs that the host trusts.
 *
 * Source: `RetrieveValidatedConfigInfo`, cmd/kubeadm/app/discovery/https/https.go.
 * @param timeoutSeconds limit of all attempts
 * @returns the file's text
 * @throws WaitError at the limit; at once for another status than 200 and for an untrusted certificate
 */
export async function fetchFile(host: Host, address: URL, timeoutSeconds: number): Promise<string> {
	const way = { ca: await hostRoots(host), headers: authorizationOf(address) };
	const shown = shownAddress(address);
	return waitFor<string>({
		subject: `${host.name}: ${shown}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			try {
				const { status: code, text } = await httpsGet(host, address, way);
				if (code === 200) return { done: true, value: text };
				return { done: false, saw: expected({ expected: "status 200", got: code }), hopeless: true };
			} catch (error) {
				if (!isUntrusted(error) && !isTransient(error)) throw error;
				return { done: false, saw: wordsOf(error as Error), hopeless: isUntrusted(error) };
			}
		},
		explain: async () =>
			`  next: ${host.typed(`curl -fsS ${shown}`)}; the address must be reachable from this host and have a certificate that the host trusts`,
	});
}

/** Formats an address for messages: without user, password and query, which may be secrets. */
export function shownAddress({ origin, pathname }: URL): string {
	return origin + pathname;
}

function authorizationOf({ username, password }: URL): Record<string, string> {
	if (!username && !password) return {};
	const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	return { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
}
