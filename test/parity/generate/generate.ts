import { type Configuration, patchesFolder } from "./configuration";
import { cloneConfiguration, withField, withoutField } from "./edit";
import { configurationOf, type FamilyName, families, familiesOf } from "./families";
import { mutate } from "./mutations";
import { patchFiles } from "./patches";
import type { Random } from "./random";
import { type Field, fieldsOf, type KindName, kindNames } from "./shapes";
import { pickStyle } from "./text";
import { valuesOf } from "./values";

/** A configuration that is tried, and what is not as in the one that it was made from. */
export interface Trial {
	configuration: Configuration;
	family: FamilyName;
	/** Whether it was made to be taken; kubeadm may see it otherwise. */
	intent: "valid" | "broken";
	changed: readonly Field[];
	/** Taken by kubeadm, and else the same. */
	parent?: Configuration;
}

/** Makes trials one after the other. Which follows depends on what kubeadm said of those before. */
export interface Source {
	next(intent: Trial["intent"]): Trial;
	/** Tells that kubeadm took a trial. */
	taken(trial: Trial): void;
}

/** How many fields of a component's configuration change at once: each is seen at its own path in what is rendered. */
const atOnce: Partial<Record<KindName, number>> = { KubeletConfiguration: 8, KubeProxyConfiguration: 4 };
/** After so many changes a configuration begins anew. */
const length = 60;

export function sourceOf(random: Random, version: string): Source {
	const bases = families(version);
	const base = (family: FamilyName) => configurationOf(bases[family], family);
	const fields = kindNames.flatMap((kind) => fieldsOf(kind, version));
	const leaves = fields.filter(({ scalar }) => scalar);
	const core = leaves.filter(({ kind }) => !(kind in atOnce));
	const turns = { leaves: cycle(leaves, random), core: cycle(core, random), all: cycle(fields, random) };
	const current: Partial<Record<FamilyName, { configuration: Configuration; age: number }>> = {};

	const set = (configuration: Configuration, field: Field) => {
		const { valid } = valuesOf(field, version);
		return withField(configuration, { field, value: random.pick(valid), random, version });
	};
	const change = (configuration: Configuration, field: Field) =>
		(random.chance(0.35) ? withoutField(configuration, field) : undefined) ?? set(configuration, field);
	const walked = (family: FamilyName): Configuration => {
		const found = current[family];
		if (found && found.age < length) return found.configuration;
		const configuration: Configuration = {
			...base(family),
			resolved: random.chance(0.3),
			...(random.chance(0.2) ? { environment: random.pick(environments) } : {}),
		};
		current[family] = { configuration, age: 0 };
		return configuration;
	};

	function alone(): Trial {
		const field = turns.leaves();
		const family = random.pick(familiesOf(field.kind));
		const parent = base(family);
		return trial(`alone ${field.name}`, { configuration: set(parent, field), family, changed: [field], parent });
	}

	function pair(): Trial {
		const [first, second] = [turns.core(), turns.leaves()];
		const family = random.pick(familiesOf(first.kind));
		if (!familiesOf(second.kind).includes(family)) return alone();
		const configuration = set(set(base(family), first), second);
		return trial(`pair ${first.name}, ${second.name}`, { configuration, family, changed: [], parent: undefined });
	}

	function wide(): Trial {
		const field = turns.core();
		const family = random.pick(familiesOf(field.kind));
		const parent = walked(family);
		const components = Object.entries(atOnce).flatMap(([kind, count]) =>
			family === "init"
				? random.some(
						leaves.filter((leaf) => leaf.kind === kind),
						count,
					)
				: [],
		);
		const changed = [field, ...components];
		const configuration = changed.reduce(change, parent);
		return trial(`random ${field.name}`, { configuration, family, changed, parent });
	}

	/** A folder of patches over what has grown so far. */
	function patched(): Trial {
		const field = leaves.find(({ name }) => name === "InitConfiguration.patches.directory")!;
		const parent = random.chance(0.5) ? base("init") : walked("init");
		const named = withField(parent, { field, value: patchesFolder, random, version });
		const configuration = { ...named, patches: patchFiles(random, version) };
		return trial("patches", { configuration, family: "init", changed: [field], parent });
	}

	function broken(): Trial {
		const field = turns.all();
		const family = random.pick(familiesOf(field.kind));
		const parent = random.chance(0.5) ? base(family) : walked(family);
		if (random.chance(0.3)) {
			const configuration = mutate(parent, { random, fields, version });
			return { ...trial(configuration.title, { configuration, family, changed: [], parent }), intent: "broken" };
		}
		const value = random.pick(valuesOf(field, version).broken);
		const configuration = withField(parent, { field, value, random, version });
		const made = trial(`broken ${field.name}`, { configuration, family, changed: [field], parent });
		return { ...made, intent: "broken" };
	}

	function trial(title: string, made: Omit<Trial, "intent">): Trial {
		const configuration = { ...made.configuration, title, style: made.configuration.style ?? pickStyle(random) };
		return { ...made, configuration, intent: "valid" };
	}

	return {
		next: (intent) =>
			intent === "broken" ? broken() : random.pick([alone, alone, pair, pair, wide, wide, wide, wide, patched])(),
		taken({ family, configuration, parent, intent }) {
			const found = current[family];
			if (intent === "broken" || !found || found.configuration !== parent) return;
			current[family] = {
				configuration: { ...cloneConfiguration(configuration), style: undefined },
				age: found.age + 1,
			};
		},
	};
}

const environments: readonly Record<string, string>[] = [
	{ HTTPS_PROXY: "http://198.18.0.1:3128", no_proxy: "10.0.0.0/8,.example" },
	{ http_proxy: "http://198.18.0.1:3128", HTTP_PROXY: "http://198.18.0.2:3128", NO_PROXY: "*" },
];

/** Each item once before any comes again, in an order by chance. */
function cycle<T>(items: readonly T[], random: Random): () => T {
	let left: T[] = [];
	return () => {
		if (left.length === 0) left = random.some(items, items.length);
		return left.pop()!;
	};
}
