import type { Host } from "../../hosts/host";
import { type KubeconfigSubject, namesCredentials } from "../../pki/kubeconfig";
import type { Credentials } from "../../render/kubeconfig";
import { kubeconfigSigning } from "./request";
import { takeSigned } from "./take";

/**
 * Credentials for the first start of a control plane's kubelet where the CA signs elsewhere, as `kubeadm init` in external CA
 * mode expects them in kubelet.conf. A kubeconfig that only names an invalid certificate file is replaced.
 * @throws Error that says what to sign, where the certificate is not signed yet
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
