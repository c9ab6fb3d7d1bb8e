import type { Host } from "../../hosts/host";
import { status } from "../../hosts/status";
import {
	current,
	embedded,
	expired,
	hasCredentials,
	type KubeconfigFile,
	parseKubeconfig,
	serverAccess,
} from "../../kubernetes/kubeconfig-file";
import { clusterInfo } from "./cluster-info";
import { withExecCredentials } from "./exec-credentials";
import { hostRoots } from "./host-roots";
import { discoveryError, PRINT_CLUSTER_INFO, PRINT_JOIN } from "./words";

/**
 * Discovers a cluster by a kubeconfig. The server must have a certificate that the kubeconfig's CA has signed. Where the
 * kubeconfig names no CA, the host's trusted CAs verify the server, and cluster-info supplies the cluster's CA.
 *
 * Source: `ValidateConfigInfo`, cmd/kubeadm/app/discovery/file/file.go.
 * @param from path or address of the kubeconfig, for errors
 * @param timeoutSeconds limit for reading cluster-info
 * @returns the kubeconfig, with the content of every file that it names
 * @throws Error where the text is no kubeconfig with a server, or its client certificate has expired
 * @throws ExpectationError where a file that it names is missing
 * @throws WaitError where the server does not give cluster-info within the limit
 */
export async function byFile(
	host: Host,
	{ text, from }: { text: string; from: string },
	timeoutSeconds: number,
): Promise<KubeconfigFile> {
	const parsed = parseKubeconfig(text);
	if (!parsed || !current(parsed).cluster?.server)
		throw discoveryError(
			{ at: from, expected: "a kubeconfig with a current cluster", got: "something else" },
			PRINT_CLUSTER_INFO,
		);
	const config = await embedded(host, parsed);
	const end = expired(config, new Date());
	if (end)
		throw discoveryError(
			{ at: from, expected: "a client certificate that is valid", got: `one that expired on ${end.toISOString()}` },
			"kubeadm kubeconfig user --client-name NAME --org system:bootstrappers:kubeadm:default-node-token; or leave its user out and give discovery.tlsBootstrapToken",
		);
	const access = serverAccess(await withExecCredentials(host, config))!;
	const isTrusted = access.credentials.ca || access.credentials.rejectUnauthorized === false;
	const credentials = isTrusted ? access.credentials : { ...access.credentials, ca: await hostRoots(host) };
	const data = await clusterInfo({ host, access: { ...access, credentials }, timeoutSeconds });
	const published = parseKubeconfig(data?.kubeconfig ?? "");
	const publishedCluster = published && current(published).cluster;
	if (publishedCluster?.server && publishedCluster.server !== access.server)
		status(
			`${from}: its server is ${access.server}, and cluster-info names ${publishedCluster.server}: the kubeconfig's is used`,
		);
	const { cluster } = current(config);
	cluster!["certificate-authority-data"] ||= publishedCluster?.["certificate-authority-data"] ?? "";
	return config;
}

/**
 * Refuses a discovery kubeconfig without credentials, for a discovery without a token.
 *
 * Source: `For`, cmd/kubeadm/app/discovery/discovery.go.
 * @param from path or address of the kubeconfig, for the error
 * @throws Error with the command to run on a control plane
 */
export function refuseStranger(config: KubeconfigFile, from: string): void {
	if (hasCredentials(config)) return;
	throw discoveryError(
		{ at: from, expected: "a user with credentials in it, or discovery.tlsBootstrapToken", got: "neither" },
		PRINT_JOIN,
	);
}
