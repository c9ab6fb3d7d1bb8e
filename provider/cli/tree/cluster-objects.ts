import type { Tree } from "../../compare/tree-file";
import type { BootstrapTokenSpec } from "../../config/bootstrap-token";
import { skips } from "../../config/phases";
import { toYaml } from "../../go/yaml/write";
import { componentRenderers } from "../../render/components";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { NodePlan } from "../../render/node-plan";
import { clusterInfoConfigMap, kubeadmConfigMap, kubeletConfigMap } from "../../render/objects/config-maps";
import { rbacObjects } from "../../render/objects/rbac";
import { withoutSkipped } from "../../render/objects/skipped";
import { type ExistingObjects, tokenFiles } from "./token-files";

/** Arguments of rendering objects, beside the node's plan. */
export interface Making extends ExistingObjects {
	/** PEM. */
	caCertificate: string;
	tokens: readonly BootstrapTokenSpec[];
}

/** Objects that `kubeadm init` creates: the addons under /addons, all others under /objects. */
export function objectFiles({ cluster, node }: NodePlan, making: Making): Tree {
	const tokens = making.tokens.length > 0 ? making.tokens : [{}];
	const files: Record<string, KubernetesObject[]> = {
		"/addons/coredns.yaml": componentRenderers.coredns({ cluster, node }),
		"/addons/kube-proxy.yaml": componentRenderers["kube-proxy"]({ cluster, node }),
		"/objects/kubeadm-config.yaml": [kubeadmConfigMap(cluster, node)],
		"/objects/kubelet-config.yaml": [kubeletConfigMap(cluster, node)],
		"/objects/cluster-info.yaml": [clusterInfoConfigMap(cluster, node, making.caCertificate)],
		"/objects/rbac.yaml": rbacObjects(cluster),
	};
	return {
		...Object.assign({}, ...Object.entries(files).map(([path, list]) => documents(path, withoutSkipped(list, node)))),
		...(skips(node, "bootstrap-token") ? {} : tokenFiles(tokens, making)),
	};
}

function documents(path: string, objects: readonly KubernetesObject[]): Tree {
	if (objects.length === 0) return {};
	return { [path]: { content: objects.map((object) => toYaml(object)).join("---\n"), mode: "0644" } };
}
