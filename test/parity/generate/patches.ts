import type { Random } from "./random";

type Type = "strategic" | "merge" | "json";

/** A component as patches see it: the path of its containers, and a container's name. */
const workloads: Readonly<Record<string, { path: readonly string[]; container: string }>> = {
	etcd: { path: ["spec"], container: "etcd" },
	"kube-apiserver": { path: ["spec"], container: "kube-apiserver" },
	"kube-controller-manager": { path: ["spec"], container: "kube-controller-manager" },
	"kube-scheduler": { path: ["spec"], container: "kube-scheduler" },
	corednsdeployment: { path: ["spec", "template", "spec"], container: "coredns" },
	kubeproxydaemonset: { path: ["spec", "template", "spec"], container: "kube-proxy" },
};

/** Files of a folder of patches by name, for some of all targets. @param version kubeadm's: `v1.37.2` */
export function patchFiles(random: Random, version: string): Record<string, string> {
	const targets = [...Object.keys(workloads), "kubeletconfiguration"].filter(
		(target) => target !== "kubeproxydaemonset" || Number(version.split(".")[1]) >= 36,
	);
	return Object.fromEntries(
		Array.from({ length: 1 + random.below(4) }, () => {
			const target = random.pick(targets);
			const type = random.pick<Type>(["strategic", "strategic", "merge", "json"]);
			const name = `${target}${random.pick(["", "0", "1", "-a", "_b"])}`;
			const suffix = type === "strategic" && random.chance(0.5) ? "" : `+${type}`;
			return [`${name}${suffix}.${random.pick(["yaml", "json"])}`, contentOf({ target, type, random })];
		}),
	);
}

function contentOf({ target, type, random }: { target: string; type: Type; random: Random }): string {
	const workload = workloads[target];
	if (!workload) return JSON.stringify(type === "json" ? kubeletOperations(random) : kubeletPart(random));
	const { path, container } = workload;
	if (type === "json") return JSON.stringify(operations(path, random));
	const parts = Array.from({ length: 1 + random.below(3) }, () => random.pick(podParts(container, type)));
	const whole = [...parts, ...(random.chance(0.3) ? [{}] : [])].map((part) => ({
		...(random.chance(0.4) ? { metadata: random.pick(metadata) } : {}),
		...path.reduceRight<object>((inner, key) => ({ [key]: inner }), part),
	}));
	return whole.map((document) => JSON.stringify(document)).join("\n---\n");
}

const metadata = [
	{ labels: { a: "b" } },
	{ annotations: { "example.com/a": "true", b: "5" } },
	{ labels: { component: null } },
	{ annotations: null },
];

function podParts(name: string, type: Type): object[] {
	const both = [
		{ dnsPolicy: "ClusterFirstWithHostNet" },
		{ priorityClassName: null },
		{ hostNetwork: false },
		{ terminationGracePeriodSeconds: 5 },
		{ nodeSelector: { a: "b" } },
		{ securityContext: { seccompProfile: null, runAsUser: 1000 } },
		{ hostAliases: [{ ip: "198.18.0.9", hostnames: ["a", "b"] }] },
		{ affinity: { nodeAffinity: {} } },
		{ volumes: [{ name: "x", emptyDir: {} }] },
		{ tolerations: [{ key: "a", operator: "Exists" }] },
		{},
	];
	const strategic = [
		{ containers: [{ name, resources: { requests: { cpu: "500m", memory: "0.5Gi" }, limits: { cpu: 1 } } }] },
		{ containers: [{ name, env: [{ name: "A", value: "b" }, { name: "B" }] }] },
		{ containers: [{ name, livenessProbe: null, startupProbe: { failureThreshold: 99 } }] },
		{ containers: [{ name, command: ["a", "--b=c"] }] },
		{
			containers: [{ name, volumeMounts: [{ name: "x", mountPath: "/x" }] }],
			volumes: [{ name: "x", hostPath: { path: "/x" } }],
		},
		{ containers: [{ name: "other", image: "a/b:c", ports: [{ containerPort: 5 }] }] },
		{ containers: [{ name, imagePullPolicy: "Always", $patch: "merge" }] },
		{ containers: [{ $patch: "replace" }, { name, image: "only" }] },
		{ initContainers: [{ name: "first", image: "a" }] },
		{ volumes: [{ name: "k8s-certs", $patch: "delete" }] },
		{ volumes: [{ name: "ca-certs", hostPath: { path: "/other", type: "" } }] },
		{
			$setElementOrder: undefined,
			"$setElementOrder/volumes": [{ name: "ca-certs" }],
			volumes: [{ name: "ca-certs", hostPath: { path: "/o" } }],
		},
		{ "$deleteFromPrimitiveList/finalizers": ["a"] },
		{ securityContext: { $patch: "replace", runAsUser: 0 } },
		{ securityContext: { $patch: "delete" } },
		{ $retainKeys: ["containers", "hostNetwork"], hostNetwork: true },
		{ imagePullSecrets: [{ name: "a" }, { name: "b" }] },
		{ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "a", whenUnsatisfiable: "DoNotSchedule" }] },
		{ containers: [{ name, ports: [{ containerPort: 53, hostPort: 53, protocol: "UDP" }] }] },
		{ containers: [{ image: "without a name" }] },
		{ nothingSuch: { a: 1 } },
		{ hostNetwork: "text" },
	];
	return type === "strategic" ? [...both, ...strategic] : both;
}

