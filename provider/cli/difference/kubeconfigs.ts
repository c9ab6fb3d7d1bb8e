import { createHash } from "node:crypto";
import {
	bootstrapKubeconfig,
	bootstrapKubeconfigPath,
	joinedKubeconfig,
	type KubeconfigRequest,
	kubeconfig,
	kubeletKubeconfig,
} from "../../render/kubeconfig";
import { fromYaml } from "../../render/yaml";
import type { NodePlan } from "../tree/node-plan";
import { certificateDifferences } from "./certificates";
import type { Difference } from "./difference";
import { valueDifferences } from "./values";

type Found = Omit<Difference, "file">;
type Kubeconfig = { users?: { name?: string; user?: Record<string, string> }[] } & Record<string, unknown>;

/** What a comparison of kubeconfigs needs. */
export interface Context {
	plan: NodePlan;
	/** PEM of the CA. */
	caCertificate: string;
	now: Date;
}

/** Where a kubeconfig with a client certificate says something else than it should. */
export function kubeconfigDifferences(request: KubeconfigRequest, text: string, context: Context): Found[] {
	const { plan, caCertificate, now } = context;
	const found = parse(text);
	if (!found) return [{ at: "", expected: "a kubeconfig", found: "something else" }];
	const { "client-certificate-data": certificate, "client-key-data": key, ...user } = found.users?.[0]?.user ?? {};
	// Once it runs, the kubelet's names the files that the kubelet keeps renewing.
	if (request.name === "kubelet.conf" && certificate === undefined && user["client-certificate"] !== undefined) {
		return readable(kubeletKubeconfig(plan.cluster, plan.node, caCertificate), found);
	}
	const credentials = { clientCertificate: "", clientKey: "" };
	const wanted = kubeconfig({ ...request, caCertificate, credentials }) as Kubeconfig;
	const place = `users[${request.user}].user.client-certificate-data`;
	return [
		...readable(withUser(wanted, {}), withUser(found, user)),
		...certificateDifferences(request.certificate, {
			certificate: decode(certificate),
			key: decode(key),
			caCertificate,
			now,
			comparesValidity: false,
		}).map(({ at, ...difference }) => ({ ...difference, at: at ? `${place}: ${at}` : place })),
	];
}

/** The same for the kubelet's of a node that joined, or where it has none yet, that with which it is to get one. */
export function joinedDifferences(path: string, text: string, { plan, caCertificate }: Context): Found[] {
	const found = parse(text);
	if (!found) return [{ at: "", expected: "a kubeconfig", found: "something else" }];
	const { cluster, node } = plan;
	if (path !== bootstrapKubeconfigPath) return readable(joinedKubeconfig(cluster, node, caCertificate), found);
	const token = node.discovery?.tlsBootstrapToken || node.discovery?.bootstrapToken?.token || "";
	return readable(bootstrapKubeconfig(cluster, node, { caCertificate, token }), found);
}

/** Compares kubeconfigs. A secret is shown as a number, other data by its digest. */
function readable(expected: unknown, found: unknown): Found[] {
	const secrets = new Map<unknown, string>();
	return valueDifferences(masked(expected, secrets), masked(found, secrets));
}

function masked(value: unknown, secrets: Map<unknown, string>): unknown {
	if (Array.isArray(value)) return value.map((item) => masked(item, secrets));
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).map(([name, item]) => {
		if (["token", "password", "client-key-data"].includes(name)) {
			if (!secrets.has(item)) secrets.set(item, `(secret ${secrets.size + 1})`);
			return [name, secrets.get(item)];
		}
		return [name, name.endsWith("-data") ? digest(item) : masked(item, secrets)];
	});
	return Object.fromEntries(entries);
}

function digest(item: unknown): string {
	return `sha256:${createHash("sha256").update(String(item)).digest("hex")}`;
}

function withUser(config: Kubeconfig, user: Record<string, string>): Kubeconfig {
	const [first, ...others] = config.users ?? [];
	return { ...config, users: [{ ...first, user }, ...others] };
}

function decode(data: string | undefined): string {
	return Buffer.from(data ?? "", "base64").toString();
}

/** @returns undefined for what is no YAML mapping */
function parse(text: string): Kubeconfig | undefined {
	try {
		const value = fromYaml(text);
		return typeof value === "object" && value !== null ? (value as Kubeconfig) : undefined;
	} catch {
		return undefined;
	}
}
