import { show } from "./problems";

/** Replacement of a field of an older API version of kubeadm. */
type MovedField = { to: string } | { removed: string };

const controlPlaneTimeout = "timeouts.controlPlaneComponentHealthCheck of InitConfiguration and JoinConfiguration";
const discovery = "discovery.bootstrapToken of JoinConfiguration";
const endpoint = "localAPIEndpoint of InitConfiguration";

/**
 * Fields of older API versions that v1beta4 moved or removed, by their path without indices.
 *
 * Source: cmd/kubeadm/app/apis/kubeadm/v1alpha1 to v1beta4, types.go and conversion.go.
 */
const movedFields: Readonly<Record<string, MovedField>> = {
	"apiServer.timeoutForControlPlane": { to: controlPlaneTimeout },
	"discovery.timeout": { to: "timeouts.discovery" },
	"discovery.token": { to: `${discovery}: token` },
	"discovery.bootstrapToken.apiServerEndpoints": { to: "apiServerEndpoint, one host:port" },
	"dns.type": { removed: "CoreDNS is the only DNS server; remove the field" },
	useHyperKubeImage: { removed: "there is no hyperkube image; remove the field" },
	unifiedControlPlaneImage: { removed: "there is no hyperkube image; remove the field" },
	"etcd.local.image": { to: "etcd.local.imageRepository and etcd.local.imageTag" },
	api: { to: endpoint },
	apiEndpoint: { to: "localAPIEndpoint" },
	apiServerCertSANs: { to: "apiServer.certSANs" },
	apiServerExtraArgs: { to: "apiServer.extraArgs, a list of name and value" },
	apiServerExtraVolumes: { to: "apiServer.extraVolumes" },
	controllerManagerExtraArgs: { to: "controllerManager.extraArgs, a list of name and value" },
	controllerManagerExtraVolumes: { to: "controllerManager.extraVolumes" },
	schedulerExtraArgs: { to: "scheduler.extraArgs, a list of name and value" },
	schedulerExtraVolumes: { to: "scheduler.extraVolumes" },
	auditPolicy: { to: "flags of apiServer.extraArgs (audit-policy-file, audit-log-path) and apiServer.extraVolumes" },
	authorizationModes: { to: "apiServer.extraArgs: authorization-mode" },
	cloudProvider: { removed: "a cloud controller manager outside of kubeadm does its work; remove the field" },
	kubeletConfiguration: { to: "a document of its own: KubeletConfiguration" },
	kubeProxy: { to: "a document of its own: KubeProxyConfiguration" },
	nodeName: { to: "nodeRegistration.name" },
	criSocket: { to: "nodeRegistration.criSocket" },
	noTaintMaster: { to: "nodeRegistration.taints: []" },
	token: { to: "bootstrapTokens of InitConfiguration" },
	tokenTTL: { to: "bootstrapTokens of InitConfiguration: ttl" },
	tokenUsages: { to: "bootstrapTokens of InitConfiguration: usages" },
	tokenGroups: { to: "bootstrapTokens of InitConfiguration: groups" },
	discoveryFile: { to: "discovery.file.kubeConfigPath" },
	discoveryTimeout: { to: "timeouts.discovery" },
	discoveryToken: { to: `${discovery}: token` },
	discoveryTokenAPIServers: { to: `${discovery}: apiServerEndpoint` },
	discoveryTokenCACertHashes: { to: `${discovery}: caCertHashes` },
	discoveryTokenUnsafeSkipCAVerification: { to: `${discovery}: unsafeSkipCAVerification` },
	tlsBootstrapToken: { to: "discovery.tlsBootstrapToken" },
	"nodeRegistration.kubeletConfiguration": { to: "a document of its own: KubeletConfiguration" },
};

/** Returns the hint for a field of an older version: the form in v1beta4. Undefined for a field that no version had. */
export function movedFieldHint(path: string): string | undefined {
	const moved = movedFields[path.replace(/\[\d+\]/g, "")];
	if (!moved) return undefined;
	return "to" in moved ? `v1beta4 has it as ${moved.to}` : `v1beta4 has none: ${moved.removed}`;
}

/** Returns the hint for a map of flags or variables: the list in v1beta4. Undefined for any other value. */
export function listOfPairsHint(value: unknown): string | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
	const [first] = Object.entries(value);
	const example = first ? show([{ name: first[0], value: String(first[1]) }]) : "[]";
	return `since v1beta4 a list of name and value, such as ${example}`;
}

/** Returns the hint for a flag written as text, `profiling=false`. Undefined for any other value. */
export function pairHint(value: unknown): string | undefined {
	const [, name, text = ""] = (typeof value === "string" && /^-*([^=\s:]+)[=:]\s*(.*)$/s.exec(value)) || [];
	return name ? `write ${show({ name, value: text })}` : undefined;
}
