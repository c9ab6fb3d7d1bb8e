import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { isTransient } from "../../kubernetes/attempts";
import { connectBy } from "../../kubernetes/connection";
import type { WayToServer } from "../../kubernetes/kubeconfig-file";
import { serverMessage } from "../../kubernetes/requests";
import { isUntrusted, PRINT_JOIN, wordsOf } from "./words";

const PATH = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

/** How cluster-info is asked for. */
interface Question {
	/** From where. */
	host: Host;
	way: WayToServer;
	timeoutSeconds: number;
	/** With the signature of this token; absent: as it is, and a server that does not let it be read is content enough. */
	tokenId?: string;
}

/** What the last look came to, and with it what to type next. */
type Trouble = "away" | "untrusted" | "refused" | "unsigned";

/**
 * The data of the ConfigMap cluster-info, which tells whoever asks where its cluster is; `undefined` where it may not be read.
 *
 * Source: `getClusterInfo`, cmd/kubeadm/app/discovery/token/token.go; `ValidateConfigInfo`, discovery/file/file.go.
 */
export async function clusterInfo({
	host,
	way,
	timeoutSeconds,
	tokenId,
}: Question): Promise<Record<string, string> | undefined> {
	const connection = connectBy({ host: async () => host, through: host.name, way });
	let trouble: Trouble = "away";
	const sees = (now: Trouble, saw: string) => {
		trouble = now;
		return { done: false as const, saw, hopeless: now === "untrusted" };
	};
	return waitFor<Record<string, string> | undefined>({
		subject: `${host.name}: cluster-info of ${way.server}`,
		timeoutSeconds,
		onStatus: status,
		observe: async () => {
			try {
				const { status: code, text } = await connection.request({ method: "GET", path: PATH });
				if (code === 403 && !tokenId) return { done: true, value: undefined };
				if (code !== 200) return sees("refused", `${code}: ${serverMessage(text)}`);
				const data: Record<string, string> = JSON.parse(text).data ?? {};
				if (tokenId && !data[`jws-kubeconfig-${tokenId}`])
					return sees("unsigned", `it is not signed with the token ${tokenId}`);
				return { done: true, value: data };
			} catch (error) {
				if (isUntrusted(error)) return sees("untrusted", wordsOf(error as Error));
				if (!isTransient(error)) throw error;
				return sees("away", wordsOf(error as Error));
			}
		},
		explain: async () => explanations[trouble](host, way.server),
	});
}

/** The layer that failed, and the next command. */
const explanations: Record<Trouble, (host: Host, server: string) => string> = {
	away: (host, server) =>
		`  layer: network or firewall\n  next: ${host.typed(`curl -sk ${server}${PATH}`)}; then, for the endpoint to be given, ${PRINT_JOIN}`,
	untrusted: (host, server) =>
		`  layer: certificate: the server is not the one that was expected, or its certificate has ended\n  next: ${host.typed(`date; openssl s_client -connect ${new URL(server).host} </dev/null | openssl x509 -noout -issuer -dates`)}; then, for the right hash, ${PRINT_JOIN}`,
	refused: (host, server) =>
		`  layer: API server: it does not tell its cluster-info\n  next: ${host.typed(`curl -sk ${server}${PATH}`)}; then, on a control plane of the cluster: kubeadm init phase bootstrap-token`,
	unsigned: () =>
		`  layer: credentials: the token has expired, is not of this cluster, or its usages lack "signing"\n  next: ${PRINT_JOIN}`,
};
