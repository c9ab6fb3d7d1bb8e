import { bootstrapTokenShape } from "../config/bootstrap-token";
import { clusterSpecShape } from "../config/cluster-rules";
import { connectionProblems } from "../config/connection";
import { localProxyShape, virtualIPShape } from "../config/endpoint-choice";
import { etcdClusterFields } from "../config/etcd-cluster";
import type { HardeningSpec } from "../config/hardening";
import { nodeSpecShape } from "../config/node-rules";
import { preparationShape, registryShape } from "../config/preparation";
import { joinPath } from "../config/problems";
import type { Shape } from "../facts/types/shape";
import { certificateAuthorities } from "../render/pki/certificates";
import {
	type ArgumentCheck,
	type ArgumentChecks,
	anyObject,
	anyResource,
	decided,
	fields,
	isPlainObject,
	list,
	namedValues,
	object,
	required,
	resource,
	text,
	value,
	withoutOutputs,
} from "./argument-checks";

const connection: ArgumentCheck = (given, path) => {
	if (given === undefined) return [];
	const notAnObject = anyObject('an object such as { host: "192.0.2.11" }')(given, path);
	if (notAnObject.length > 0) return notAnObject;
	const { known, problems } = withoutOutputs(given, path);
	return [
		...problems,
		...connectionProblems(known).map((problem) => ({ ...problem, path: `${joinPath(path)}.${problem.path}` })),
	];
};

const { name: _name, facts, ...nodeShape } = nodeSpecShape;
const nodeFields: ArgumentChecks = Object.fromEntries(
	Object.entries(nodeShape).map(([name, shape]) => [name, value(shape)]),
);
const clusterFields: ArgumentChecks = Object.fromEntries(
	Object.entries(clusterSpecShape).map(([name, shape]) => [name, value(shape)]),
);
const cluster = required(object(clusterSpecShape, 'an object such as { kubernetesVersion: "1.37.2" }'));
const node = required(object(nodeSpecShape, 'an object such as { name: "node-1" }'));

const host = resource(
	["Host"],
	"a Host, or { connection }",
	fields({ connection: required(connection), hostKey: value("string"), proxyHostKey: value("string") }),
);

const rollsAfter = list(decided("string", "the name of a node, a string"), "a list of nodes' names");

const api = resource(
	[],
	"the access to a cluster's API, such as `cluster.api`",
	fields({
		controlPlanes: required(list(host, "a list of Hosts")),
		dependsOn: list(anyResource, "a list of resources"),
	}),
);

const authority = (privateKey: ArgumentCheck = text) =>
	resource(
		["CertificateAuthority"],
		"a CertificateAuthority, or { certificate, privateKey } in PEM",
		fields({ certificate: required(text), privateKey }),
	);

const caNames = Object.keys(certificateAuthorities);
const anyAuthorities = namedValues(caNames, authority());

const request = {
	name: "string",
	ca: "string?",
	commonName: "string",
	organizations: "[string]",
	usages: "[string]",
	sans: "[string]",
	validity: "int64",
	algorithm: "string",
	certificatePath: "string",
	keyPath: "string",
	keyAccess: ["struct?", { mode: "string", owner: "string", group: "string" }],
} as const satisfies Shape;

/** A part that is on or off, or has options. */
const part =
	(check: ArgumentCheck): ArgumentCheck =>
	(given, path) =>
		typeof given === "boolean" ? [] : check(given, path);

const { containerd, kubernetesPackages, ...preparationShapes } = preparationShape;

/** A part of a preparation that `false` leaves out. */
const partOrFalse =
	(check: ArgumentCheck): ArgumentCheck =>
	(given, path) =>
		given === false ? [] : check(given, path);

const registries: ArgumentCheck = (given, path) =>
	anyObject("an object with the registries by name")(given, path).concat(
		isPlainObject(given)
			? Object.entries(given).flatMap(([name, registry]) =>
					object(registryShape, "an object such as { mirrors }")(registry, [...path, name]),
				)
			: [],
	);

