import type { Cluster } from "../config/cluster";
import { releaseOf } from "../config/kubernetes-version";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import type { Release } from "../facts/versions";

/**
 * Returns the image of a component with repository and tag. The tag is unknown where it depends on a version that is
 * not known yet.
 *
 * Source: cmd/kubeadm/app/images/images.go.
 */
export function imageOf(name: ImageName, cluster: Cluster): string {
	switch (name) {
		case "etcd": {
			const { imageRepository, imageTag } = cluster.etcd.local;
			return `${imageRepository || cluster.imageRepository}/etcd:${imageTag || tagOf("etcd", cluster)}`;
		}
		case "coredns": {
			const repository = cluster.dns.imageRepository || cluster.imageRepository;
			// CoreDNS has a folder of its own in the official registry only.
			const folder = repository === "registry.k8s.io" ? `${repository}/coredns` : repository;
			return `${folder}/coredns:${cluster.dns.imageTag || tagOf("coredns", cluster)}`;
		}
		case "pause":
			return `${cluster.imageRepository}/pause:${tagOf("pause", cluster)}`;
		default:
			return `${builtIn(cluster)}/${name}:${cluster.kubernetesVersion.replaceAll("+", "_")}`;
	}
}

/** Repository of the images of Kubernetes itself. Source: NormalizeKubernetesVersion, cmd/kubeadm/app/util/config/common.go. */
function builtIn({ imageRepository, isCI }: Cluster): string {
	return isCI && imageRepository === "registry.k8s.io" ? "gcr.io/k8s-staging-ci-images" : imageRepository;
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

/**
 * Returns the images that a cluster needs, in the order of `kubeadm config images list`: without disabled addons, and
 * without etcd where it is external.
 */
export function images(cluster: Cluster): string[] {
	const absent: Partial<Record<ImageName, boolean>> = {
		"kube-proxy": cluster.proxy.disabled,
		coredns: cluster.dns.disabled,
		etcd: cluster.etcd.external !== undefined,
	};
	return imageNames.filter((name) => !absent[name]).map((name) => imageOf(name, cluster));
}

/** The tag of an image that is not released with Kubernetes. */
function tagOf(name: keyof Pick<Release, "etcd" | "coredns" | "pause">, { kubernetesVersion }: Cluster): string {
	return isUnknown(kubernetesVersion) ? UNKNOWN : releaseOf(kubernetesVersion)[name];
}
