import { inputProblem } from "../../config/expected";
import type { Problem } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";
import { minorRelease, versionNumbers } from "../../facts/versions";

/**
 * Problems of changing a running cluster's Kubernetes version. Only a later patch of one minor release is possible.
 *
 * Source: Kubernetes' version skew policy, https://kubernetes.io/releases/version-skew-policy/.
 * @param was current version, for example `v1.37.2`
 * @param is new version
 * @returns one problem; empty where the change is possible, the versions are equal, or `is` is unknown
 */
export function versionSkewProblems(was: string, is: string): Problem[] {
	if (isUnknown(is) || was === is) return [];
	const [before, after] = [versionNumbers(was), versionNumbers(is)];
	const refuse = (why: string) => [
		inputProblem({
			path: "kubernetesVersion",
			expected: `${was} or a later patch of ${minorRelease(was)}`,
			got: `${is}: ${why}`,
		}),
	];
	if (after.major !== before.major || after.minor > before.minor)
		return refuse(
			"an upgrade to another minor release is not possible yet: `kubeadm upgrade` knows how, this package does not",
		);
	if (after.minor < before.minor) return refuse("a minor release cannot be lowered");
	if (after.patch < before.patch) return refuse("a running cluster cannot be lowered");
	return [];
}