const preparation: ArgumentChecks = {
	...Object.fromEntries(Object.entries(preparationShapes).map(([name, shape]) => [name, value(shape)])),
	containerd: partOrFalse(object(containerd[1], "false, or an object such as { sandboxImage }")),
	kubernetesPackages: partOrFalse(object(kubernetesPackages[1], "false, or an object such as { repository }")),
	registries,
};

/** How a machine is prepared. */
const prepare = part(fields(preparation));

const hostFields = {
	connection: required(connection),
	facts: value(facts),
	trustOnFirstUse: value("bool"),
	bootTimeoutSeconds: value("int"),
};

const machine = fields(
	{
		...nodeFields,
		name: required(decided("string", "the node's name, a string")),
		...hostFields,
		drainTimeoutSeconds: value("int"),
		forceDrain: value("bool"),
		gone: decided("boolean", "true or false"),
		prepare,
	},
	'a machine such as { name: "node-1", connection: { host: "192.0.2.11" } }',
);

const { criSocket, kubeletExtraArgs, imagePullPolicy, imagePullSerial, ignorePreflightErrors } =
	nodeSpecShape.nodeRegistration;

const etcdMember = fields(
	{
		name: required(decided("string", "the member's name, a string")),
		...hostFields,
		gone: decided("boolean", "true or false"),
		prepare,
		address: value("string"),
		nodeRegistration: value({ criSocket, kubeletExtraArgs, imagePullPolicy, imagePullSerial, ignorePreflightErrors }),
		...Object.fromEntries((["patches", "kubelet", "timeouts"] as const).map((name) => [name, nodeFields[name]!])),
	},
	'a machine such as { name: "etcd-1", connection: { host: "192.0.2.21" } }',
);

const bootstrapToken: ArgumentChecks = {
	...Object.fromEntries(Object.entries(bootstrapTokenShape).map(([name, shape]) => [name, value(shape)])),
	token: text,
};

/** A part of the hardened profile that is only on or off. */
const isOn = decided("boolean", "true or false");

const hardening: Record<keyof HardeningSpec, ArgumentCheck> = {
	audit: part(
		fields(
			{
				policy: decided("string", "an audit policy, YAML"),
				maxAge: value("int"),
				maxBackup: value("int"),
				maxSize: value("int"),
			},
			"true, false, or an object such as { policy }",
		),
	),
	encryption: part((given, path) =>
		given === "secretbox" || given === "identity"
			? []
			: fields({ configuration: required(text) }, 'true, false, "secretbox", "identity", or { configuration }')(
					given,
					path,
				),
	),
	profilingOff: isOn,
	tls: part(
		fields(
			{
				minVersion: decided("string", '"VersionTLS12" or "VersionTLS13"'),
				cipherSuites: list(decided("string", "a cipher suite"), "a list of cipher suites"),
			},
			"true, false, or an object such as { minVersion }",
		),
	),
	admission: part(
		fields(
			{ plugins: required(list(decided("string", "the name of a plugin"), "a list of plugins")) },
			"true, false, or an object such as { plugins }",
		),
	),
	anonymousPaths: part(list(decided("string", "a path, a string"), "true, false, or a list of paths")),
	kubeletServingCertificates: isOn,
	kubeletSettings: isOn,
	garbageCollection: isOn,
	boundTokens: isOn,
	restrictedFiles: isOn,
};

const apiServers = value(["list", { name: "string", address: "string", port: "int" }]);
const virtualIP = object(virtualIPShape, 'an object such as { address: "192.0.2.10" }');
const localProxy = object(localProxyShape, "an object such as { port: 7443 }");

const objects: ArgumentChecks = { api: required(api), cluster, node };
const onNode: ArgumentChecks = { host: required(host), cluster, node };
const identity = required(resource(["ClusterIdentity"], "a ClusterIdentity"));
const members = value(["list", { name: "string", address: "string" }]);

