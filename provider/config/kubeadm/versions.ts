import { v1beta3Shapes } from "../../facts/types/kubeadm/v1beta3";
import type { Shape } from "../../facts/types/shape";
import { minorRelease } from "../../facts/versions";
import { releaseOf } from "../kubernetes-version";
import { nearestName } from "../problems";
import type { ConfigurationDocument } from "./documents";
import { type Kind, kinds } from "./kinds";

/**
 * The form of a document, or why it is refused: which versions of its API are read goes with the Kubernetes version.
 *
 * Source: validateSupportedVersion and validateKnownGVKs, cmd/kubeadm/app/util/config/common.go.
 */
export function shapeOf(
	{ group, version, kind }: ConfigurationDocument,
	kubernetesVersion: string,
): { kind: Kind; shape: Shape } | { problem: string } {
	if (!Object.hasOwn(kinds, kind))
		return { problem: `expected one of ${Object.keys(kinds).join(", ")}, got ${meant(kind)}` };
	const known: { group: string; version?: string; shape: Shape } = kinds[kind as Kind];
	if (group !== known.group) return { problem: `expected apiVersion ${known.group}/…, got ${group}/${version}` };
	const { current, deprecated, experimental, removed } = releaseOf(kubernetesVersion).configurationVersions;
	const expected = `expected apiVersion ${group}/${known.version ?? current}, got ${group}/${version}`;
	if (version === (known.version ?? current)) return { kind: kind as Kind, shape: known.shape };
	if (known.version) return { problem: expected };
	const older = (v1beta3Shapes as Record<string, Shape>)[kind];
	if (deprecated.includes(version) && older) return { kind: kind as Kind, shape: older };
	const last = removed[version];
	if (last) {
		const command = "kubeadm config migrate --old-config old.yaml --new-config new.yaml";
		return {
			problem: `${expected}, which kubeadm ${last} was the last to read; \`${command}\` of that kubeadm converts it`,
		};
	}
	if (experimental.includes(version)) {
		return { problem: `${expected}, which is experimental in kubeadm ${minorRelease(kubernetesVersion)}` };
	}
	return { problem: expected };
}

function meant(kind: string): string {
	const near = nearestName(kind, Object.keys(kinds));
	return near ? `${kind}; did you mean "${near}"?` : kind;
}
