import type { resetConfigurationShape } from "../../facts/types/kubeadm/reset-configuration";
import type { upgradeConfigurationShape } from "../../facts/types/kubeadm/upgrade-configuration";
import type { ValueOf } from "../../facts/types/shape";
import type { BootstrapTokenSpec } from "../bootstrap-token";
import type { ClusterSpec } from "../cluster";
import type { NodeRole, NodeSpec } from "../node";
import type { Documents } from "./convert";
import type { Note } from "./note";

/** Where a file says that patches are. */
export interface PatchesDirectories {
	/** Folder of patches for the first control plane node, which `fromKubeadmConfig` reads. */
	init?: string;
	/** Folder of patches for the node that joins, which `fromKubeadmConfig` reads. */
	join?: string;
}

/** What a kubeadm configuration file says. */
export interface KubeadmConfig {
	/** ClusterConfiguration, KubeletConfiguration (`kubelet`) and KubeProxyConfiguration (`kubeProxy`). */
	cluster: ClusterSpec;
	/** What InitConfiguration says of the first control plane node. */
	init: NodeSpec;
	/** Of InitConfiguration; as from kubeadm, one with all defaults where it names none. */
	bootstrapTokens: BootstrapTokenSpec[];
	/** Of JoinConfiguration; a control plane node where it has a `controlPlane`. */
	join?: NodeSpec & { role: NodeRole };
	/** ResetConfiguration as it is. None of it has a meaning here, which `notes` says field by field. */
	reset?: ValueOf<typeof resetConfigurationShape>;
	/** UpgradeConfiguration, likewise. */
	upgrade?: ValueOf<typeof upgradeConfigurationShape>;
	/** Folders of patches: whoever reads files passes what is in them as `patches`. */
	patchesDirectories: PatchesDirectories;
	/** Fields of the file that have no meaning here. */
	notes: Note[];
	/** The documents by kind, those of v1beta3 converted, without their `apiVersion` and `kind`. */
	documents: Documents;
}
