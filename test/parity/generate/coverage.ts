import type { Facts } from "./facts";
import type { Field, KindName } from "./shapes";

/** How often each field has made a difference to kubeadm itself. */
export interface Coverage {
	/** By the field's name. */
	counts: Map<string, number>;
	/** One trial and the one that it was made from: kubeadm's own facts, or undefined where it refused. */
	add(changed: readonly Field[], before: Facts | undefined, after: Facts | undefined): void;
}

/** Where what a component's configuration says stands among kubeadm's facts. */
const placeOf: Partial<Record<KindName, string>> = {
	KubeletConfiguration: "object ConfigMap/kube-system/kubelet-config data kubelet",
	KubeProxyConfiguration: "object ConfigMap/kube-system/kube-proxy data config.conf",
};

/**
 * A field is covered when it alone is another and kubeadm's verdict or any fact is another; and a field of a component's
 * configuration also when, of several that are others, its own place in kubeadm's ConfigMap is another.
 */
export function coverageOf(fields: readonly Field[]): Coverage {
	const counts = new Map(fields.map(({ name }) => [name, 0]));
	const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

	return {
		counts,
		add(changed, before, after) {
			if (!before !== !after) {
				if (changed.length === 1) count(changed[0]!.name);
				return;
			}
			if (!before || !after) return;
			const others = changedFacts(before, after);
			const own = (field: Field) => others.filter((fact) => isBelow(fact, field));
			const components = changed.filter(({ kind }) => placeOf[kind]);
			for (const field of components) if (own(field).length > 0) count(field.name);
			const core = changed.filter(({ kind }) => !placeOf[kind]);
			const rest = others.filter((fact) => !isComponents(fact));
			if (core.length === 1 && (components.length === 0 ? others : rest).length > 0) count(core[0]!.name);
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

/** Whether a fact follows from the kubelet's or kube-proxy's configuration. */
function isComponents(fact: string): boolean {
	return /^file (config|instance-config)\.yaml /.test(fact) || /kubelet-config |kube-proxy /.test(fact);
}
