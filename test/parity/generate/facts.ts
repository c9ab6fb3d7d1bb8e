/** What is the case, by name: `manifest etcd.yaml`, `object ConfigMap/kube-system/kubeadm-config data.…`. */
export type Facts = Record<string, Fact>;
export type Fact = string | number | boolean | null;

/** Adds a value to facts, leaf by leaf. Empty lists and objects are facts too. */
export function addFacts(facts: Facts, name: string, value: unknown): void {
	if (value === undefined) return;
	if (typeof value !== "object" || value === null) {
		facts[name] = value as Fact;
		return;
	}
	const entries = Object.entries(value);
	if (entries.length === 0) facts[name] = Array.isArray(value) ? "[]" : "{}";
	for (const [key, item] of entries) addFacts(facts, `${name} ${key}`, item);
}

export interface Difference {
	fact: string;
	/** Absent where kubeadm has no such fact. */
	kubeadm?: Fact;
	/** Absent where we have no such fact. */
	ours?: Fact;
}

/** All facts that are not the same on both sides. */
export function compareFacts(kubeadm: Facts, ours: Facts): Difference[] {
	if (ours["defect"]) return [{ fact: "defect", ours: ours["defect"] }];
	const names = new Set([...Object.keys(kubeadm), ...Object.keys(ours)]);
	return [...names]
		.filter((fact) => !Object.is(kubeadm[fact], ours[fact]))
		.map((fact) => ({ fact, kubeadm: kubeadm[fact], ours: ours[fact] }));
}
