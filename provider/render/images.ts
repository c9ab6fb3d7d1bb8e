import { UNKNOWN } from "../facts/unknown";
import type { Cluster } from "../spec/cluster";
import { releaseOf } from "../spec/kubernetes-version";

/** The image of a component. Source: cmd/kubeadm/app/images/images.go. */
export function imageOf(name: ImageName, cluster: Cluster): string {
	const release = releaseOf(cluster.kubernetesVersion);
	switch (name) {
		case "etcd": {
			const { imageRepository, imageTag } = cluster.etcd.local;
			return `${imageRepository || cluster.imageRepository}/etcd:${imageTag || (release?.etcd ?? UNKNOWN)}`;
		}
		case "coredns": {
			const repository = cluster.dns.imageRepository || cluster.imageRepository;
			// In the official registry alone, CoreDNS has a folder of its own.
			const folder = repository === "registry.k8s.io" ? `${repository}/coredns` : repository;
			return `${folder}/coredns:${cluster.dns.imageTag || (release?.coredns ?? UNKNOWN)}`;
		}
		case "pause":
			return `${cluster.imageRepository}/pause:${release?.pause ?? UNKNOWN}`;
		default:
			return `${cluster.imageRepository}/${name}:${cluster.kubernetesVersion.replaceAll("+", "_")}`;
	}
}

const imageNames = [
	"kube-apiserver",
	"kube-controller-manager",
	"kube-scheduler",
	"kube-proxy",
	"coredns",
	"pause",
	"etcd",
] as const;

type ImageName = (typeof imageNames)[number];

/** The images that a cluster needs, in the order of `kubeadm config images list`. */
export function images(cluster: Cluster): string[] {
	return imageNames
		.filter(
			(name) => !(name === "kube-proxy" && cluster.proxy.disabled) && !(name === "coredns" && cluster.dns.disabled),
		)
		.map((name) => imageOf(name, cluster));
}
