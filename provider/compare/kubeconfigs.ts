import {
	bootstrapKubeconfig,
	bootstrapKubeconfigPath,
	joinedKubeconfig,
	type KubeconfigRequest,
	kubeconfig,
	kubeletKubeconfig,
} from "../render/kubeconfig";
import type { NodePlan } from "../render/node-plan";
import { certificateDifferences, certificateInPlace } from "./certificates";
import type { DifferenceInFile } from "./file";
import { masked } from "./masked";
import { valueDifferences } from "./values";
import { isMapping, yamlIn } from "./yaml";

type Mapping = Record<string, unknown>;

/** Arguments of a comparison of kubeconfigs. */
export interface Context {
	plan: NodePlan;
	/** PEM of the CA. */
	caCertificate: string;
	now: Date;
	/** Whether the configuration has a ClusterConfiguration. */
	saysCluster: boolean;
}

/** Returns the differences between a kubeconfig with a client certificate and the expected kubeconfig. */
export function kubeconfigDifferences(request: KubeconfigRequest, text: string, context: Context): DifferenceInFile[] {
	const { plan, caCertificate, now, saysCluster } = context;
	const kubeconfigInTree = parse(text);
	if (!kubeconfigInTree) return [notOne];
	const { "client-certificate-data": certificate, "client-key-data": key, ...user } = userOf(kubeconfigInTree) ?? {};
	// A running kubelet's kubeconfig names the files that the kubelet keeps renewing.
	if (request.name === "kubelet.conf" && certificate === undefined && user["client-certificate"] !== undefined) {
		return readable(kubeletKubeconfig(plan.cluster, plan.node, caCertificate), kubeconfigInTree);
	}
	const credentials = { clientCertificate: "", clientKey: "" };
	const wanted: Mapping = kubeconfig({ ...request, caCertificate, credentials });
	// Without a well-formed user there is no certificate to compare.
	if (!userOf(kubeconfigInTree)) return readable(wanted, kubeconfigInTree);
	// A certificate that was signed elsewhere may have more than was requested.
	const compare = plan.cluster.externalCA ? certificateInPlace : certificateDifferences;
	const place = `users[${request.user}].user.client-certificate-data`;
	return [
		...readable(withUser(wanted, {}), withUser(kubeconfigInTree, user)),
		...compare(request.certificate, {
			certificate: decode(certificate),
			key: decode(key),
			caCertificate,
			now,
			except: saysCluster ? ["validity"] : ["key", "validity"],
		}).map(({ at, ...difference }) => ({ ...difference, at: at ? `${place}: ${at}` : place })),
	];
}

const notOne: DifferenceInFile = { at: "", expected: "a kubeconfig", found: "something else" };

/** Returns the differences of the kubelet's kubeconfig on a joined node, or of its bootstrap kubeconfig where no other exists yet. */
export function joinedDifferences(path: string, text: string, { plan, caCertificate }: Context): DifferenceInFile[] {
	const kubeconfigInTree = parse(text);
	if (!kubeconfigInTree) return [notOne];
	const { cluster, node } = plan;
	if (path !== bootstrapKubeconfigPath)
		return readable(joinedKubeconfig(cluster, node, caCertificate), kubeconfigInTree);
	const token = node.discovery?.tlsBootstrapToken || node.discovery?.bootstrapToken?.token || "";
	return readable(bootstrapKubeconfig(cluster, node, { caCertificate, token }), kubeconfigInTree);
}

/** Compares kubeconfigs. A secret is shown as a number, other data by its digest. */
function readable(expected: unknown, found: unknown): DifferenceInFile[] {
	const secrets = new Map<unknown, string>();
	return valueDifferences(masked(expected, secrets), masked(found, secrets));
}

/** Returns the first user's credentials if they are a mapping, whatever the rest of the kubeconfig is. */
function userOf({ users }: Mapping): Mapping | undefined {
	const first: unknown = Array.isArray(users) ? users[0] : undefined;
	return isMapping(first) && isMapping(first["user"]) ? first["user"] : undefined;
}

function withUser(config: Mapping, user: Mapping): Mapping {
	const [first, ...others] = config["users"] as Mapping[];
	return { ...config, users: [{ ...first, user }, ...others] };
}

/** Decodes base64 data; empty for a value that is no text. */
function decode(data: unknown): string {
	return Buffer.from(typeof data === "string" ? data : "", "base64").toString();
}

/** Parses a kubeconfig. @returns undefined for a text that is no YAML mapping */
function parse(text: string): Mapping | undefined {
	const { value } = yamlIn(text) ?? {};
	return isMapping(value) ? value : undefined;
}
