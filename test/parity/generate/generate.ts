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
	/** Another value of one field, by its number. */
	of(field: Field, number: number): Trial;
	/** Tells that kubeadm took a trial. */
	taken(trial: Trial): void;
}

/** How many fields of a kind change at once, where each is seen at its own path in a ConfigMap. */
const atOnce: Partial<Record<KindName, number>> = { KubeletConfiguration: 8, KubeProxyConfiguration: 4 };
const clusterFieldsAtOnce = 3;
/** After so many changes a configuration begins anew. */
const length = 60;

/** @param isCovered whether a field need not come before the others any more */
export function sourceOf(random: Random, version: string, isCovered: (field: Field) => boolean): Source {
	const bases = families(version);
	const base = (family: FamilyName) => configurationOf(bases[family], family);
	const fields = kindNames.flatMap((kind) => fieldsOf(kind, version));
	const leaves = fields.filter(({ scalar }) => scalar);
	const turnsOf = (items: readonly Field[]) => cycle(items, { random, isCovered });
	const ofKinds = (wanted: (kind: KindName) => boolean) => leaves.filter(({ kind }) => wanted(kind));
	const turns = {
		leaves: turnsOf(leaves),
		cluster: turnsOf(ofKinds((kind) => kind === "ClusterConfiguration")),
		kubelet: turnsOf(ofKinds((kind) => kind === "KubeletConfiguration")),
		kubeProxy: turnsOf(ofKinds((kind) => kind === "KubeProxyConfiguration")),
		node: turnsOf(ofKinds((kind) => kind !== "ClusterConfiguration" && !(kind in atOnce))),
		all: turnsOf(fields),
	};
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
		const field = random.chance(0.7) ? turns.node() : turns.leaves();
		const family = familyOf(field);
		const parent = base(family);
		return trial(`alone ${field.name}`, { configuration: set(parent, field), family, changed: [field], parent });
	}

	function pair(): Trial {
		const [first, second] = [random.chance(0.5) ? turns.node() : turns.cluster(), turns.leaves()];
		const family = familyOf(first);
		if (!familiesOf(second.kind).includes(family)) return alone();
		const configuration = set(set(base(family), first), second);
		return trial(`pair ${first.name}, ${second.name}`, { configuration, family, changed: [], parent: undefined });
	}

	/** One field of a node's, or some of the cluster's, and many of the components. */
	function wide(): Trial {
		const core = random.chance(0.5)
			? [turns.node()]
			: Array.from({ length: clusterFieldsAtOnce }, () => turns.cluster());
		const family = familyOf(core[0]!);
		const parent = walked(family);
		const components =
			family === "init"
				? [
						...Array.from({ length: atOnce.KubeletConfiguration! }, turns.kubelet),
						...Array.from({ length: atOnce.KubeProxyConfiguration! }, turns.kubeProxy),
					]
				: [];
		const changed = [...new Set([...core, ...components])];
		const configuration = changed.reduce(change, parent);
		return trial(`random ${core[0]!.name}`, { configuration, family, changed, parent });
	}

	/** A control plane that joins has RSA keys to make: not where a worker does as well. */
	function familyOf({ kind, path }: Field): FamilyName {
		if (kind !== "JoinConfiguration") return random.pick(familiesOf(kind));
		return path[0] === "controlPlane" || random.chance(0.25) ? "join control plane" : "join worker";
	}

	/** A folder of patches over what has grown so far. */
	function patched(): Trial {
		const family = random.pick(["init", "init", "join worker", "join control plane"] as const);
		const kind = family === "init" ? "InitConfiguration" : "JoinConfiguration";
		const field = leaves.find(({ name }) => name === `${kind}.patches.directory`)!;
		const parent = random.chance(0.5) ? base(family) : walked(family);
		const named = withField(parent, { field, value: patchesFolder, random, version });
		const configuration = { ...named, patches: patchFiles(random, version) };
		return trial("patches", { configuration, family, changed: [field], parent });
	}

	function broken(): Trial {
		const field = turns.all();
		const family = familyOf(field);
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

	/** Alone over the least configuration, so that nothing else is another. A refusal costs least: those come first. */
	function of(field: Field, number: number): Trial {
		const { valid, broken } = valuesOf(field, version);
		const values = [...broken, ...valid];
		const at = number % values.length;
		const family = familyOf(field);
		const parent = base(family);
		const configuration = withField(parent, { field, value: values[at], random, version });
		const made = trial(`sweep ${field.name}`, { configuration, family, changed: [field], parent });
		return { ...made, intent: at < broken.length ? "broken" : "valid" };
	}

	function trial(title: string, made: Omit<Trial, "intent">): Trial {
		const configuration = { ...made.configuration, title, style: made.configuration.style ?? pickStyle(random) };
		return { ...made, configuration, intent: "valid" };
	}

	return {
		of,
		next: (intent) =>
			intent === "broken" ? broken() : random.pick([alone, alone, alone, pair, wide, wide, wide, wide, patched])(),
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

/** Proxies that can at once not be reached: see `unreachable` in oracle.ts. */
const environments: readonly Record<string, string>[] = [
	{ HTTPS_PROXY: "http://198.18.0.100:3128", no_proxy: "10.0.0.0/8,.example" },
	{ http_proxy: "http://198.18.0.100:3128", HTTP_PROXY: "http://198.18.0.100:3129", NO_PROXY: "*" },
];

/** Each item that is not covered yet once before any comes again, in an order by chance; then each of all. */
function cycle(
	items: readonly Field[],
	{ random, isCovered }: { random: Random; isCovered: (field: Field) => boolean },
): () => Field {
	let left: Field[] = [];
	return () => {
		if (left.length === 0) {
			const open = items.filter((item) => !isCovered(item));
			left = random.some(open.length > 0 ? open : items, items.length);
		}
		return left.pop()!;
	};
}
