/** Reason why a field of kubeadm's configuration has no effect here, and kubeadm's default of the field. */
export interface Meaningless {
	why: string;
	default?: string;
}

/** Rows by the path of a field, `timeouts.etcdAPICall`. A path that ends with `*` stands for all fields there. */
export type MeaninglessFields = Readonly<Record<string, Meaningless>>;

export const meaningless = (why: string, standard?: string): Meaningless => ({ why, default: standard });

/** Rows for the fields below a parent field. */
export function below(parent: string, fields: MeaninglessFields): MeaninglessFields {
	return Object.fromEntries(Object.entries(fields).map(([path, row]) => [`${parent}.${path}`, row]));
}
