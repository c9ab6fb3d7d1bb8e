import { type ComponentContext, componentRenderers } from "../../render/components";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Component } from "./component";
import { type ApiPlacement, type ApiSite, objectSet } from "./object-set";

/** kube-proxy: a DaemonSet and the objects that it needs. */
export const kubeProxy: Component<ComponentContext, KubernetesObject[], ApiSite, ApiPlacement> = {
	...objectSet("kube-proxy"),
	render: (context) => componentRenderers["kube-proxy"](context),
};
