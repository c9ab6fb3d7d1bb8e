import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
// The client of this server takes longer to import than some tests wait for its first request.
import "@kubernetes/client-node";
import { toYaml } from "../../provider/go/yaml/write";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import { issueLeaf } from "../../provider/pki/issue";
import { keyPem } from "../../provider/pki/keys";
import { kubeconfig } from "../../provider/render/kubeconfig";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { cluster } from "./cluster";

/** The kinds that the server knows, by the path of their API group. */
const resources: Record<string, { name: string; kind: string; namespaced: boolean }[]> = {
	"/api/v1": [
		{ name: "namespaces", kind: "Namespace", namespaced: false },
		{ name: "nodes", kind: "Node", namespaced: false },
		{ name: "pods", kind: "Pod", namespaced: true },
		{ name: "configmaps", kind: "ConfigMap", namespaced: true },
		{ name: "secrets", kind: "Secret", namespaced: true },
		{ name: "services", kind: "Service", namespaced: true },
		{ name: "serviceaccounts", kind: "ServiceAccount", namespaced: true },
	],
	"/apis/rbac.authorization.k8s.io/v1": [
		{ name: "clusterroles", kind: "ClusterRole", namespaced: false },
		{ name: "clusterrolebindings", kind: "ClusterRoleBinding", namespaced: false },
		{ name: "roles", kind: "Role", namespaced: true },
		{ name: "rolebindings", kind: "RoleBinding", namespaced: true },
	],
	"/apis/apps/v1": [
		{ name: "deployments", kind: "Deployment", namespaced: true },
		{ name: "daemonsets", kind: "DaemonSet", namespaced: true },
	],
};

export interface Request {
	method: string;
	path: string;
	type: string;
	/** Whether the request has `dryRun=All`. */
	dryRun: boolean;
	body: any;
	/** Value of the Authorization header. */
	authorization?: string;
	/** Common name in the client certificate. */
	client?: string;
}

/** An answer with an error status. */
export interface Refusal {
	status: number;
	message: string;
}

/**
 * A Kubernetes API server in this process: TLS with a CA and client certificates, discovery, objects in memory, server-side
 * apply, merge patches with preconditions, namespaces that must exist, evictions. A test can let requests fail.
 */
export class ApiServer {
	/** By path, as `/api/v1/namespaces/default/configmaps/a`. */
	readonly objects = new Map<string, KubernetesObject>();
	readonly requests: Request[] = [];
	/** May refuse a request, cut its connection, or never answer. */
	fault: (request: Request) => Refusal | "cut" | "silent" | undefined = () => undefined;
	/** May change what is applied into equivalent notation. */
	words: (object: KubernetesObject) => KubernetesObject = (object) => object;
	/** Content of admin.conf on a control plane. */
	kubeconfig = "";
	#server: Server | undefined;
	#version = 0;

