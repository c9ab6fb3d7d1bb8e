import type { ClusterSpec } from "../config/cluster";
import { type NodeRole, type NodeSpec, timeoutOf } from "../config/node";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { durationSeconds } from "../go/duration";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { status } from "../hosts/status";
import { callTimeout, readFromApi } from "../kubernetes/api";
import { approveServing, servingCertificate, waitingRequests } from "../phases/kubelet/serving";
import type { Lifecycle } from "./lifecycle";
import { renderNode } from "./rendering";

/** Arguments of a `KubeletServingCertificate`. */
export interface KubeletServingCertificateArgs {
	/** The node's host. */
	host: HostReference;
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** The cluster that the node belongs to. */
	cluster: ClusterSpec;
	/** The node. */
	node: NodeSpec;
	/** Role of the node: "control-plane" or "worker". */
	role: NodeRole;
	/** Certificate of the CA that signs, PEM. */
	authority: { certificate: string };
}

/** Inputs of a `KubeletServingCertificate`, as the state keeps them. */
export interface KubeletServingCertificateInputs {
	/** The node's host. */
	host: HostReference;
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Time limit of a request with its retries, as a Go duration. @default "1m0s" */
	kubernetesAPICall?: string;
	/** Name of the node. */
	nodeName: string;
	/** Certificate of the CA that signs, PEM. */
	caCertificate: string;
	/** Time limit of the wait for the kubelet's request and its certificate, in seconds. */
	timeoutSeconds: number;
}

/** Outputs of a `KubeletServingCertificate`. */
export interface KubeletServingCertificateOutputs {
	/** End of the certificate's validity, ISO 8601. Empty where the kubelet has none. */
	notAfter: string;
	/** "signed", or the reason why the next `up` has to approve a request. */
	status: string;
}

/**
 * Lifecycle of the approval of a kubelet's serving certificate. The kubelet keeps its key and makes the request;
 * `create` and `update` approve the request where it asks for the node's own names and addresses only, and wait until
 * the kubelet has the certificate. Both throw an Error that names a request for anything else, which stays unapproved.
 * A refresh shows a certificate that is missing or expired, and a request that waits.
 */
export const kubeletServingCertificate: Lifecycle<
	KubeletServingCertificateArgs,
	KubeletServingCertificateInputs,
	KubeletServingCertificateOutputs
> = {
	check({ host, controlPlanes, cluster, node, role, authority }) {
		const anywhere = isUnknown(node) ? node : { apiServer: { advertiseAddress: UNKNOWN }, ...node };
		return {
			host,
			controlPlanes,
			...callTimeout(node),
			...renderNode({ cluster, node: anywhere, role }, (_, { name }) => ({ nodeName: name })),
			caCertificate: isUnknown(authority) ? UNKNOWN : (authority?.certificate ?? ""),
			timeoutSeconds: durationSeconds(timeoutOf(node, "tlsBootstrap")),
		};
	},
	diff(state, inputs) {
		if (state.status !== SIGNED) return { changes: true };
		return sameNode(state, inputs) ? { changes: false } : {};
	},
	async create(inputs) {
		return { id: newId(`serving/${inputs.nodeName}`), outputs: await approve(inputs) };
	},
	async read(_id, state) {
		const { notAfter, problems } = await servingCertificate(await reach(state.host), state);
		const [waiting] = await readFromApi(state, (server) => waitingRequests(server, state.nodeName));
		const reason = problems[0] ?? (waiting && `the request ${waiting.metadata.name} waits for approval`);
		return { ...state, notAfter, status: reason ?? SIGNED };
	},
	async update(_id, _state, inputs) {
		return approve(inputs);
	},
	async delete() {},
};

const SIGNED = "signed";

function sameNode(was: KubeletServingCertificateInputs, is: KubeletServingCertificateInputs): boolean {
	return was.nodeName === is.nodeName && was.caCertificate === is.caCertificate;
}

async function approve(inputs: KubeletServingCertificateInputs): Promise<KubeletServingCertificateOutputs> {
	const { notAfter } = await approveServing(await reach(inputs.host), { ...inputs, onStatus: status });
	return { notAfter, status: SIGNED };
}
