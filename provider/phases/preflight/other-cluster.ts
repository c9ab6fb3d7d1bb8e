import { X509Certificate } from "node:crypto";
import { ExpectationError } from "../../config/expected";
import { paths } from "../../facts/paths";
import type { Host } from "../../hosts/host";
import { recordPath } from "../../hosts/placement/records";
import { serviceOf } from "../../hosts/service";
import { fingerprintOf } from "../../pki/key-memory";
import { firstCertificate } from "../../render/pki/bundle";
import { staticPodPath } from "../../render/static-pods/static-pods";

/**
 * Refuses a machine that is a node which this package did not make: its kubelet runs with a configuration that has no
 * ownership record. Files of such a node must not be adopted, changed or deleted.
 * @throws ExpectationError that names the node's role and the hash of its CA's public key
 */
export async function refuseOtherCluster(host: Host): Promise<void> {
	const authority = `${paths.certificatesDirectory}/ca.crt`;
	const apiServer = staticPodPath("kube-apiserver");
	const { kubeletConfiguration } = paths;
	const files = await host.read([kubeletConfiguration, recordPath(kubeletConfiguration), apiServer, authority]);
	if (!files.has(kubeletConfiguration) || files.has(recordPath(kubeletConfiguration))) return;
	if ((await serviceOf(host, "kubelet").activeState()) !== "active") return;
	const role = files.has(apiServer) ? "control plane" : "worker";
	const hash = hashOf(files.get(authority)?.content.toString() ?? "");
	throw new ExpectationError({
		at: host.name,
		expected: "a machine that is no node yet",
		got: `a ${role} of another cluster${hash}; nothing was changed`,
		next: `use another machine, or take this one out of its cluster: ${host.typed("kubeadm reset")}`,
	});
}

function hashOf(certificate: string): string {
	try {
		return `, CA sha256:${fingerprintOf(new X509Certificate(firstCertificate(certificate)).publicKey)}`;
	} catch {
		return "";
	}
}
