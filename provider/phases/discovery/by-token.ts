import { splitToken } from "../../config/bootstrap-token";
import { ExpectationError } from "../../config/expected";
import type { Discovery } from "../../config/node";
import type { Host } from "../../hosts/host";
import { current, type KubeconfigFile, parseKubeconfig } from "../../kubernetes/kubeconfig-file";
import { hashesOf, isPinned } from "../../pki/authorities";
import { clusterInfo } from "./cluster-info";
import { isSigned } from "./signature";
import { discoveryError, PRINT_JOIN } from "./words";

/**
 * Discovers a cluster by a bootstrap token. cluster-info is read from an unverified server; the signature made with the
 * token proves that the cluster wrote it, and the pinned hash proves its CA. With that CA, cluster-info is read once more
 * from the verified server.
 *
 * Source: `retrieveValidatedConfigInfo`, cmd/kubeadm/app/discovery/token/token.go.
 * @param timeoutSeconds limit for each of the two reads
 * @returns a kubeconfig without a user
 * @throws Error where the signature or the CA's hash is wrong; ExpectationError where cluster-info names no server and CA
 * @throws WaitError where the server does not give cluster-info within the limit
 */
export async function byToken(
	host: Host,
	{ token, apiServerEndpoint, caCertHashes = [] }: Required<Discovery>["bootstrapToken"],
	timeoutSeconds: number,
): Promise<KubeconfigFile> {
	const { id, secret } = splitToken(token)!;
	const server = `https://${apiServerEndpoint}`;
	const question = { host, timeoutSeconds, tokenId: id };
	const data = await clusterInfo({ ...question, access: { server, credentials: { rejectUnauthorized: false } } });
	const content = data?.kubeconfig ?? "";
	const subject = `${host.name}: cluster-info of ${server}`;
	if (!isSigned(data![`jws-kubeconfig-${id}`]!, { content, id, secret }))
		throw discoveryError(
			{
				at: subject,
				expected: `a signature with the token ${id}`,
				got: "another one: the second part of the token is wrong, or this is not the cluster",
			},
			PRINT_JOIN,
		);
	const config = parseKubeconfig(content);
	const certificate = config && authorityOf(config);
	if (!certificate)
		throw new ExpectationError({ at: subject, expected: "a kubeconfig with a server and a CA", got: "none" });
	if (caCertHashes.length === 0) return config;
	if (!isPinned(certificate, caCertHashes))
		throw discoveryError(
			{
				at: subject,
				expected: `a CA with the hash ${caCertHashes.join(" or ")}`,
				got: hashesOf(certificate).join(", ") || "none",
			},
			PRINT_JOIN,
		);
	const secured = await clusterInfo({
		...question,
		access: { server, credentials: { ca: Buffer.from(certificate) } },
	});
	if (secured?.kubeconfig !== content)
		throw discoveryError(
			{ at: subject, expected: "the same content from the server with this CA", got: "another one" },
			PRINT_JOIN,
		);
	return config;
}

/** The CA that a kubeconfig trusts, PEM; empty for none. */
function authorityOf(config: KubeconfigFile): string {
	const { cluster } = current(config);
	return cluster?.server ? Buffer.from(cluster["certificate-authority-data"] ?? "", "base64").toString() : "";
}
