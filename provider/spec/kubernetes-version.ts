import { minorRelease, type Release, releases } from "../facts/versions";

/** What a Kubernetes version must be. */
export function kubernetesVersion(text: string): string | undefined {
	if (!/^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/.test(text)) return "a version such as 1.37.2";
	if (minorRelease(text) in releases) return undefined;
	return `a version that this package knows (${Object.keys(releases).join(", ")})`;
}

/** What goes with a version that has passed `kubernetesVersion`; of one that is not known yet, undefined. */
export function releaseOf(version: string): Release | undefined {
	return releases[minorRelease(version)];
}
