import { isDeepStrictEqual } from "node:util";
import { status } from "../../hosts/status";
import { forNext, pick } from "../../pki/renewal";

/** Whether the line was printed: a cluster has dozens of certificates, and the preview and the update compare each. */
let isSaid = false;

/** Says once, in a preview and in an update alike, that a changed validity or algorithm counts from the next renewal on, and what renews at once. */
export function sayAtNextRenewal(was: Renewable | undefined, is: Renewable): void {
	if (isSaid || !was || isDeepStrictEqual(pick(was, forNext), pick(is, forNext))) return;
	isSaid = true;
	status(
		"certificates: a changed certificateValidityPeriod or encryptionAlgorithm counts for each certificate from its next renewal on; to renew them now: `kubeadm certs renew all` on each control plane, then `pulumi up --refresh`",
	);
}

interface Renewable {
	validity?: unknown;
	algorithm?: unknown;
}
