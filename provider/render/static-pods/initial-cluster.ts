import { isDeepStrictEqual } from "node:util";
import type { Pod } from "./pod";

/**
 * Whether two manifests are equal but for the members that etcd starts with. kubeadm writes that list in three forms: all
 * initial members, the members at a join, and after an upgrade the node alone. An etcd that has data ignores the list.
 *
 * Source: CreateLocalEtcdStaticPodManifestFile and CreateStackedEtcdStaticPodManifestFile, kubeadm phases/etcd/local.go.
 */
export function startsAlike(one: Pod, other: Pod): boolean {
	return isDeepStrictEqual(withoutMembers(one), withoutMembers(other));
}

function withoutMembers(pod: Pod): unknown {
	const [container, ...others] = pod?.spec?.containers ?? [];
	const { command } = (container ?? {}) as { command?: string[] };
	if (command?.[0] !== "etcd") return pod;
	const flags = command.filter((word) => !/^--initial-cluster(-state)?=/.test(word));
	return { ...pod, spec: { ...pod.spec, containers: [{ ...container, command: flags }, ...others] } };
}
