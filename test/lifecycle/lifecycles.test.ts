import { beforeAll, describe, expect, it } from "vitest";
import { hasUnknowns, UNKNOWN } from "../../provider/facts/unknown";
import { certificateAuthority } from "../../provider/lifecycle/certificate-authority";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { lifecycles } from "../../provider/lifecycle/lifecycles";
import { serviceAccountKey } from "../../provider/lifecycle/service-account-key";
import type { Shape } from "../../provider/lifecycle/shape";
import { type ResourceKind, shapes } from "../../provider/lifecycle/shapes";
import { cluster, host, node } from "../support/cluster";
import { plain } from "../support/preview-form";

const full = {
	...cluster,
	controlPlaneEndpoint: "api.example.com:6443",
	networking: { podSubnet: "10.244.0.0/16", serviceSubnet: "10.96.0.0/12", dnsDomain: "cluster.local" },
	apiServer: { certSANs: ["api.example.com"], extraArgs: [{ name: "v", value: "2" }] },
	etcd: { local: { dataDir: "/var/lib/etcd" } },
	dns: { disabled: false },
};
const fullNode = {
	...node,
	localAPIEndpoint: { advertiseAddress: "198.18.0.11", bindPort: 6443 },
	nodeRegistration: { kubeletExtraArgs: [{ name: "v", value: "2" }], taints: [] },
	patches: [
		{ target: "etcd", type: "strategic" as const, patch: { metadata: { labels: { a: "b" } } } },
		{ target: "corednsdeployment", patch: "spec: {replicas: 3}" },
		{ target: "kubeletconfiguration", type: "json" as const, patch: [{ op: "add", path: "/maxPods", value: 9 }] },
	],
	labels: { zone: "a" },
	timeouts: { tlsBootstrap: "5m", kubernetesAPICall: "1m" },
};
const initialMembers = [{ name: "cp-1", address: "198.18.0.11" }];
const controlPlanes = [host];
const apiServers = [{ name: "cp-1", address: "198.18.0.11", port: 6443 }];

/** Arguments of each kind, as full as a program may say them. */
const examples: Record<ResourceKind, () => object> = {
	Host: () => ({
		connection: { host: "198.18.0.11", user: "admin", port: 22, password: "secret-1" },
		facts: { hostname: "cp-1" },
		trustOnFirstUse: true,
	}),
	ClusterIdentity: () => ({ cluster: full, members: initialMembers, encryption: "secretbox" }),
	CertificateAuthority: () => ({ name: "ca", cluster: full, ...pair() }),
	ServiceAccountKey: () => ({ cluster: full, privateKey: key }),
	EncryptionKey: () => ({ provider: "secretbox" }),
	ComponentUsers: () => ({ host, ownsEtcdData: true }),
	SharedCertificates: () => ({
		host,
		cluster: full,
		authorities: { ca: pair(), "front-proxy-ca": pair(), "etcd-ca": pair() },
		serviceAccountKey: key,
	}),
	CertificateSigningRequest: () => ({
		host,
		name: "apiserver",
		cluster: full,
		node: fullNode,
		caCertificate: authority.certificate,
	}),
	Certificate: () => ({ host, name: "apiserver", cluster: full, node: fullNode, authority: pair() }),
	Kubeconfig: () => ({ host, name: "admin.conf", cluster: full, node: fullNode, authority: pair() }),
	Preflight: () => ({ host, cluster: full, node: fullNode, joins: true, otherControlPlanes: [host] }),
	EtcdData: () => ({ host, cluster: full, node: fullNode, initialMembers, members: initialMembers }),
	StaticPodManifest: () => ({ host, component: "kube-apiserver", cluster: full, node: fullNode, initialMembers }),
	HostFile: () => ({ host, path: "/etc/file", content: "text", mode: "0600", owner: "root", group: "root" }),
	VirtualIP: () => ({
		host,
		nodeName: "cp-1",
		apiServers,
		virtualIP: { address: "198.18.0.100", interface: "eth0", routerId: 7, port: 8443, images: { keepalived: "k:1" } },
	}),
	LocalProxy: () => ({ host, nodeName: "cp-1", apiServers, localProxy: { port: 7443, image: "h:1" } }),
	Kubelet: () => ({ host, cluster: full, node: fullNode, role: "control-plane", authority: pair(), controlPlanes }),
	StandaloneKubelet: () => ({ host, cluster: full, node: fullNode }),
	Gate: () => ({
		host,
		cluster: full,
		node: fullNode,
		initialMembers,
		credentials: { "/etc/kubernetes/admin.conf": "00" },
	}),
	ClusterAccess: () => ({ controlPlanes, cluster: full, node: fullNode, certificate: authority.certificate }),
	ConfigurationUpload: () => ({ controlPlanes, cluster: full, node: fullNode }),
	NodeRegistration: () => ({
		controlPlanes,
		cluster: full,
		node: fullNode,
		role: "control-plane",
		drainTimeoutSeconds: 120,
	}),
	KubeletServingCertificate: () => ({
		host,
		controlPlanes,
		cluster: full,
		node: fullNode,
		role: "control-plane",
		authority: { certificate: authority.certificate },
	}),
	KubeletVersion: () => ({
		host,
		controlPlanes,
		nodeName: "worker-1",
		role: "worker",
		kubernetesVersion: "1.37.2",
		packages: { version: "1.37.2", repository: "https://mirror.example/", key: "a key" },
		drainTimeoutSeconds: 60,
		forceDrain: true,
	}),
	StoredSecrets: () => ({ controlPlanes, writtenWith: "/etc/kubernetes/encryption/secretbox.yaml" }),
	BootstrapToken: () => ({
		controlPlanes,
		ttl: "24h",
		token: "abcdef.0123456789abcdef",
		usages: ["signing", "authentication"],
		groups: ["system:bootstrappers:a"],
		description: "d",
	}),
	Addon: () => ({ controlPlanes, yaml: "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n" }),
	CoreDns: () => ({ controlPlanes, cluster: full, node: fullNode }),
	KubeProxy: () => ({ controlPlanes, cluster: full, node: fullNode }),
	ClusterReady: () => ({
		controlPlanes,
		nodes: ["cp-1"],
		workloads: ["Deployment kube-system/coredns"],
		timeoutSeconds: 300,
	}),
};

