import type { Cluster } from "../../config/cluster";
import { releaseNameOf } from "../../config/kubernetes-version";
import type { Node, Patch } from "../../config/node";
import { patchDocuments } from "../../config/patches";
import { SpecError, show } from "../../config/problems";
import { type PatchTarget, patchObjects } from "../../facts/patch-objects";
import { kubeletConfigurationShape } from "../../facts/types/kubelet-configuration";
import { isUnknown, UNKNOWN } from "../../facts/unknown";
import { isObject, type Json, type JsonObject, PatchFailure, PatchUnknown } from "./json";
import { jsonPatch } from "./json-patch";
import { mergePatch } from "./merge-patch";
import { type Schema, shapeSchema, workloadSchema } from "./schema";
import { strategicMerge } from "./strategic-merge";
import { typed } from "./typed";

/** Fields of a node that `applyPatches` reads: the patches, and the name for messages. */
export type PatchedNode = Pick<Node, "name" | "patches">;

/**
 * Applies to a copy of a rendered object, in their order, the patches of a node that have the given target. Returns the
 * given object itself where no patch has that target.
 *
 * Returns `UNKNOWN` instead of an object where a preview can't tell the result: a patch, its target, type or text is
 * unknown, or the result depends on an unknown value of the object.
 *
 * Source: ApplyPatchesToTarget, cmd/kubeadm/app/util/patches/patches.go, and its callers.
 * @throws SpecError for the first patch that can't be applied, or that makes the object invalid and no later patch mends it
 */
export function applyPatches<T extends object>(
	object: T,
	{ target, cluster, node }: { target: PatchTarget; cluster: Pick<Cluster, "kubernetesVersion">; node: PatchedNode },
): T {
	const release = releaseNameOf(cluster.kubernetesVersion);
	let changed: Json | undefined;
	let broken: SpecError | undefined;
	for (const [index, patch] of node.patches.entries()) {
		if (isUnknown(patch) || isUnknown(patch.target)) return UNKNOWN as never;
		if (patch.target !== target) continue;
		if (isUnknown(patch.type) || isUnknown(patch.patch)) return UNKNOWN as never;
		const subject = { index, target, nodeName: node.name };
		try {
			changed = patched(changed ?? jsonOf(object), patch, schemaOf(target, release));
		} catch (error) {
			if (error instanceof PatchUnknown) return UNKNOWN as never;
			throw refusal(error, subject);
		}
		// An object that this patch makes invalid is an error only if it is still invalid after the last patch.
		const wrong = failure(() => readBack(changed as Json, target, release));
		broken = wrong === undefined ? undefined : (broken ?? refusal(wrong, subject));
	}
	if (broken) throw broken;
	return (changed === undefined ? object : readBack(changed, target, release)) as T;
}

/** Functions that apply one document of a patch, by the patch's type. */
const apply = {
	json: (document: JsonObject, patch: Json, _schema: Schema) => jsonPatch(document, patch),
	merge: (document: JsonObject, patch: Json, _schema: Schema) => mergePatch(document, patch),
	strategic: (document: JsonObject, patch: Json, schema: Schema) =>
		patch === null ? document : strategicMerge(document, objectOf(patch), schema),
} as const;

/** Applies all documents of one patch. @throws PatchFailure or PatchUnknown */
function patched(object: Json, patch: Patch, schema: Schema): Json {
	return patchDocuments(patch).reduce<Json>(
		(document, change) => apply[patch.type ?? "strategic"](objectOf(document), change as Json, schema),
		object,
	);
}

function schemaOf(target: PatchTarget, release: string): Schema {
	const type = patchObjects[target];
	return type === "KubeletConfiguration" ? shapeSchema(kubeletConfigurationShape, type) : workloadSchema(type, release);
}

/**
 * Reads a patched object into its Go type, as kubeadm does, which loses unknown fields. A kubelet's configuration stays as
 * it is: kubeadm reads it into no type.
 * @throws PatchFailure for an object of another kind, and for a value that the type can't hold
 */
function readBack(object: Json, target: PatchTarget, release: string): JsonObject {
	const type = patchObjects[target];
	if (type === "KubeletConfiguration") return objectOf(object);
	const apiVersion = type === "Pod" ? "v1" : "apps/v1";
	const header = objectOf(object);
	if (header.apiVersion !== apiVersion || header.kind !== type) {
		const got = show({ apiVersion: header.apiVersion, kind: header.kind });
		throw new PatchFailure({ expected: `apiVersion ${apiVersion} and kind ${type}`, got });
	}
	const read = typed(header, { type, release });
	// A Deployment or DaemonSet is sent to the API, which sets the status itself.
	if (type !== "Pod") delete read.status;
	return read;
}

function objectOf(value: Json): JsonObject {
	if (!isObject(value)) throw new PatchFailure({ expected: "an object", value });
	return value;
}

function jsonOf(object: object): Json {
	return JSON.parse(JSON.stringify(object));
}

/** Returns the error that the work throws, or undefined. */
function failure(work: () => void): unknown {
	try {
		work();
		return undefined;
	} catch (error) {
		return error;
	}
}

/** Makes the user's error from a PatchFailure. Any other error is thrown as it is. */
function refusal(
	error: unknown,
	{ index, target, nodeName }: { index: number; target: string; nodeName: string },
): SpecError {
	if (!(error instanceof PatchFailure)) throw error;
	return new SpecError(`Node ${JSON.stringify(nodeName)}`, [
		{ path: `patches[${index}]`, message: `can't be applied to ${target}: ${error.message}` },
	]);
}