/** Checks of every argument of every class of this package. Any other name is refused. */
export const argumentsOf = {
	Cluster: {
		...clusterFields,
		controlPlanes: required(list(machine, "a list of machines")),
		workers: list(machine, "a list of machines"),
		authorities: namedValues(caNames, authority()),
		sign: decided("function", "a function that signs"),
		serviceAccountKey: text,
		bootstrapTokens: list(fields(bootstrapToken), "a list of bootstrap tokens"),
		virtualIP,
		localProxy: part(localProxy),
		prepare,
		profile: decided("string", 'the name of a profile: "hardened"'),
		hardening: fields(hardening),
		rollout: fields(
			{
				maxUnavailable: (given, path) =>
					typeof given === "number"
						? []
						: decided("string", 'a number of workers, or a percentage such as "20%"')(given, path),
				order: list(decided("string", "the name of a worker, a string"), "a list of workers' names"),
			},
			'an object such as { maxUnavailable: "20%" }',
		),
		ignoreWarnings: list(decided("string", "the name of a warning, a string"), "a list of names of warnings"),
	},
	ControlPlaneNode: {
		...onNode,
		identity,
		members,
		authorities: required(namedValues(caNames, resource(["CertificateAuthority"], "a CertificateAuthority"))),
		serviceAccountKey: required(resource(["ServiceAccountKey"], "a ServiceAccountKey")),
		etcd: resource(["EtcdCluster"], "an EtcdCluster"),
		sign: decided("function", "a function that signs"),
		external: list(decided("string", `one of ${caNames.join(", ")}`), "a list of CAs' names"),
		joins: value("bool"),
		otherControlPlanes: list(host, "a list of Hosts"),
		files: list(anyObject("a file"), "a list of files"),
		founding: anyObject("an object such as { isNow, after }"),
		prepared: list(anyResource, "a list of resources"),
		after: list(resource(["Gate"], "a Gate"), "a list of gates"),
		balancer: fields({
			apiServers: required(apiServers),
			virtualIP,
			localProxy,
			flagsAtNextStart: value("[string]"),
			after: list(resource(["VirtualIP"], "a VirtualIP"), "a list of virtual IPs"),
		}),
	},
	WorkerNode: {
		...onNode,
		balancer: fields({ apiServers: required(apiServers), localProxy }),
		authority: authority(() => []),
		api,
		prepared: list(anyResource, "a list of resources"),
		kubeletPackages: value({ version: "string", repository: "string", key: "string?" }),
		kubeletAfter: list(anyResource, "a list of resources"),
		drainTimeoutSeconds: value("int"),
		forceDrain: value("bool"),
		after: list(resource(["WorkerNode"], "a WorkerNode"), "a list of WorkerNodes"),
	},
	Tenant: {
		cluster: required(
			resource(
				["Cluster"],
				"a Cluster, or { api, spec, server, authorities } of one",
				fields({ api: required(api), spec: cluster, server: required(text), authorities: required(anyAuthorities) }),
			),
		),
		user: required(value("string")),
		groups: value("[string]"),
		namespace: value("string"),
		roles: value("[string]"),
	},
	EtcdCluster: {
		...Object.fromEntries(etcdClusterFields.map((name) => [name, clusterFields[name]!])),
		etcd: value(clusterSpecShape.etcd.local),
		members: required(list(etcdMember, "a list of machines")),
		prepare,
		authority: fields(
			{ certificate: required(text), privateKey: required(text) },
			"a CA with its key: { certificate, privateKey } in PEM",
		),
		ignoreWarnings: list(decided("string", "the name of a warning, a string"), "a list of names of warnings"),
	},
	EtcdNode: {
		...onNode,
		identity,
		members,
		authority: required(resource(["CertificateAuthority"], "a CertificateAuthority")),
		after: list(resource(["Gate"], "a Gate"), "a list of gates"),
		prepared: list(anyResource, "a list of resources"),
	},
	Host: hostFields,
	HostFile: {
		host: required(host),
		path: required(value("string")),
		content: required(text),
		mode: value("string"),
		owner: value("string"),
		group: value("string"),
	},
	VirtualIP: {
		host: required(host),
		nodeName: required(value("string")),
		apiServers: required(apiServers),
		virtualIP: required(virtualIP),
		rollsAfter,
	},
	LocalProxy: {
		host: required(host),
		nodeName: required(value("string")),
		apiServers: required(apiServers),
		localProxy: required(localProxy),
	},
	Preflight: {
		...onNode,
		joins: value("bool"),
		etcdOnly: value("bool"),
		placesEtcdClient: value("bool"),
		otherControlPlanes: list(host, "a list of Hosts"),
	},
	EncryptionKey: { provider: required(value("string")) },
	ComponentUsers: { host: required(host), ownsEtcdData: value("bool") },
	EtcdData: { ...onNode, identity, members },
	StaticPodManifest: {
		...onNode,
		component: required(value("string")),
		identity: required(resource(["ClusterIdentity", "EtcdData"], "a ClusterIdentity, or the EtcdData of the host")),
		flagsAtNextStart: value("[string]"),
		rollsAfter,
	},
	Kubelet: {
		...onNode,
		role: required(value("string")),
		authority: authority(),
		certificate: text,
		api,
		rollsAfter,
	},
	StandaloneKubelet: { ...onNode, rollsAfter },
	Gate: {
		...onNode,
		identity,
		components: value("[string]"),
		waitsInFounding: value("bool"),
		credentials: required(value("any", "digests by credential and path")),
		rollsAfter,
	},
	NodeRegistration: {
		...objects,
		role: required(value("string")),
		drainTimeoutSeconds: value("int"),
		forceDrain: value("bool"),
	},
	KubeletServingCertificate: {
		...objects,
		host: required(host),
		role: required(value("string")),
		authority: required(authority(() => [])),
	},
	KubeletVersion: {
		host: required(host),
		api: required(api),
		nodeName: required(value("string")),
		role: required(value("string")),
		kubernetesVersion: required(value("string")),
		packages: required(value({ version: "string", repository: "string", key: "string?" })),
		drainTimeoutSeconds: value("int"),
		forceDrain: value("bool"),
		rollsAfter,
	},
	StoredSecrets: { api: required(api), writtenWith: required(value("string")) },
	CertificateAuthority: { name: required(value("string")), cluster, certificate: text, privateKey: text },
	HostPreparation: {
		...preparation,
		host: required(host),
		cluster,
		node: anyObject("an object such as { kubelet: { cgroupDriver } }"),
		role: required(decided("string", '"control-plane", "worker" or "etcd"')),
		gone: decided("boolean", "true or false"),
	},
	ServiceAccountKey: { cluster, privateKey: text },
	SharedCertificates: {
		host: required(host),
		cluster,
		authorities: required(namedValues(caNames, authority())),
		serviceAccountKey: text,
	},
	CertificateSigningRequest: {
		host: required(host),
		name: value("string"),
		cluster: optional(cluster),
		node: optional(node),
		caCertificate: text,
		request: value(request),
	},
	Certificate: {
		host: required(host),
		authority: required(authority()),
		certificate: text,
		name: value("string"),
		cluster: optional(cluster),
		node: optional(node),
		request: value(request),
	},
	Kubeconfig: {
		host,
		authority: required(authority()),
		certificate: text,
		cluster,
		name: value("string"),
		node: optional(node),
		user: value({ name: "string", groups: "[string]?", server: "string", validitySeconds: "int64?" }),
		token: text,
		path: value("string"),
	},
	ClusterIdentity: {
		cluster,
		members: required(members),
		withoutEtcd: value("bool"),
		goneNodes: value(["list", { name: "string", host: "string" }]),
		encryption: value("string"),
		etcdOnly: value("bool"),
		kubeletsFollow: value("bool"),
	},
	ClusterAccess: { ...objects, certificate: required(text) },
	ConfigurationUpload: objects,
	CoreDns: objects,
	KubeProxy: objects,
	Addon: { api: required(api), yaml: required(text) },
	BootstrapToken: { ...bootstrapToken, api: required(api) },
	ClusterReady: {
		api: required(api),
		nodes: required(value("[string]")),
		workloads: value("[string]"),
		timeoutSeconds: value("int"),
	},
} satisfies Record<string, ArgumentChecks>;

/** Makes the check of an argument that may be left out. */
function optional(check: ArgumentCheck): ArgumentCheck {
	return (given, path) => (given === undefined ? [] : check(given, path));
}
