import { minorRelease, newestRelease, type Release, releases } from "../facts/versions";

/** Rule for a Kubernetes version. */
export function kubernetesVersion(text: string): string | undefined {
	const known = Object.keys(releases).join(", ");
	const { version } = splitVersion(text);
	if (/^(latest|stable)+(-[1-9](\.[1-9]\d?)?)?$/.test(version))
		return `a version of ${known} such as 1.37.2, not a label, which changes its meaning by itself`;
	if (!isSemantic(version)) return aVersion;
	return minorRelease(text) in releases ? undefined : `a version that this package knows (${known})`;
}

export const aVersion = "a version such as 1.37.2";

/**
 * Splits a version from its prefix. `ci/v1.37.2` is an unreleased build with images of its own.
 *
 * Source: splitVersion and KubernetesIsCIVersion, cmd/kubeadm/app/util/version.go.
 */
export function splitVersion(text: string): { version: string; isCI: boolean } {
	const [prefix = ""] = /^(?:release|ci)\//.exec(text) ?? [];
	return { version: text.slice(prefix.length), isCI: prefix === "ci/" };
}

/** Returns the release of a valid version; the newest release for a version that is not known yet. */
export function releaseOf(version: string): Release {
	return releases[minorRelease(version)] ?? newestRelease;
}

/** Returns the name of a version's release: `1.37`. */
export function releaseNameOf(version: string): string {
	const release = releaseOf(version);
	return Object.keys(releases).find((name) => releases[name] === release)!;
}

const number = "(?:0|[1-9]\\d*)";
const words = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
const semantic = new RegExp(`^v?(${number}\\.${number}\\.${number})(?:-(${words}))?(?:\\+${words})?$`);

/** Whether a text is a semantic version: numbers have no leading zero and fit in 64 bits. Source: ParseSemantic, k8s.io/apimachinery/pkg/util/version. */
function isSemantic(version: string): boolean {
	const [, numbers, preRelease = ""] = semantic.exec(version) ?? [];
	if (numbers === undefined) return false;
	const isNumber = (part: string) => /^\d+$/.test(part) && BigInt(part) < 2n ** 64n;
	return (
		numbers.split(".").every(isNumber) &&
		preRelease.split(".").every((part) => part === "0" || !part.startsWith("0") || !isNumber(part))
	);
}
