import type { Host } from "../../hosts/host";
import { type KubeconfigSubject, namesCredentials } from "../../pki/kubeconfig";
import type { Credentials } from "../../render/kubeconfig";
import { kubeconfigSigning } from "./request";
import { takeSigned } from "./take";

/**
 * What a control plane's kubelet begins with where the CA signs elsewhere: as `kubeadm init` in external CA mode wants it in
 * kubelet.conf. One that only names a certificate that is no good any more is begun anew.
 * @throws where it is not signed yet
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
