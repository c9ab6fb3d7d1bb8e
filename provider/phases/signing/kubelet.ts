import type { Host } from "../../hosts/host";
import { type KubeconfigSubject, namesCredentials } from "../../pki/kubeconfig";
import type { Credentials } from "../../render/kubeconfig";
import { kubeconfigSigning } from "./request";
import { takeSigned } from "./take";

/**
 * Takes the signed credentials for the first start of a control plane's kubelet where the CA's key is not here. `kubeadm
 * init` in external CA mode expects these credentials in kubelet.conf. Removes a kubeconfig that only names a certificate
 * file, and the file in which the certificate was handed over.
 * @param kubelet `given` is a signed certificate from the program, PEM
 * @throws Error where the certificate is not signed yet; the message lists the commands to type
 * @throws ExpectationError where `given` does not match
 */
export async function signedForKubelet(
	target: { host: Host; owner: string },
	kubelet: { kubeconfigPath: string; subject: KubeconfigSubject; authority: { certificate: string }; given?: string },
): Promise<Credentials> {
	const { kubeconfigPath: path, subject, authority, given } = kubelet;
	const text = (await target.host.read([path])).get(path)?.content.toString() ?? "";
	if (namesCredentials(text)) await target.host.remove([path]);
	const signing = kubeconfigSigning(path, subject, authority.certificate);
	const outcome = await takeSigned(target, signing, { caCertificate: authority.certificate, given });
	if ("unsigned" in outcome) throw outcome.unsigned;
	if (outcome.handedOver) await target.host.remove([outcome.handedOver]);
	return outcome.credentials;
}