	get port(): number {
		return (this.#server!.address() as AddressInfo).port;
	}

	/**
	 * @param address the server's address in the kubeconfig and in its certificate
	 * @param anonymous whether clients without a certificate are accepted
	 */
	async start(address = "198.18.0.11", { anonymous = false } = {}): Promise<this> {
		const authority = (
			await certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined))
		).outputs;
		const signing = { certificate: authority.certificate, key: createPrivateKey(authority.privateKey) };
		const subject = {
			name: "test",
			ca: "ca" as const,
			organizations: [],
			validity: 3600,
			algorithm: "ECDSA-P256" as const,
		};
		const [server, client] = await Promise.all([
			issueLeaf(
				{ ...subject, commonName: "kube-apiserver", usages: ["serverAuth"], sans: [address] },
				signing,
				new Date(),
			),
			issueLeaf({ ...subject, commonName: "admin", usages: ["clientAuth"], sans: [] }, signing, new Date()),
		]);
		this.kubeconfig = toYaml(
			kubeconfig({
				clusterName: "kubernetes",
				server: `https://${address.includes(":") ? `[${address}]` : address}:6443`,
				caCertificate: authority.certificate,
				user: "admin",
				credentials: { clientCertificate: client.certificate, clientKey: keyPem(client.key) },
			}),
		);
		const options = {
			cert: server.certificate,
			key: keyPem(server.key),
			ca: authority.certificate,
			requestCert: true,
			rejectUnauthorized: !anonymous,
		};
		this.#server = createServer(options, async (incoming, response) => {
			const request = await received(incoming);
			this.requests.push(request);
			const fault = this.fault(request);
			if (fault === "cut") return void incoming.socket.destroy();
			if (fault === "silent") return;
			const { status, body } = fault ? refused(fault) : this.#answer(request);
			response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
		});
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
		return this;
	}

	async stop(): Promise<void> {
		this.#server?.closeAllConnections();
		this.#server?.close();
	}

	/** Stores an object, as another client of the API server would. */
	put(path: string, object: KubernetesObject): void {
		this.objects.set(path, this.#stamped(object));
	}

	/** Number of requests whose path ends with some text. */
	asked(end: string): number {
		return this.requests.filter(({ path }) => path.split("?")[0]!.endsWith(end)).length;
	}

	/** The requests that change something, in order, as `PATCH /api/v1/nodes/cp-1`. */
	changes(): string[] {
		const changing = this.requests.filter(({ method, dryRun }) => method !== "GET" && !dryRun);
		return changing.map(({ method, path }) => `${method} ${path}`);
	}

	#answer({ method, path, type, dryRun, body }: Request): { status: number; body: unknown } {
		if (path === "/readyz") return { status: 200, body: "ok" };
		const group = Object.keys(resources).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
		if (!group) return refused({ status: 404, message: "the server could not find the requested resource" });
		if (path === group) return { status: 200, body: { kind: "APIResourceList", resources: resources[group] } };
		const parts = path.slice(group.length + 1).split("/");
		const namespace = parts[0] === "namespaces" && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
		const [plural = "", name, subresource] = parts;
		const { kind } = resources[group]!.find((resource) => resource.name === plural)!;
		if (subresource === "eviction")
			return { status: this.objects.delete(path.replace(/\/eviction$/, "")) ? 201 : 404, body: {} };
		if (!name) {
			const inside = new RegExp(`^${group}/(namespaces/[^/]+/)?${plural}/[^/]+$`);
			return {
				status: 200,
				body: {
					kind: `${kind}List`,
					apiVersion: "v1",
					// As a real API server does, the items go without their kind.
					items: [...this.objects]
						.filter(([at]) => inside.test(at))
						.map(([, { kind: _kind, apiVersion: _version, ...item }]) => item),
				},
			};
		}
		const found = this.objects.get(path);
		if (
			method === "PATCH" &&
			namespace &&
			namespace !== "default" &&
			!this.objects.has(`/api/v1/namespaces/${namespace}`)
		)
			return refused({ status: 404, message: `namespaces "${namespace}" not found` });
		if (!found && !(method === "PATCH" && type.includes("apply-patch")))
			return refused({ status: 404, message: `${plural} "${name}" not found` });
		if (method === "DELETE") {
			this.objects.delete(path);
			return { status: 200, body: { kind: "Status", apiVersion: "v1", status: "Success" } };
		}
		if (method === "PATCH") {
			const wants = body.metadata?.resourceVersion;
			if (wants && wants !== (found!.metadata as any).resourceVersion)
				return refused({ status: 409, message: "the object has been modified" });
			const object = this.#stamped(this.words(merged(found ?? {}, body)));
			if (dryRun) return { status: 200, body: object };
			this.objects.set(path, object);
		}
		return { status: 200, body: this.objects.get(path) };
	}

	#stamped(object: any): KubernetesObject {
		const uid = object.metadata.uid ?? `uid-${object.metadata.name}`;
		return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(++this.#version) } };
	}
}

function refused({ status, message }: Refusal): { status: number; body: unknown } {
	return { status, body: { kind: "Status", apiVersion: "v1", status: "Failure", message, code: status } };
}

async function received(incoming: IncomingMessage): Promise<Request> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk);
	const text = Buffer.concat(chunks).toString();
	const client = (incoming.socket as TLSSocket).getPeerCertificate().subject?.CN;
	const { pathname: path, searchParams } = new URL(incoming.url!, "https://localhost");
	return {
		method: incoming.method!,
		path,
		type: incoming.headers["content-type"] ?? "",
		dryRun: searchParams.get("dryRun") === "All",
		body: text ? JSON.parse(text) : undefined,
		...(incoming.headers.authorization ? { authorization: incoming.headers.authorization } : {}),
		...(client ? { client: String(client) } : {}),
	};
}

/** RFC 7386. */
function merged(target: any, patch: any): any {
	if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
	const result = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) delete result[name];
		else result[name] = merged(result[name], value);
	}
	return result;
}
