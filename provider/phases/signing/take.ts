import type { FileOnHost, Host } from "../../hosts/host";
import { type Digests, placeFiles } from "../../hosts/placement/place";
import { status } from "../../hosts/status";
import { mismatches, periodOf } from "../../pki/inspect";
import { credentialsIn } from "../../pki/kubeconfig";
import { renewalIsDue } from "../../pki/renewal";
import { placeRequest, type Signing } from "./request";
import { misfit, unsigned } from "./unsigned";

/** What a kubeconfig's user shows who it is with. */
export interface Signed {
	credentials: { clientCertificate: string; clientKey: string };
	/** Where the certificate was put by hand: of no use once it is in the kubeconfig. */
	handedOver?: string;
}

/**
 * The signed client certificate and its key, for a kubeconfig: what is given, or the one that lasts longest of those in
 * the kubeconfig and beside it. Where there is none yet, it is asked for.
 * @throws where the given one does not fit
 */
export async function takeSigned(
	target: { host: Host; owner: string; stateDigests?: Digests },
	signing: Signing,
	{ caCertificate, given }: { caCertificate: string; given?: string },
): Promise<Signed | { unsigned: Error; digests: Digests }> {
	const { request, keyPath, certificatePath } = signing;
	const found = await target.host.read([keyPath, certificatePath]);
	const kubeconfig = found.get(keyPath);
	const inside = credentialsIn(kubeconfig?.content.toString() ?? "");
	const problemsOf = (certificate: string) =>
		mismatches({ certificate, key: inside.key }, request, caCertificate, new Date(), "at least");
	if (given) refuseOther(target.host, signing, problemsOf(given));
	const beside = found.get(certificatePath)?.content.toString() ?? "";
	const there = (given ? [given] : [beside, inside.certificate]).filter(Boolean);
	const good = there.filter((certificate) => problemsOf(certificate).length === 0).sort(lastsLonger);
	const [clientCertificate] = good;
	if (clientCertificate === undefined) {
		const { digests } = await placeRequest(target, signing);
		return { unsigned: unsigned(target.host, signing, caCertificate, misfit(there.flatMap(problemsOf))), digests };
	}
	await adopt(target, kubeconfig!);
	if (!given && renewalIsDue(periodOf(clientCertificate), request.validity, new Date())) {
		await placeRequest(target, signing);
		status(unsigned(target.host, signing, caCertificate, "one that ends soon").message);
	}
	const credentials = { clientCertificate, clientKey: inside.key };
	return found.has(certificatePath) ? { credentials, handedOver: certificatePath } : { credentials };
}

/** What was signed in a program is a mistake there. */
export function refuseOther(host: Host, { certificatePath, keyPath, requestPath }: Signing, problems: string[]): void {
	if (problems.length === 0) return;
	throw new Error(
		`${host.name}: ${certificatePath}: expected a certificate for the key in ${keyPath}, got one that does not fit: ${problems.join("; ")}; sign ${requestPath} again`,
	);
}

function lastsLonger(a: string, b: string): number {
	return Date.parse(periodOf(b).notAfter) - Date.parse(periodOf(a).notAfter);
}

/** A kubeconfig whose certificate is this cluster's is taken over, whoever made it. */
async function adopt(target: { host: Host; owner: string; stateDigests?: Digests }, found: FileOnHost): Promise<void> {
	const { path, content, mode, owner, group } = found;
	await placeFiles({ ...target, files: [{ path, content, mode, owner, group }] });
}
