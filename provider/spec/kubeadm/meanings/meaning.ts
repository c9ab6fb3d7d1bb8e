/** What a field of kubeadm's configuration does here, or why it has no meaning. */
export type Meaning = { default?: string } & ({ does: string; why?: undefined } | { why: string; does?: undefined });

/**
 * Meanings by the path of a field: `networking.podSubnet`, `bootstrapTokens[].ttl`. One that ends with `*` stands for
 * all fields there that have none of their own.
 */
export type Meanings = Readonly<Record<string, Meaning>>;

export const does = (what: string, standard?: string): Meaning => ({ does: what, default: standard });
export const meaningless = (why: string, standard?: string): Meaning => ({ why, default: standard });

/** Meanings of what is below a field. */
export function below(parent: string, meanings: Meanings): Meanings {
	return Object.fromEntries(Object.entries(meanings).map(([path, meaning]) => [`${parent}.${path}`, meaning]));
}
