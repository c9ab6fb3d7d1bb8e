import { fromYaml, toYaml } from "../go/yaml/write";

/** Cipher suites of TLS 1.2 with forward secrecy and authenticated encryption, by Go's names. */
export const strongCipherSuites = [
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
	"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
] as const;

/** Paths that kubelets and load balancers probe without credentials. */
export const healthPaths = ["/livez", "/readyz", "/healthz"] as const;

/**
 * Returns the default audit policy, YAML: reads of Secrets and ConfigMaps, changes and access to pods as metadata, without
 * the content of objects that may hold secrets; no probes, and no leases, events and watches of the control plane itself.
 *
 * Source: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
 */
export function auditPolicy(): string {
	const core = (...resources: string[]) => ({ group: "", resources: resources.length > 0 ? resources : undefined });
	return toYaml({
		apiVersion: "audit.k8s.io/v1",
		kind: "Policy",
		omitStages: ["RequestReceived"],
		rules: [
			{ level: "None", nonResourceURLs: ["/livez*", "/readyz*", "/healthz*", "/version", "/openapi/*"] },
			{ level: "None", resources: [core("events"), { group: "events.k8s.io", resources: ["events"] }] },
			{
				level: "None",
				userGroups: ["system:nodes", "system:serviceaccounts:kube-system"],
				verbs: ["get", "list", "watch"],
				resources: [core("nodes", "nodes/status", "services", "endpoints", "pods", "pods/status")],
			},
			{
				level: "None",
				users: ["system:kube-controller-manager", "system:kube-scheduler", "system:apiserver"],
				verbs: ["get", "list", "watch"],
			},
			{ level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
			{
				level: "Metadata",
				resources: [
					core("secrets", "configmaps", "serviceaccounts/token", "pods/exec", "pods/attach", "pods/portforward"),
					{ group: "authentication.k8s.io", resources: ["tokenreviews"] },
				],
			},
			{
				level: "Request",
				verbs: ["create", "update", "patch", "delete", "deletecollection"],
				resources: [core(), ...changedGroups.map((group) => ({ group }))],
			},
			{ level: "Metadata" },
		],
	});
}

/** API groups whose changes are logged with the request: their objects hold no secrets. */
const changedGroups = [
	"admissionregistration.k8s.io",
	"apps",
	"batch",
	"certificates.k8s.io",
	"networking.k8s.io",
	"policy",
	"rbac.authorization.k8s.io",
	"storage.k8s.io",
];

/**
 * Returns an EncryptionConfiguration for Secrets, YAML. Both providers can read; the first one writes.
 *
 * Source: https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/
 * @param key 32 bytes, base64
 */
export function encryptionConfiguration(key: string, writes: "secretbox" | "identity"): string {
	const secretbox = { secretbox: { keys: [{ name: "key1", secret: key }] } };
	const providers = writes === "secretbox" ? [secretbox, { identity: {} }] : [{ identity: {} }, secretbox];
	return toYaml({
		apiVersion: "apiserver.config.k8s.io/v1",
		kind: "EncryptionConfiguration",
		resources: [{ resources: ["secrets"], providers }],
	});
}

/** Whether an EncryptionConfiguration writes all of its resources unencrypted: "identity" is the first provider of each. */
export function writesPlainly(configuration: string): boolean {
	const { resources = [] } = fromYaml(configuration) as { resources?: { providers?: object[] }[] };
	return resources.every(({ providers: [first = {}] = [] }) => "identity" in first);
}

/**
 * Returns an AuthenticationConfiguration, YAML, that lets requests without credentials reach the given paths only.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration
 */
export function authenticationConfiguration(paths: readonly string[]): string {
	return toYaml({
		apiVersion: "apiserver.config.k8s.io/v1",
		kind: "AuthenticationConfiguration",
		anonymous: { enabled: true, conditions: paths.map((path) => ({ path })) },
	});
}
