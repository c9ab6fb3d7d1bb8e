import { loadAll } from "js-yaml";
import { type Problem, SpecError } from "../config/problems";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { WaitError, waitFor } from "../hosts/wait";
import { type ApiReference, api } from "../kubernetes/api";
import { components } from "../phases/control-plane/registry";
import { base64 } from "../render/base64";
import type { KubernetesObject } from "../render/kubernetes-object";
import { type ClusterObjectsArgs, renderObjects } from "./cluster-objects";
import { objectsLifecycle } from "./objects-lifecycle";

const coreDnsObjects = objectsLifecycle<ClusterObjectsArgs>({
	render: (args) =>
		renderObjects(args, (cluster, node) => components.coredns.render({ cluster, node, initialMembers: [] })),
});

/**
 * CoreDNS as kubeadm makes it; at first it waits a little for kube-proxy. It asks for the API at its service's address when
 * it starts: where that leads nowhere yet, it is not ready when the kubelet first looks, and the next look is 10 s later.
 */
export const coreDns: typeof coreDnsObjects = {
	...coreDnsObjects,
	async create(inputs) {
		await kubeProxyServes(inputs);
		return coreDnsObjects.create(inputs);
	},
};

/** kube-proxy as kubeadm makes it. */
export const kubeProxy = objectsLifecycle<ClusterObjectsArgs>({
	render: (args) =>
		renderObjects(args, (cluster, node) => components["kube-proxy"].render({ cluster, node, initialMembers: [] })),
});

/** Whatever the program brings, such as a pod network. */
export const addon = objectsLifecycle<{ controlPlanes: HostReference[]; yaml: string }>({
	render: ({ yaml }) => (isUnknown(yaml) ? (UNKNOWN as never) : objectsOf(yaml)),
});

/** Where there is a kube-proxy at all: others can take its place. */
async function kubeProxyServes(reference: ApiReference): Promise<void> {
	const metadata = { name: "kube-proxy", namespace: "kube-system" };
	const daemonSet: KubernetesObject = { apiVersion: "apps/v1", kind: "DaemonSet", metadata };
	const server = await api(reference);
	try {
		await waitFor({
			subject: "kube-proxy, before CoreDNS",
			timeoutSeconds: 30,
			onStatus: status,
			observe: async () => {
				const living = await server.read(daemonSet);
				const { numberAvailable = 0 } = (living?.status ?? {}) as { numberAvailable?: number };
				return living && numberAvailable === 0
					? { done: false, saw: "not ready on any node yet" }
					: { done: true, value: undefined };
			},
		});
	} catch (error) {
		if (!(error instanceof WaitError)) throw error;
		status(`${error.message}; CoreDNS is placed all the same`);
	}
}

function objectsOf(yaml: string): KubernetesObject[] {
	let documents: unknown[];
	try {
		documents = loadAll(yaml);
	} catch (error) {
		throw new SpecError("Addon", [
			{
				path: "yaml",
				message: `expected YAML documents, got text that is none: ${(error as Error).message.split("\n")[0]}`,
			},
		]);
	}
	const objects = documents.filter(
		(document) => document !== null && document !== undefined,
	) as Partial<KubernetesObject>[];
	const problems: Problem[] = objects.flatMap(({ apiVersion, kind, metadata }, index) => {
		const missing = Object.entries({ apiVersion, kind, "metadata.name": metadata?.name }).filter(
			([, value]) => typeof value !== "string",
		);
		return missing.map(([field]) => ({ path: `yaml[${index}].${field}`, message: "expected text, got nothing" }));
	});
	if (problems.length > 0) throw new SpecError("Addon", problems);
	return (objects as KubernetesObject[]).map(withDataOnly);
}

/** `stringData` is written and never read back: said as `data`, which the API server makes of it, its drift shows too. */
function withDataOnly(object: KubernetesObject): KubernetesObject {
	const { stringData, ...secret } = object;
	if (object.apiVersion !== "v1" || object.kind !== "Secret" || !stringData) return object;
	const encoded = Object.entries(stringData).map(([key, text]) => [key, base64(String(text))]);
	return { ...secret, data: { ...(secret.data as object | undefined), ...Object.fromEntries(encoded) } };
}