function operations(path: readonly string[], random: Random): object[] {
	const spec = `/${path.join("/")}`;
	const first = `${spec}/containers/0`;
	return random.some<object>(
		[
			{ op: "add", path: "/metadata/labels/a", value: "b" },
			{ op: "add", path: "/metadata/annotations", value: { a: "b" } },
			{ op: "replace", path: `${first}/image`, value: "a/b:c" },
			{ op: "add", path: `${first}/command`, value: ["a", "b"] },
			{ op: "add", path: `${first}/env`, value: [{ name: "A", value: "b" }] },
			{ op: "remove", path: `${first}/livenessProbe` },
			{ op: "test", path: `${spec}/hostNetwork`, value: true },
			{ op: "add", path: `${spec}/tolerations`, value: [{ operator: "Exists" }] },
			{ op: "copy", from: `${first}/name`, path: "/metadata/labels/c" },
			{ op: "move", from: `${first}/imagePullPolicy`, path: "/metadata/labels/d" },
			{ op: "remove", path: `${spec}/nothingSuch` },
			{ op: "replace", path: "/metadata/annotations/x~1y", value: "z" },
			{ op: "add", path: `${spec}/volumes/-`, value: { name: "x", emptyDir: {} } },
			{ op: "add", path: `${spec}/volumes/0`, value: { name: "y", hostPath: { path: "/y" } } },
			{ op: "nothing", path: "/a" },
		],
		1 + random.below(3),
	);
}

const kubeletParts = [
	{ maxPods: 20 },
	{ evictionHard: { "nodefs.available": "10%" } },
	{ evictionHard: null },
	{ clusterDNS: ["198.18.0.53"] },
	{ authentication: { anonymous: { enabled: true } } },
	{ syncFrequency: "90s" },
	{ containerRuntimeEndpoint: "unix:///not/this.sock" },
	{ featureGates: { NodeSwap: true } },
	{ registerWithTaints: [{ key: "a", effect: "NoSchedule" }] },
	{ resolvConf: "/a" },
	{ cgroupDriver: "cgroupfs" },
	{ clusterDNS: null },
	{ nothingSuch: 1 },
	{ maxPods: "text" },
	{ logging: { verbosity: 3 } },
];

function kubeletPart(random: Random): object {
	return Object.assign({}, ...random.some(kubeletParts, 1 + random.below(3)));
}

function kubeletOperations(random: Random): object[] {
	return random.some<object>(
		[
			{ op: "add", path: "/maxPods", value: 20 },
			{ op: "replace", path: "/clusterDNS/0", value: "198.18.0.53" },
			{ op: "add", path: "/clusterDNS/-", value: "198.18.0.54" },
			{ op: "remove", path: "/healthzPort" },
			{ op: "test", path: "/rotateCertificates", value: true },
			{ op: "test", path: "/rotateCertificates", value: false },
			{ op: "add", path: "/evictionHard", value: { "memory.available": "5%" } },
			{ op: "remove", path: "/nothingSuch" },
		],
		1 + random.below(3),
	);
}
