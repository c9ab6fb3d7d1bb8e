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
	/** Certificate and private key, PEM. The key is secret. */
	credentials: { clientCertificate: string; clientKey: string };
	/** Path of the file in which the certificate was handed over; absent where there is none. The caller may remove the file once the kubeconfig holds the certificate. */
	handedOver?: string;
}

/**
 * Takes the signed client certificate and its key for a kubeconfig: the given certificate, else the certificate with the
 * latest end of those in the kubeconfig and beside it. Places a new request where no certificate fits, or its renewal is due.
 * @param given signed certificate from the program, PEM. @default none
 * @returns the credentials; or `unsigned`, the error that says what to sign, which the caller may throw, and the SHA-256 of
 * each placed file by path
 * @throws ExpectationError where the given certificate does not match
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

/** Refuses a given certificate that has problems. @throws ExpectationError that lists the problems */
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

/** Takes ownership of a kubeconfig that has this cluster's certificate, also where another program made the file. */
async function adopt(target: { host: Host; owner: string; stateDigests?: Digests }, file: FileOnHost): Promise<void> {
	const { path, content, mode, owner, group } = file;
	await placeFiles({ ...target, files: [{ path, content, mode, owner, group }] });
}
