/** The resource that owns a file of a host or an object of the API. */
export interface Ownership {
	/** Id of the resource that made the thing, or took it over last. */
	owner: string;
	/** Ids of the former owners, the latest last. */
	former?: string[];
}

/** Ids of the resources that the program still declares, as far as the engine has called diff or create for them in this run. */
const declaredIds = new Set<string>();

/** Marks a resource as still declared. The engine calls diff for every declared resource before it deletes the others. */
export function markDeclared(id: string): void {
	declaredIds.add(id);
}

/** Whether a resource is known to be still declared. */
export function isDeclared(id: string): boolean {
	return declaredIds.has(id);
}

/**
 * Ownership after a resource made or took over a thing. A renamed resource takes over before the old one is deleted, so
 * former owners are kept.
 */
export function transferOwnership(before: Ownership | undefined, owner: string): Ownership {
	const { former = [] } = before ?? {};
	const all = before && before.owner !== owner ? [...former, before.owner] : former;
	const others = all.filter((id) => id !== owner);
	return { owner, ...(others.length > 0 ? { former: others } : {}) };
}

/**
 * Current ownership. If the recorded owner is no longer declared but a former one is declared again (a rename was
 * reverted), ownership returns to the former, so that deleting the new resource does not delete the thing.
 */
export function currentOwnership(ownership: Ownership): Ownership {
	const { owner, former = [] } = ownership;
	const heir = declaredIds.has(owner) ? undefined : former.findLast((id) => declaredIds.has(id));
	return heir === undefined ? ownership : transferOwnership({ owner: heir, former }, heir);
}