let authority: { certificate: string; privateKey: string };
let key: string;
const pair = () => ({ certificate: authority.certificate, privateKey: authority.privateKey });

beforeAll(async () => {
	authority = (await certificateAuthority.create(certificateAuthority.check({ name: "ca", cluster }, undefined)))
		.outputs;
	key = (await serviceAccountKey.create({ algorithm: "ECDSA-P256" })).outputs.privateKey;
});

describe.each(Object.keys(lifecycles) as ResourceKind[])("a preview of a %s", (kind) => {
	it("is made whatever single value, list or object is not known yet, and shows no part of what is not known", () => {
		const args = structuredClone(examples[kind]()) as Record<string, unknown>;
		const known = dispatch.check(kind, {}, structuredClone(args));
		expect(known.failures).toBeUndefined();
		expect(hasUnknowns(known.inputs)).toBe(false);
		for (const place of places(args)) {
			const { inputs, failures } = dispatch.check(kind, {}, withUnknown(args, place));
			const where = place.join(".");
			expect(failures, where).toBeUndefined();
			expect(JSON.stringify(inputs).replaceAll(`"${UNKNOWN}"`, ""), where).not.toContain(UNKNOWN);
			// A text that was spread into letters.
			expect(
				Object.keys(inputs!).filter((name) => /^\d+$/.test(name)),
				where,
			).toEqual([]);
			expect(namesIn(kind, inputs!), where).toEqual(namesIn(kind, known.inputs!));
		}
	});

	it("shows as unknown of a whole that is not known what it shows as unknown of any part of it", () => {
		const args = structuredClone(examples[kind]()) as Record<string, unknown>;
		const unknownsOf = (place: Place) => {
			const { inputs } = dispatch.check(kind, {}, withUnknown(args, place));
			return places(inputs)
				.filter((path) => at(inputs, path) === UNKNOWN)
				.map((path) => path.join(".").replaceAll(" > ", "."));
		};
		const all = new Map(places(args).map((place) => [place.join("."), new Set(unknownsOf(place))]));
		for (const place of places(args).filter(({ length }) => length > 1)) {
			const whole = all.get(place.slice(0, -1).join("."))!;
			const isShown = (path: string) =>
				!path.split(".").some((_, end, names) => whole.has(names.slice(0, end + 1).join(".")));
			expect([...all.get(place.join("."))!].filter(isShown), place.join(".")).toEqual([]);
		}
	});

	it("of a change is made too, and refuses nothing of which it does not know whether it changes", async () => {
		const args = structuredClone(examples[kind]()) as Record<string, unknown>;
		const { inputs: old } = dispatch.check(kind, {}, structuredClone(args));
		for (const place of places(args)) {
			const { inputs, failures } = dispatch.check(kind, old!, withUnknown(args, place));
			expect(failures, place.join(".")).toBeUndefined();
			if (hasUnknowns(inputs)) expect(await dispatch.diff(kind, old!, inputs!), place.join(".")).toEqual({});
		}
	});
});

/** Names of all inputs, with those that are left out for their usual values. */
function namesIn(kind: ResourceKind, inputs: object): string[] {
	const { usual }: Shape = shapes[kind];
	return Object.keys({ ...usual, ...plain(inputs) }).sort();
}

type Place = (string | number)[];

/** Every value inside another, at any depth. */
function places(value: unknown, at: Place = []): Place[] {
	if (typeof value !== "object" || value === null) return at.length > 0 ? [at] : [];
	const inside = Object.entries(value).flatMap(([name, item]) =>
		places(item, [...at, Array.isArray(value) ? Number(name) : name]),
	);
	return at.length > 0 ? [at, ...inside] : inside;
}

function at(value: unknown, place: Place): unknown {
	return place.reduce((inside: any, name) => inside[name], value);
}

function withUnknown(args: Record<string, unknown>, place: Place): Record<string, unknown> {
	// One object may stand at two places.
	const copy = JSON.parse(JSON.stringify(args));
	const holder = place.slice(0, -1).reduce<any>((at, name) => at[name], copy);
	holder[place.at(-1)!] = UNKNOWN;
	return copy;
}
