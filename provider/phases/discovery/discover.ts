import { placeOfKubeconfig } from "../../config/discovery";
import type { Discovery } from "../../config/node";
import { toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { current, type KubeconfigFile } from "../../kubernetes/kubeconfig-file";
import { base64 } from "../../render/base64";
import { kubeconfig } from "../../render/kubeconfig";
import { byFile, refuseStranger } from "./by-file";
import { byToken } from "./by-token";
import { fetchFile, shownAddress } from "./fetch-file";
import { discoveryError, PRINT_CLUSTER_INFO } from "./words";

/** A cluster that a node discovered. */
export interface FoundCluster {
	/** `https://host:port` */
	server: string;
	/** The cluster's CA certificates, PEM. */
	certificate: string;
}

/** A discovered cluster, and the credentials with which a kubelet requests its certificate. */
export interface Discovered extends FoundCluster {
	/** bootstrap-kubelet.conf, YAML. Secret. */
	kubeconfig: string;
}

/**
 * Discovers the cluster that a host joins: by a token, or by a kubeconfig on the host or at an https address. All requests
 * are made from the host.
 *
 * Source: `For`, cmd/kubeadm/app/discovery/discovery.go.
 * @param discovery either `bootstrapToken` or `file`
 * @param timeoutSeconds limit for each file or ConfigMap that is fetched
 * @throws Error with the failing layer and the next command to type; WaitError where something is not fetched within the
 * limit. Messages hold no secret.
 */
export async function discover(host: Host, discovery: Discovery, timeoutSeconds: number): Promise<Discovered> {
	const { bootstrapToken, file } = discovery;
	const token = discovery.tlsBootstrapToken || bootstrapToken?.token;
	const { from, config } = bootstrapToken
		? {
				from: `${host.name}: cluster-info of https://${bootstrapToken.apiServerEndpoint}`,
				config: await byToken(host, bootstrapToken, timeoutSeconds),
			}
		: await byPlace(host, file!.kubeConfigPath, timeoutSeconds);
	const { cluster } = current(config);
	const server = cluster!.server!;
	const certificate = Buffer.from(cluster!["certificate-authority-data"] ?? "", "base64").toString();
	if (!certificate)
		throw discoveryError(
			{ at: from, expected: "the cluster's CA in it or in cluster-info", got: "none" },
			PRINT_CLUSTER_INFO,
		);
	if (!token) refuseStranger(config, from);
	const joining = token ? withToken({ server, certificate, token }) : config;
	return { server, certificate, kubeconfig: toYaml(joining as Record<string, unknown>) };
}

/** Makes a kubeconfig with a token as its user's credentials; it trusts every discovered CA. Source: `CreateWithToken`, cmd/kubeadm/app/util/kubeconfig/kubeconfig.go. */
function withToken({ server, certificate, token }: FoundCluster & { token: string }): object {
	const parts = { clusterName: "kubernetes", server, user: "tls-bootstrap-token-user", credentials: { token } };
	const cluster = { "certificate-authority-data": base64(certificate), server };
	return {
		...kubeconfig({ ...parts, caCertificate: certificate }),
		clusters: [{ cluster, name: parts.clusterName }],
	};
}

async function byPlace(
	host: Host,
	kubeConfigPath: string,
	timeoutSeconds: number,
): Promise<{ from: string; config: KubeconfigFile }> {
	const { address, file } = placeOfKubeconfig(kubeConfigPath);
	const from = `${host.name}: ${address ? shownAddress(address) : file}`;
	const text = address ? await fetchFile(host, address, timeoutSeconds) : await fileOn(host, file!);
	return { from, config: await byFile(host, { text, from }, timeoutSeconds) };
}

async function fileOn(host: Host, path: string): Promise<string> {
	const file = (await host.read([path])).get(path);
	if (file) return file.content.toString();
	throw discoveryError(
		{ at: `${host.name}: ${path}`, expected: "a kubeconfig that names the cluster", got: "no file" },
		PRINT_CLUSTER_INFO,
	);
}
