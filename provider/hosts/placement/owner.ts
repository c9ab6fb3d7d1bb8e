/** Whose something on a host is. */
export interface Ownership {
	/** Id of the resource that made it, or took it over. */
	owner: string;
	/** Ids of those that had it before, the latest last. */
	former?: string[];
}

/** Ids of the resources that the program still has, as far as this operation of the engine has asked about them. */
const living = new Set<string>();

/** A program has this resource: the engine asks of each whether it differs, before it removes those that are no more. */
export function lives(id: string): void {
	living.add(id);
}

/** A resource makes something, or takes it over: where one is renamed, the new one does before the old one is removed. */
export function takenOver(before: Ownership | undefined, owner: string): Ownership {
	const { former = [] } = before ?? {};
	const all = before && before.owner !== owner ? [...former, before.owner] : former;
	const others = all.filter((id) => id !== owner);
	return { owner, ...(others.length > 0 ? { former: others } : {}) };
}

/**
 * Whose it is now. Where an `up` ended before the old resource was removed, and the program has its old name again, it is
 * that one's again: what the new one took over is not to go with it.
 */
export function settled(ownership: Ownership): Ownership {
	const { owner, former = [] } = ownership;
	const heir = living.has(owner) ? undefined : former.findLast((id) => living.has(id));
	return heir === undefined ? ownership : takenOver({ owner: heir, former }, heir);
}
