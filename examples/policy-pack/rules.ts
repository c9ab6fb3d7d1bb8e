import { componentFlags, countOf, type Inputs, kubeletSetting } from "./inputs";

/** A resource of pulumi-kubeadm, as a rule sees it. */
export interface Subject {
	/** The class of the resource: `Kubelet`. */
	kind: string;
	/** Inputs in the form that previews show. What a preview does not know yet is a placeholder. */
	inputs: Inputs;
	/** Whether `pulumi destroy` spares the resource. */
	isProtected: boolean;
	/** Whether the resource belongs to a stack for production. */
	isProduction: boolean;
}

/** A rule: what it demands, and what is wrong with a resource that does not fulfil it. */
export interface Rule {
	name: string;
	description: string;
	/** A violation of a mandatory rule ends the preview, and that of an advisory one is shown. */
	level: "mandatory" | "advisory";
	violation(subject: Subject): string | undefined;
}

export const rules: readonly Rule[] = [
	{
		name: "secrets-encrypted-at-rest",
		description: "API servers encrypt Secrets before they write them to etcd.",
		level: "mandatory",
		violation({ kind, inputs }) {
			const { nodeName, encryption } = inputs;
			if (isApiServer(kind, inputs) && !componentFlags(inputs).has("encryption-provider-config"))
				return `the API server of ${nodeName} writes Secrets to etcd as they are; set hardening: { encryption: true }`;
			if (kind === "ClusterIdentity" && ["identity", "plain configuration"].includes(String(encryption)))
				return "the configuration of the encryption writes new Secrets to etcd as they are";
			return undefined;
		},
	},
	{
		name: "kubelets-know-their-clients",
		description: "Kubelets refuse requests without credentials.",
		level: "mandatory",
		violation({ kind, inputs }) {
			if (!["Kubelet", "StandaloneKubelet"].includes(kind)) return undefined;
			const setting = kubeletSetting(inputs, { flag: "anonymous-auth", field: "authentication > anonymous > enabled" });
			if (isOff(setting)) return undefined;
			return `the kubelet of ${inputs["nodeName"]} serves anonymous requests; set authentication.anonymous.enabled: false`;
		},
	},
	{
		name: "kubelets-ask-for-permission",
		description: "Kubelets let the API server decide what a client may do.",
		level: "mandatory",
		violation({ kind, inputs }) {
			const setting = kubeletSetting(inputs, { flag: "authorization-mode", field: "authorization > mode" });
			if (kind !== "Kubelet" || setting === "Webhook") return undefined;
			return `the kubelet of ${inputs["nodeName"]} allows every client everything; set authorization.mode: Webhook`;
		},
	},
	{
		name: "api-servers-authorize",
		description: "API servers do not allow every request.",
		level: "mandatory",
		violation({ kind, inputs }) {
			const flags = isApiServer(kind, inputs) ? componentFlags(inputs) : new Map<string, string>();
			if (!flags.get("authorization-mode")?.split(",").includes("AlwaysAllow")) return undefined;
			return `the API server of ${inputs["nodeName"]} allows every request; take AlwaysAllow out of authorization-mode`;
		},
	},
	{
		name: "three-control-planes-in-production",
		description: "A cluster for production outlives the loss of a control plane: at least three members of etcd.",
		level: "mandatory",
		violation({ kind, inputs, isProduction }) {
			const count = countOf(inputs["members"] ?? inputs["initialMembers"]);
			if (kind !== "ClusterIdentity" || !isProduction || count >= 3) return undefined;
			return `a cluster for production has at least three control planes, and this one has ${count}`;
		},
	},
	{
		name: "anonymous-requests-limited",
		description: "Without credentials, API servers answer health checks alone.",
		level: "advisory",
		violation({ kind, inputs }) {
			if (!isApiServer(kind, inputs) || componentFlags(inputs).has("authentication-config")) return undefined;
			return `the API server of ${inputs["nodeName"]} takes anonymous requests for every path; set hardening: { anonymousPaths: true }`;
		},
	},
	{
		name: "etcd-protected-in-production",
		description: "The data of a cluster for production stays in a destroy.",
		level: "advisory",
		violation({ kind, isProtected, isProduction }) {
			if (kind !== "EtcdData" || !isProduction || isProtected) return undefined;
			return "a destroy removes the data of etcd; set the option protect on this resource";
		},
	},
];

function isApiServer(kind: string, { component }: Inputs): boolean {
	return kind === "StaticPodManifest" && component === "kube-apiserver";
}

/** Whether a switch is off, in the spellings that a flag may have. */
function isOff(setting: unknown): boolean {
	return /^(0|f|false)$/i.test(String(setting));
}
