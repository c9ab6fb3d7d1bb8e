import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { isTransient } from "../../kubernetes/attempts";
import { connectBy } from "../../kubernetes/connection";
import type { ServerAccess } from "../../kubernetes/kubeconfig-file";
import { ApiError } from "../../kubernetes/requests";
import { isUntrusted, nextOnControlPlane, onControlPlane, PRINT_JOIN, wordsOf } from "./words";

const PATH = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

/** A request for cluster-info. */
interface ClusterInfoRequest {
	/** The host that the request is made from. */
	host: Host;
	/** Address of the API server, and the credentials for it. */
	access: ServerAccess;
	/** Limit of all attempts. */
	timeoutSeconds: number;
	/** Id of the token that must have signed cluster-info. @default none: cluster-info may be unsigned, and the server may refuse to show it */
	tokenId?: string;
}

/** Why the last attempt failed, which decides the next command. */
type Trouble = "away" | "untrusted" | "refused" | "unsigned";

/**
 * Reads the public ConfigMap cluster-info, and repeats the request until the limit.
 *
 * Source: `getClusterInfo`, cmd/kubeadm/app/discovery/token/token.go; `ValidateConfigInfo`, discovery/file/file.go.
 * @returns the ConfigMap's `data`; undefined where `tokenId` is absent and the server answers 403
 * @throws WaitError at the limit, or at once for an untrusted certificate, with the failing layer and the next command
 */
export async function clusterInfo({
	host,
	access,
	timeoutSeconds,
	tokenId,
}: ClusterInfoRequest): Promise<Record<string, string> | undefined> {
	const { client } = await connectBy({ host: async () => host, through: host.name, access });
	let trouble: Trouble = "away";
	const failed = (now: Trouble, saw: string) => {
		trouble = now;
		return { done: false as const, saw, hopeless: now === "untrusted" };
	};
	return waitFor<Record<string, string> | undefined>({
		subject: `${host.name}: cluster-info of ${access.server}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			try {
				const data: Record<string, string> = JSON.parse(await client.get(PATH)).data ?? {};
				if (tokenId && !data[`jws-kubeconfig-${tokenId}`])
					return failed("unsigned", `it is not signed with the token ${tokenId}`);
				return { done: true, value: data };
			} catch (error) {
				if (error instanceof ApiError) {
					if (error.status === 403 && !tokenId) return { done: true, value: undefined };
					return failed("refused", error.message);
				}
				if (isUntrusted(error)) return failed("untrusted", wordsOf(error as Error));
				if (!isTransient(error)) throw error;
				return failed("away", wordsOf(error as Error));
			}
		},
		explain: async () => explanations[trouble](host, access.server),
	});
}

/** The failing layer and the next command, by the reason of the failure. */
const explanations: Record<Trouble, (host: Host, server: string) => string> = {
	away: (host, server) =>
		`  layer: network or firewall\n  next: ${host.typed(`curl -sk ${server}${PATH}`)}; then, for the endpoint to be given, ${onControlPlane(PRINT_JOIN)}`,
	untrusted: (host, server) =>
		`  layer: certificate: the server is another one than expected, or its certificate has expired\n  next: ${host.typed(`date; openssl s_client -connect ${new URL(server).host} </dev/null | openssl x509 -noout -issuer -dates`)}; then, for the right hash, ${onControlPlane(PRINT_JOIN)}`,
	refused: (host, server) =>
		`  layer: API server: the server does not show cluster-info\n  next: ${host.typed(`curl -sk ${server}${PATH}`)}; then, on a control plane of the cluster: kubeadm init phase bootstrap-token`,
	unsigned: () =>
		`  layer: credentials: the token has expired, belongs to another cluster, or its usages lack "signing"${nextOnControlPlane(PRINT_JOIN)}`,
};
