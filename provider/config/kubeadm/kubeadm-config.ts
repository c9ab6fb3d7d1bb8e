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
	/** ResetConfiguration, unchanged. No field has an effect here; `notes` has a note for each. */
	reset?: ValueOf<typeof resetConfigurationShape>;
	/** UpgradeConfiguration, unchanged. No field has an effect here; `notes` has a note for each. */
	upgrade?: ValueOf<typeof upgradeConfigurationShape>;
	/** Folders of patches. The reader of the files passes the folders' content as `patches`. */
	patchesDirectories: PatchesDirectories;
	/** Notes on fields of the file that have no effect here. */
	notes: Note[];
	/** Documents by kind, without `apiVersion` and `kind`. Documents of v1beta3 are converted. */
	documents: Documents;
}
