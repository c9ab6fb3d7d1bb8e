import { componentFlags, type FlaggedComponent, type RemovedFlag, removedFlags } from "../../facts/component-flags";
import { isUnknown } from "../../facts/unknown";
import { minorNumber, minorRelease, releases } from "../../facts/versions";
import { didYouMean, type Problem } from "../problems";
import { type Configured, userFlags } from "./warn";

/** Finds flags that a component of the cluster's release does not have. The component exits as soon as it starts. */
export function unknownFlags(configured: Configured): Problem[] {
	const { kubernetesVersion = "", etcd } = configured.cluster ?? {};
	const release = minorRelease(kubernetesVersion);
	if (isUnknown(kubernetesVersion) || !(release in releases)) return [];
	return userFlags(configured).flatMap(({ component, name, path }) => {
		// An etcd image of the user's choice may have other flags.
		const isOtherEtcd = component === "etcd" && (etcd?.local?.imageTag || etcd?.local?.imageRepository);
		if (name.startsWith("-") || isOtherEtcd) return [];
		const names = flagNames(component, release);
		// Components accept underscores in place of dashes. Source: WordSepNormalizeFunc of k8s.io/component-base/cli/flag.
		const plain = component === "etcd" ? name : name.replaceAll("_", "-");
		if (names.some((known) => known === name || known.replaceAll("_", "-") === plain)) return [];
		const hint = hintFor(component, name, names);
		const message = `${component} ${release} has no such flag and does not start with it${hint ? `; ${hint}` : ""}`;
		return [{ path: `${path}.name`, message }];
	});
}

/** Names of the flags that a component has in a release. */
function flagNames(component: FlaggedComponent, release: string): string[] {
	return componentFlags[component].flatMap((flag) => {
		const [, name = "", word, bound] = /^(\S+)(?: (from|until) (\S+))?$/.exec(flag) ?? [];
		if (word === undefined || bound === undefined) return [name];
		const isKnown =
			word === "from" ? minorNumber(release) >= minorNumber(bound) : minorNumber(release) <= minorNumber(bound);
		return isKnown ? [name] : [];
	});
}

function hintFor(component: FlaggedComponent, name: string, names: readonly string[]): string | undefined {
	const removed: RemovedFlag | undefined = component === "etcd" ? undefined : removedFlags[component][name];
	if (!removed) return didYouMean(name, names);
	const { last, instead } = removed;
	const known = last ? `${component} ${last} was the last to have it` : "older releases had it";
	return instead ? `${known}; instead: ${instead}` : `${known}; remove it`;
}
