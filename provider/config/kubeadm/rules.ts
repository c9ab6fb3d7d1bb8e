import { allAlone } from "../node-rules";
import { neededPhases } from "../phases";
import type { Problem } from "../problems";
import { absolutePath, criSocket, oneOf, type Rule, ruleProblems } from "../rules";
import type { Documents } from "./convert";
import type { Kind } from "./kinds";

/**
 * Rules for the fields of a document that neither a `ClusterSpec` nor a `NodeSpec` has.
 *
 * Source: cmd/kubeadm/app/apis/kubeadm/validation/validation.go; ValidateIgnorePreflightErrors there, which kubeadm
 * asks when it runs.
 */
const rules: Partial<Record<Kind, readonly Rule<unknown>[]>> = {
	InitConfiguration: [
		["certificateKey", certificateKey],
		["skipPhases", neededPhases],
		["bootstrapTokens.*.expires", () => "a ttl alone, as kubeadm gives each token a ttl and accepts only one of both"],
	],
	JoinConfiguration: [["controlPlane.certificateKey", certificateKey]],
	ResetConfiguration: [
		["criSocket", criSocket],
		["certificatesDir", absolutePath],
		["ignorePreflightErrors", allAlone],
		["unmountFlags.*", oneOf(["MNT_FORCE", "MNT_DETACH", "MNT_EXPIRE", "UMOUNT_NOFOLLOW"])],
	],
	UpgradeConfiguration: ["apply", "node", "plan"].flatMap((command): Rule<unknown>[] => [
		[`${command}.patches`, ({ directory = "" }: { directory?: string }) => absolutePath(directory)],
		[`${command}.imagePullPolicy`, oneOf(["Always", "IfNotPresent", "Never"])],
		[`${command}.ignorePreflightErrors`, allAlone],
	]),
};

/** Problems of the documents' own fields, with their paths in the file. */
export function documentProblems(documents: Documents): Problem[] {
	return Object.entries(rules).flatMap(([kind, list]) =>
		ruleProblems(list, documents[kind as Kind]).map(({ path, message }) => ({ path: `${kind}.${path}`, message })),
	);
}

function certificateKey(text: string): string | undefined {
	return /^[\da-f]{64}$/i.test(text)
		? undefined
		: "64 hexadecimal digits (`kubeadm certs certificate-key` prints some)";
}
