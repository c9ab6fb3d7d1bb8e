import type { LabHost } from "../../../lab/index.ts";
import { kubectl } from "./kubeadm.ts";
import { withPemSaid } from "./pem.ts";

/** Kinds that only say what happened, and who holds a lease now. */
const passing = ["events", "events.events.k8s.io", "leases.coordination.k8s.io", "componentstatuses"];

/** Fields that name, date and count an object or its container; and those that say which machine it is. */
const volatile =
	/^(uid|resourceVersion|creationTimestamp|managedFields|generation|observedGeneration|containerID|bootID|machineID|systemUUID|kubernetes\.io\/config\.seen|endpoints\.kubernetes\.io\/last-change-trigger-time|(last(Transition|Update|Probe|Heartbeat)|start)Time)$/;

/**
 * What is said by all objects of a cluster, by `Kind namespace/name`: without the volatile fields and without what pods
 * and nodes report of themselves; certificates as they are read, and one word for each name, address and token made at
 * random.
 */
export async function objectsOf(host: LabHost): Promise<Record<string, unknown>> {
	const kinds = (await kubectl(host, "api-resources --verbs=list -o name")).split("\n");
	const wanted = kinds.filter((kind) => !passing.includes(kind));
	const { items } = JSON.parse(await kubectl(host, `get ${wanted.join(",")} -A -o json`)) as { items: Found[] };
	const said = (await Promise.all(items.map((item) => settled(host, withoutReport(item))))) as Found[];
	const random = randomWords(items);
	const texts = said.map((object) => [nameOf(object), replaced(JSON.stringify(object, null, "\t"), random)] as const);
	const objects: Record<string, unknown> = {};
	for (const [name, text] of texts.map(([name, text]) => [replaced(name, random), text] as const).sort(byText)) {
		objects[name in objects ? `${name} (another)` : name] = JSON.parse(text);
	}
	return objects;
}

interface Found {
	kind: string;
	metadata: { name: string; namespace?: string; generateName?: string };
	data?: Record<string, string>;
	spec?: { hostNetwork?: boolean; request?: string; extra?: object };
	status?: { podIP?: string; nodeInfo?: object };
}

function nameOf({ kind, metadata }: Found): string {
	return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/** What a kubelet reports is the machine's business; a request for a certificate is all key. */
function withoutReport(object: Found): Found {
	const { status, spec, ...rest } = object;
	if (object.kind === "Pod") return { ...rest, spec: spec! };
	if (object.kind === "Node") return { ...rest, spec: spec!, status: { nodeInfo: status!.nodeInfo! } };
	if (object.kind !== "CertificateSigningRequest") return object;
	const { request: _request, extra: _extra, ...asked } = spec!;
	return { ...rest, spec: asked, status: status! };
}

async function settled(host: LabHost, value: unknown): Promise<unknown> {
	if (typeof value === "string") return withPemSaid(host, value);
	if (Array.isArray(value)) return Promise.all(value.map((item) => settled(host, item)));
	if (typeof value !== "object" || value === null) return value;
	const kept = Object.entries(value).filter(([field]) => !volatile.test(field));
	// Whether an object's only annotation was a date depends on the moment.
	if (kept.length === 0 && Object.keys(value).length > 0) return undefined;
	return Object.fromEntries(await Promise.all(kept.map(async ([field, item]) => [field, await settled(host, item)])));
}

/** What is made at random, and the word that stands for it. */
function randomWords(items: Found[]): [random: string | RegExp, word: string][] {
	const named = items.filter(({ metadata }) => metadata.generateName);
	const tokens = items.filter(({ metadata }) => metadata.name.startsWith("bootstrap-token-"));
	const pods = items.filter(({ kind, spec, status }) => kind === "Pod" && !spec?.hostNetwork && status?.podIP);
	return [
		...named.map(({ metadata }) => [metadata.name, `${metadata.generateName}RANDOM`] as [string, string]),
		...pods.map(({ status }) => [`"${status!.podIP}"`, '"POD ADDRESS"'] as [string, string]),
		...tokens.flatMap(({ metadata, data = {} }): [string, string][] => [
			[metadata.name.slice("bootstrap-token-".length), "TOKEN-ID"],
			...["token-id", "token-secret", "expiration"].map((field): [string, string] => [
				`"${data[field]}"`,
				`"${field}"`,
			]),
		]),
		[/"eyJ[\w-]+\.\.[\w-]+"/g, '"A SIGNATURE"'],
		[/kube-api-access-[a-z0-9]{5}\b/g, "kube-api-access-RANDOM"],
		[/(kube-apiserver-serving):[0-9a-f]{24}\b/g, "$1:DIGEST-OF-CA"],
	];
}

function replaced(text: string, random: [string | RegExp, string][]): string {
	return random.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

function byText([a, text]: readonly [string, string], [b, other]: readonly [string, string]): number {
	return a === b ? (text < other ? -1 : 1) : a < b ? -1 : 1;
}
