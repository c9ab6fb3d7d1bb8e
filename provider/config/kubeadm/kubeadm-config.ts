import type { resetConfigurationShape } from "../../facts/types/kubeadm/reset-configuration";
import type { upgradeConfigurationShape } from "../../facts/types/kubeadm/upgrade-configuration";
import type { ValueOf } from "../../facts/types/shape";
import type { BootstrapTokenSpec } from "../bootstrap-token";
import type { ClusterSpec } from "../cluster";
import type { NodeRole, NodeSpec } from "../node";
import type { Documents } from "./convert";
import type { Note } from "./note";

/** Folders of patches that a configuration file names. */
export interface PatchesDirectories {
	/** Folder of patches for the first control plane node, which `fromKubeadmConfig` reads. */
	init?: string;
	/** Folder of patches for the node that joins, which `fromKubeadmConfig` reads. */
	join?: string;
}

/** Contents of a kubeadm configuration file. */
export interface KubeadmConfig {
	/** ClusterConfiguration, KubeletConfiguration (`kubelet`) and KubeProxyConfiguration (`kubeProxy`). */
	cluster: ClusterSpec;
	/** The first control plane node, from InitConfiguration. */
	init: NodeSpec;
	/** Tokens of InitConfiguration; where it names none, one with all defaults, as from kubeadm. */
	bootstrapTokens: BootstrapTokenSpec[];
	/** The node of JoinConfiguration; a control plane node where `controlPlane` is given. */
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
