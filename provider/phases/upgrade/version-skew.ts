import { inputProblem } from "../../config/expected";
import type { Problem } from "../../config/problems";
import { isUnknown } from "../../facts/unknown";

/**
 * Problems of the change of a running cluster from one Kubernetes version to another, such as `1.37.2`. Only later patches
 * of the same minor release are possible.
 *
 * Source: Kubernetes' version skew policy, https://kubernetes.io/releases/version-skew-policy/.
 */
export function versionSkewProblems(was: string, is: string): Problem[] {
	if (isUnknown(is) || was === is) return [];
	const [major, minor, patch] = was.split(".").map(Number);
	const [newMajor, newMinor, newPatch] = is.split(".").map(Number);
	const refuse = (why: string) => [
		inputProblem({
			path: "kubernetesVersion",
			expected: `${was} or a later patch of ${major}.${minor}`,
			got: `${is}: ${why}`,
		}),
	];
	if (newMajor !== major || newMinor! > minor!)
		return refuse(
			"an upgrade to another minor release is not possible yet: `kubeadm upgrade` knows how, this package does not",
		);
	if (newMinor! < minor!) return refuse("a minor release cannot be lowered");
	if (newMinor === minor && newPatch! < patch!) return refuse("a running cluster cannot be lowered");
	return [];
}
