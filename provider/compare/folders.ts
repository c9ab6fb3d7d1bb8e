import { paths } from "../facts/paths";
import type { Difference } from "./difference";
import { type Against, allowsMore } from "./file";

/**
 * The kubelet runs whatever file is there, save hidden ones, and looks into no folder.
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
 * The mode of a folder that is there is whoever's made it, such as a package, or who mounts a disk there: what is worth
 * saying is who else may write into it.
 *
 * Source: MkdirAll in kubeadm's util/staticpod/utils.go, util/etcd/etcddata.go and phases/kubelet/{flags,config}.go.
 */
export function directories({ plan, tree }: Against): Difference[] {
	return Object.entries(plan.directories).flatMap(([file, { mode }]) => {
		const found = tree.kindAt(file) === "a folder" ? tree.modeAt(file) : undefined;
		return found && allowsMore(found, "0755") ? [{ file, at: "mode", expected: mode, found }] : [];
	});
}
