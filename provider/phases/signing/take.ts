import { ExpectationError } from "../../config/expected";
import type { FileOnHost, Host } from "../../hosts/host";
import { type Digests, placeFiles } from "../../hosts/placement/place";
import { status } from "../../hosts/status";
import { certificateProblems, periodOf } from "../../pki/inspect";
import { credentialsIn } from "../../pki/kubeconfig";
import { renewalIsDue } from "../../pki/renewal";
import { notSigned, problemsText } from "./not-signed";
import { placeRequest, type Signing } from "./request";

/** Signed credentials of a kubeconfig's user. */
export interface Signed {
	credentials: { clientCertificate: string; clientKey: string };
	/** Path at which a person put the certificate; not needed once the kubeconfig holds it. */
	handedOver?: string;
}

/**
 * Takes the signed client certificate and its key for a kubeconfig: the given one, else the longest valid of those in the
 * kubeconfig and beside it. Where there is none, the request is placed.
 * @throws Error where the given certificate does not match
 */
export async function takeSigned(
	target: { host: Host; owner: string; stateDigests?: Digests },
	signing: Signing,
	{ caCertificate, given }: { caCertificate: string; given?: string },
): Promise<Signed | { unsigned: Error; digests: Digests }> {
	const { request, keyPath, certificatePath } = signing;
	const filesOnHost = await target.host.read([keyPath, certificatePath]);
	const kubeconfig = filesOnHost.get(keyPath);
	const inside = credentialsIn(kubeconfig?.content.toString() ?? "");
	const problemsOf = (certificate: string) =>
		certificateProblems({
			found: { certificate, key: inside.key },
			request,
			caCertificate,
			now: new Date(),
			rule: "at least",
		});
	if (given) refuseMismatch(target.host, signing, problemsOf(given));
	const beside = filesOnHost.get(certificatePath)?.content.toString() ?? "";
	const candidates = (given ? [given] : [beside, inside.certificate]).filter(Boolean);
	const good = candidates.filter((certificate) => problemsOf(certificate).length === 0).sort(lastsLonger);
	const [clientCertificate] = good;
	if (clientCertificate === undefined) {
		const { digests } = await placeRequest(target, signing);
		return {
			unsigned: notSigned(target.host, signing, caCertificate, problemsText(candidates.flatMap(problemsOf))),
			digests,
		};
	}
	await adopt(target, kubeconfig!);
	if (!given && renewalIsDue(periodOf(clientCertificate), request.validity, new Date())) {
		await placeRequest(target, signing);
		status(notSigned(target.host, signing, caCertificate, "one that ends soon").message);
	}
	const credentials = { clientCertificate, clientKey: inside.key };
	return filesOnHost.has(certificatePath) ? { credentials, handedOver: certificatePath } : { credentials };
}

/** Refuses a given certificate that does not match. */
export function refuseMismatch(
	host: Host,
	{ certificatePath, keyPath, requestPath }: Signing,
	problems: string[],
): void {
	if (problems.length === 0) return;
	throw new ExpectationError({
		at: `${host.name}: ${certificatePath}`,
		expected: `a certificate for the key in ${keyPath}`,
		got: `one that does not fit: ${problems.join("; ")}`,
		next: `sign ${requestPath} again`,
	});
}

function lastsLonger(a: string, b: string): number {
	return Date.parse(periodOf(b).notAfter) - Date.parse(periodOf(a).notAfter);
}

/** Takes ownership of a kubeconfig with this cluster's certificate, whoever made it. */
async function adopt(target: { host: Host; owner: string; stateDigests?: Digests }, file: FileOnHost): Promise<void> {
	const { path, content, mode, owner, group } = file;
	await placeFiles({ ...target, files: [{ path, content, mode, owner, group }] });
}
