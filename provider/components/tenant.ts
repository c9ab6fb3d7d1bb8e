import * as pulumi from "@pulumi/pulumi";
import { toYaml } from "../go/yaml/write";
import { Addon, Kubeconfig } from "../resources";
import { refuse } from "../resources/check-arguments";
import type { Cluster } from "./cluster";
import { type Grants, tenantArgumentProblems, tenantObjects } from "./tenant-objects";

/** Arguments of a `Tenant`. */
export interface TenantArgs {
	/** The cluster. */
	cluster: Pick<Cluster, "api" | "spec" | "server" | "authorities">;
	/** Name of the user: the common name of the client certificate. */
	user: pulumi.Input<string>;
	/** Groups of the user: the organizations of the client certificate. @default none */
	groups?: pulumi.Input<pulumi.Input<string>[]>;
	/** Namespace in which the roles hold. A namespace that does not exist is made. @default the roles hold in the whole cluster */
	namespace?: pulumi.Input<string>;
	/** Names of the ClusterRoles that the user gets: Kubernetes' own, or some of the program's. @default ["edit"] */
	roles?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A user of the cluster with rights of its own: a kubeconfig with a client certificate, and role bindings, in a namespace
 * or in the whole cluster.
 *
 * ```ts
 * const tenant = new kubeadm.Tenant("shop", { cluster, user: "shop", namespace: "shop", roles: ["edit"] });
 * export const kubeconfig = tenant.kubeconfig;
 * ```
 *
 * A delete takes the rights back, and the namespace with all that is in it where this resource made it. The certificate
 * itself stays valid until its end: nothing in Kubernetes revokes it.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles.
 */
export class Tenant extends pulumi.ComponentResource {
	/** The user's kubeconfig, YAML, secret. Known once the API serves and the user has its rights. */
	readonly kubeconfig: pulumi.Output<string>;

	constructor(name: string, args: TenantArgs, options?: pulumi.ComponentResourceOptions) {
		refuse("Tenant", name, tenantArgumentProblems(name, args, options));
		super("kubeadm:index:Tenant", name, {}, options);
		const { cluster, user, groups = [], namespace, roles = ["edit"] } = args;
		const { api, spec, server, authorities } = cluster;
		const parent = { parent: this };
		const grants = pulumi.output({ user, namespace, roles }) as pulumi.Output<Grants>;
		const yaml = grants.apply((known) =>
			tenantObjects(name, known)
				.map((object) => toYaml(object))
				.join("---\n"),
		);
		const rights = new Addon(`${name}-rights`, { api, yaml }, parent);
		const { kubeconfig } = new Kubeconfig(
			`${name}-kubeconfig`,
			{ authority: authorities.ca, cluster: spec, user: { name: user, groups, server } },
			{ ...parent, dependsOn: [rights] },
		);
		this.kubeconfig = pulumi.secret(kubeconfig);
		this.registerOutputs({ kubeconfig: this.kubeconfig });
	}
}
