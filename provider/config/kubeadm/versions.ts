import { v1beta3Shapes } from "../../facts/types/kubeadm/v1beta3";
import type { Shape } from "../../facts/types/shape";
import { minorRelease, releases } from "../../facts/versions";
import { expected } from "../expected";
import { releaseOf } from "../kubernetes-version";
import { didYouMean } from "../problems";
import type { ConfigurationDocument } from "./documents";
import { type Kind, kinds } from "./kinds";

/**
 * Returns the shape of a document, or the reason why the document is refused. The Kubernetes version decides which versions of
 * kubeadm's API are read; where that version is missing or not supported, every version with a known shape is.
 *
 * Source: validateSupportedVersion and validateKnownGVKs, cmd/kubeadm/app/util/config/common.go.
 */
export function shapeOf(
	{ group, version, kind }: Pick<ConfigurationDocument, "group" | "version" | "kind">,
	kubernetesVersion: string,
): { kind: Kind; shape: Shape } | { problem: string } {
	if (!Object.hasOwn(kinds, kind)) {
		const got = isOtherGroup({ group })
			? otherKind({ group, version, kind })
			: { got: kind, next: didYouMean(kind, Object.keys(kinds)) };
		return { problem: expected({ expected: `one of ${Object.keys(kinds).join(", ")}`, ...got }) };
	}
	const known: { group: string; version?: string; shape: Shape } = kinds[kind as Kind];
	if (group !== known.group)
		return { problem: expected({ expected: `apiVersion ${known.group}/…`, got: `${group}/${version}` }) };
	const older = (v1beta3Shapes as Record<string, Shape>)[kind];
	if (!(minorRelease(kubernetesVersion) in releases) && version === "v1beta3" && older)
		return { kind: kind as Kind, shape: older };
	const { current, deprecated, experimental, removed } = releaseOf(kubernetesVersion).configurationVersions;
	const refusal = (reason = "", next?: string) => ({
		problem: expected({
			expected: `apiVersion ${group}/${known.version ?? current}`,
			got: `${group}/${version}${reason}`,
			next,
		}),
	});
	if (version === (known.version ?? current)) return { kind: kind as Kind, shape: known.shape };
	if (known.version) return refusal();
	if (deprecated.includes(version) && older) return { kind: kind as Kind, shape: older };
	const last = removed[version];
	if (last) {
		const command = "kubeadm config migrate --old-config old.yaml --new-config new.yaml";
		return refusal(`, which kubeadm ${last} was the last to read`, `\`${command}\` of kubeadm ${last} converts it`);
	}
	if (!experimental.includes(version)) return refusal();
	return refusal(`, which is experimental in kubeadm ${minorRelease(kubernetesVersion)}`);
}

/** Whether a document belongs to another program than kubeadm, the kubelet and kube-proxy. `kubeadm init` ignores such a document. */
export function isOtherGroup({ group }: Pick<ConfigurationDocument, "group">): boolean {
	return Object.values(kinds).every((known) => known.group !== group);
}

function otherKind({ group, version, kind }: Pick<ConfigurationDocument, "group" | "version" | "kind">) {
	return {
		got: `${kind} of ${group}/${version}, which \`kubeadm init\` ignores`,
		next: "take the document out",
	};
}
