import { minorRelease, newestRelease, type Release, releases } from "../facts/versions";

/** What a Kubernetes version must be. */
export function kubernetesVersion(text: string): string | undefined {
	const known = Object.keys(releases).join(", ");
	if (!/^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+][0-9A-Za-z.+-]+)?$/.test(text)) {
		const isLabel = /^((release|ci)\/)?(stable|latest)/.test(text);
		return isLabel
			? `a version of ${known} such as 1.37.2, not a label, which changes its meaning by itself`
			: aVersion;
	}
	return minorRelease(text) in releases ? undefined : `a version that this package knows (${known})`;
}

export const aVersion = "a version such as 1.37.2";

/** What goes with a version that has passed `kubernetesVersion`; with one that is not known yet, nothing that may be shown. */
export function releaseOf(version: string): Release {
	return releases[minorRelease(version)] ?? newestRelease;
}

/** The same by its name: `1.37`. */
export function releaseNameOf(version: string): string {
	const release = releaseOf(version);
	return Object.keys(releases).find((name) => releases[name] === release)!;
}
