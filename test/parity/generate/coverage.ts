import type { Facts } from "./facts";
import type { Field, KindName } from "./shapes";

/** How often each field has made a difference to kubeadm itself. */
export interface Coverage {
	/** By the field's name. */
	counts: Map<string, number>;
	/** Adds what another has counted. */
	take(other: Coverage): void;
	/** One trial and the one that it was made from: kubeadm's own facts, or undefined where it refused. */
	add(changed: readonly Field[], before: Facts | undefined, after: Facts | undefined): void;
}

/** Where what such a document says stands among kubeadm's facts. */
const placeOf: Partial<Record<KindName, string>> = {
	KubeletConfiguration: "object ConfigMap/kube-system/kubelet-config data kubelet",
	ClusterConfiguration: "object ConfigMap/kube-system/kubeadm-config data ClusterConfiguration",
	KubeProxyConfiguration: "object ConfigMap/kube-system/kube-proxy data config.conf",
};

/**
 * A field is covered when it alone is another and kubeadm's verdict or any fact is another; and one of the cluster's or a
 * component's configuration also when, of several that are others, its own place in kubeadm's ConfigMap is another.
 */
export function coverageOf(fields: readonly Field[]): Coverage {
	const counts = new Map(fields.map(({ name }) => [name, 0]));
	const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

	return {
		counts,
		take(other) {
			for (const [name, times] of other.counts) counts.set(name, counts.get(name)! + times);
		},
		add(changed, before, after) {
			if (!before !== !after) {
				if (changed.length === 1) count(changed[0]!.name);
				return;
			}
			if (!before || !after) return;
			const others = changedFacts(before, after);
			const placed = changed.filter(({ kind }) => placeOf[kind]);
			const seen = placed.filter((field) => others.some((fact) => isBelow(fact, field)));
			for (const field of seen) count(field.name);
			const [field, another] = changed.filter(({ kind }) => !isComponents(kind));
			if (!field || another || seen.includes(field)) return;
			const isAlone = changed.length === 1;
			if (others.some((fact) => isAlone || !isOfComponents(fact))) count(field.name);
		},
	};
}

function changedFacts(before: Facts, after: Facts): string[] {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].filter((name) => before[name] !== after[name] && !/-data$|expiration$/.test(name));
}

function isBelow(fact: string, { kind, path }: Field): boolean {
	const pattern = [placeOf[kind], ...path.map((key) => (key === "[]" ? "\\d+" : key))].join(" ");
	return new RegExp(`^${pattern}( |$)`).test(fact);
}

function isComponents(kind: KindName): boolean {
	return kind === "KubeletConfiguration" || kind === "KubeProxyConfiguration";
}

/** Whether a fact follows from the kubelet's or kube-proxy's configuration. */
function isOfComponents(fact: string): boolean {
	return /^file (config|instance-config)\.yaml /.test(fact) || /kubelet-config |kube-proxy /.test(fact);
}
