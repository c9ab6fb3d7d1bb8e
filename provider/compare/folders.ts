import { paths } from "../facts/paths";
import type { Difference } from "./difference";
import { type Against, allowsMore } from "./file";

/**
 * Returns a difference for each file in the manifests folder that the plan does not have. The kubelet runs every file there,
 * except hidden files and files in subfolders.
 *
 * Source: extractFromDir, pkg/kubelet/config/file.go.
 */
export function unexpectedManifests({ plan, tree }: Against): Difference[] {
	return tree
		.namesIn(paths.manifestsDirectory)
		.filter((name) => !name.startsWith("."))
		.map((name) => `${paths.manifestsDirectory}/${name}`)
		.filter((path) => tree.kindAt(path) === "a file" && !(path in plan.files))
		.map((file) => ({ file, at: "", found: "a manifest" }));
}

/**
 * Returns a difference for each folder that users other than its owner may write into. Other modes are not compared: the
 * folder may come from a package or be a mounted disk, and kubeadm keeps its mode.
 *
 * Source: MkdirAll in kubeadm's util/staticpod/utils.go, util/etcd/etcddata.go and phases/kubelet/{flags,config}.go.
 */
export function directories({ plan, tree }: Against): Difference[] {
	return Object.entries(plan.directories).flatMap(([file, { mode }]) => {
		const actualMode = tree.kindAt(file) === "a folder" ? tree.modeAt(file) : undefined;
		return actualMode && allowsMore(actualMode, "0755")
			? [{ file, at: "mode", expected: mode, found: actualMode }]
			: [];
	});
}
