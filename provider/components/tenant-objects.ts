import type { Problem } from "../config/problems";
import { isSubdomain, type Rule, ruleProblems } from "../config/rules";
import type { KubernetesObject } from "../render/kubernetes-object";
import { withoutOutputs } from "../resources/argument-checks";
import { argumentProblems } from "../resources/check-arguments";

/** The rights of a user. */
export interface Grants {
	/** Name of the user. */
	user: string;
	/** Namespace in which the roles hold. Absent: the whole cluster. */
	namespace?: string;
	/** Names of ClusterRoles. */
	roles: string[];
}

/** The objects that give a user its rights: the namespace, and a binding for each role. */
export function tenantObjects(name: string, { user, namespace, roles }: Grants): KubernetesObject[] {
	const bindings = roles.map((role) => ({
		apiVersion: "rbac.authorization.k8s.io/v1",
		kind: namespace ? "RoleBinding" : "ClusterRoleBinding",
		metadata: { name: `${name}-${role}`, ...(namespace ? { namespace } : {}) },
		roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
		subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }],
	}));
	return namespace ? [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...bindings] : bindings;
}

/** Problems with the arguments of a `Tenant`, by the paths that the person typed. Outputs count as not known yet. */
export function tenantArgumentProblems(name: unknown, args: unknown, options: unknown): Problem[] {
	const problems = argumentProblems("Tenant", name, args, options);
	const { known } = withoutOutputs(args);
	if (problems.length > 0 || typeof known !== "object" || known === null) return problems;
	return ruleProblems(rules, known as Partial<Grants> & { groups?: string[] });
}

const rules: readonly Rule<Partial<Grants> & { groups?: string[] }>[] = [
	["user", (user: string) => (isOwn(user) ? undefined : "the name of a person or program, not one of Kubernetes' own")],
	[
		"groups.*",
		(group: string) =>
			isOwn(group)
				? undefined
				: "a group of yours: members of Kubernetes' own groups have rights that no role binding limits",
	],
	[
		"namespace",
		(namespace: string) =>
			isSubdomain(namespace) && !namespace.includes(".") ? undefined : "the name of a namespace, such as shop",
	],
	["roles.*", (role: string) => (role !== "" ? undefined : "the name of a ClusterRole, such as edit")],
];

/** Whether a name is none of Kubernetes' own users and groups, and of kubeadm's administrators. */
function isOwn(name: string): boolean {
	return name !== "" && !name.startsWith("system:") && !name.startsWith("kubeadm:");
}
