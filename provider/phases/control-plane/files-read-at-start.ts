import { flagsOf } from "../../render/static-pods/command-flags";
import type { Pod } from "../../render/static-pods/pod";
import type { StaticPodName } from "../../render/static-pods/static-pods";

/**
 * Flags whose files a component reads again by itself: a new file needs no restart. The API server looks once a minute, etcd
 * at each handshake.
 *
 * Sources: apiserver pkg/server/options/{serving,authentication}.go, kube-aggregator pkg/apiserver/apiserver.go, client-go
 * transport/cert_rotation.go, kube-controller-manager pkg/controller/certificates/signer/ca_provider.go, etcd
 * client/pkg/transport/listener.go.
 */
const readAgain: Partial<Record<StaticPodName, readonly string[]>> = {
	etcd: ["cert-file", "key-file", "peer-cert-file", "peer-key-file"],
	"kube-apiserver": [
		"tls-cert-file",
		"tls-private-key-file",
		"tls-sni-cert-key",
		"client-ca-file",
		"requestheader-client-ca-file",
		"proxy-client-cert-file",
		"proxy-client-key-file",
		"kubelet-client-certificate",
		"kubelet-client-key",
		"etcd-certfile",
		"etcd-keyfile",
	],
	"kube-controller-manager": [
		"client-ca-file",
		"requestheader-client-ca-file",
		"cluster-signing-cert-file",
		"cluster-signing-key-file",
	],
};

/** Volumes with the cluster's certificates: a component reads only those files in them that its flags name. */
const certificateVolumes: readonly string[] = ["k8s-certs", "etcd-certs"];

/**
 * Returns the absolute paths, of files and folders, that a static pod's component reads only when it starts. A file that two
 * flags name counts where one of them is read at the start only.
 */
export function filesReadAtStart(pod: Pod): string[] {
	const again = readAgain[pod.metadata.name as StaticPodName] ?? [];
	const named = [...flagsOf(pod)].flatMap(([name, value]) => (again.includes(name) ? [] : value.split(",")));
	return (pod.spec.volumes ?? []).flatMap(({ name, hostPath }) => {
		if (!hostPath) return [];
		if (!certificateVolumes.includes(name)) return [hostPath.path];
		return named.filter((path) => path.startsWith(`${hostPath.path}/`));
	});
}
