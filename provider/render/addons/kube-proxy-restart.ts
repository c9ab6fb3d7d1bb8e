import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { annotations } from "../../facts/identities";
import { hasUnknowns, isUnknown, UNKNOWN } from "../../facts/unknown";
import type { KubernetesObject } from "../kubernetes-object";

/**
 * Adds to kube-proxy's pods, once its configuration has changed, an annotation with the digest of the configuration, as
 * kube-proxy reads it at its start: a changed annotation replaces the pods. Until then the DaemonSet is as kubeadm
 * writes it.
 * @param objects kube-proxy's objects, as kubeadm makes them
 * @param before the objects that the state has; empty for a new resource
 */
export function withRestart(objects: KubernetesObject[], before: readonly KubernetesObject[]): KubernetesObject[] {
	if (isUnknown(objects)) return objects;
	const [is, was] = [dataIn(objects), dataIn(before)];
	const hasChanged = is !== undefined && was !== undefined && !isDeepStrictEqual(is, was);
	const old = before.find(({ kind }) => kind === "DaemonSet");
	const isMarked = annotationsOf(old)[annotations.configurationDigest] !== undefined;
	// Without its configuration, kube-proxy is disabled, and its objects go.
	if (is === undefined || (!hasChanged && !isMarked)) return objects;
	const digest = hasUnknowns(is) ? UNKNOWN : createHash("sha256").update(JSON.stringify(is)).digest("hex");
	return objects.map((object) => (object.kind === "DaemonSet" ? withAnnotation(object, digest) : object));
}

/** Texts of kube-proxy's ConfigMap: its configuration and its kubeconfig. */
function dataIn(objects: readonly KubernetesObject[]): unknown {
	return objects.find(({ kind }) => kind === "ConfigMap")?.data;
}

interface PodTemplate {
	spec?: { template?: { metadata?: { annotations?: Record<string, string> } } };
}

function annotationsOf(daemonSet: (KubernetesObject & PodTemplate) | undefined): Record<string, string> {
	return daemonSet?.spec?.template?.metadata?.annotations ?? {};
}

/** An object that a patch leaves unknown in a preview stays as it is. */
function withAnnotation(object: KubernetesObject & PodTemplate, digest: string): KubernetesObject {
	const template = object.spec?.template;
	if (isUnknown(object) || isUnknown(object.spec) || isUnknown(template) || !template) return object;
	const marked = { ...annotationsOf(object), [annotations.configurationDigest]: digest };
	const metadata = { ...template.metadata, annotations: marked };
	return { ...object, spec: { ...object.spec, template: { ...template, metadata } } };
}
