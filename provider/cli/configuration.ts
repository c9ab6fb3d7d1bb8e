import { buffer } from "node:stream/consumers";
import { type Cluster, resolveCluster } from "../config/cluster";
import { expected } from "../config/expected";
import { type KubeadmConfig, parseKubeadmConfig } from "../config/kubeadm";
import { releases } from "../facts/versions";
import { parseAddress } from "../go/address";
import { decodeText, readPatchesFolder, readTextFile } from "../local";
import { CommandError, type Options, UnreadableError, UsageError } from "./command";

/** Option `--config` of all commands but `migrate`. */
const configOption = {
	type: "string",
	value: "FILE",
	description: "a kubeadm configuration file; - for standard input",
	required: true,
} as const;

const versionOption = {
	type: "string",
	value: "VERSION",
	description: "the cluster's Kubernetes version, for a file that has none",
} as const;

/** Options of a command that reads a configuration file: `--config` and `--kubernetes-version`. */
export const configOptions = { config: configOption, "kubernetes-version": versionOption } as const satisfies Options;

/** A configuration file that was read and that kubeadm would accept. */
export interface Configuration {
	/** Contents of the file, without defaults. */
	config: KubeadmConfig;
	/** The cluster of `config` with all defaults. */
	cluster: Cluster;
	/** `PATH: MESSAGE` for each part of the file without an effect here, and for each file of a patch folder that is not used. */
	warnings: string[];
}

/** How `readConfiguration` reads a file. */
export interface Reading {
	/** The cluster's Kubernetes version for a file whose ClusterConfiguration gives none. @default none: such a file is refused */
	kubernetesVersion?: string;
	/**
	 * Whether a file with neither ClusterConfiguration nor InitConfiguration needs no `kubernetesVersion`: the newest known
	 * release is taken. @default false
	 */
	withoutCluster?: boolean;
	/** Whether documents of other programs are refused, as by `kubeadm config validate` and `migrate`. @default false */
	strict?: boolean;
	/** IP address of the host, which stands for a loopback `advertiseAddress`. @default none: such an `advertiseAddress` is refused */
	address?: string;
	/**
	 * Folder of patches for the nodes of InitConfiguration and JoinConfiguration, in place of their `patches.directory`;
	 * true reads each `patches.directory`. @default no patches are read
	 */
	patches?: string | true;
}

/**
 * Reads and checks a configuration file, and the folders of patches that `reading.patches` asks for.
 * @param file path of the file; `-` for standard input
 * @throws SpecError with all problems of the configuration or of the patches' names and texts
 * @throws UsageError where `reading.address` is no IP address
 * @throws UnreadableError for a file, folder or patch that cannot be read
 * @throws CommandError for a file that is not in UTF-8
 */
export async function readConfiguration(file: string, reading: Reading = {}): Promise<Configuration> {
	const { address } = reading;
	if (address !== undefined && !parseAddress(address)) {
		throw new UsageError({ at: "--address", expected: "an IP address", value: address });
	}
	const text = await readText(file);
	const config = parse(text, reading);
	const warnings = config.notes.map(({ path, message }) => `${path}: ${message}`);
	for (const which of ["init", "join"] as const) {
		const node = config[which];
		const directory = reading.patches === true ? config.patchesDirectories[which] : reading.patches;
		if (!node || !directory) continue;
		const { patches, ignored } = patchesIn(directory, config.cluster.kubernetesVersion);
		node.patches = patches;
		warnings.push(...ignored.map(({ file: name, reason }) => `${directory}/${name}: not used, ${reason}`));
	}
	return { config, cluster: resolveCluster(config.cluster), warnings: [...new Set(warnings)] };
}

/**
 * Parses a file. JoinConfiguration, ResetConfiguration and UpgradeConfiguration give no Kubernetes version. kubeadm reads
 * them by its own version; this function, with `withoutCluster`, by the newest known one.
 * @throws SpecError
 */
function parse(text: string, { kubernetesVersion, withoutCluster = false, address, strict }: Reading): KubeadmConfig {
	const options = { facts: { loopbackAddress: address }, strict };
	if (kubernetesVersion || !withoutCluster) return parseKubeadmConfig(text, { ...options, kubernetesVersion });
	const config = parseKubeadmConfig(text, { ...options, kubernetesVersion: `${Object.keys(releases).at(-1)}.0` });
	const { ClusterConfiguration: cluster, InitConfiguration: init } = config.documents;
	// A cluster needs a version. Without one, this second call throws the error that asks for it.
	return (cluster ?? init) && !cluster?.["kubernetesVersion"] ? parseKubeadmConfig(text, options) : config;
}

/**
 * Reads a folder of patches.
 * @throws UnreadableError for a folder or patch that cannot be read
 * @throws SpecError for a patch that is wrong
 */
function patchesIn(directory: string, kubernetesVersion: string): ReturnType<typeof readPatchesFolder> {
	try {
		return readPatchesFolder(directory, kubernetesVersion);
	} catch (error) {
		if (error instanceof Error && error.cause) throw new UnreadableError(error.message);
		throw error;
	}
}

/** Reads the text of a file or of standard input. @throws UnreadableError where the file cannot be read; CommandError for text in another encoding than UTF-8 */
async function readText(file: string): Promise<string> {
	try {
		return file === "-" ? decodeText(await buffer(process.stdin)) : readTextFile(file);
	} catch (error) {
		const message = expected({
			at: JSON.stringify(file),
			expected: "a configuration file that can be read",
			got: (error as Error).message,
		});
		// Only a failed system call has a code. Text in another encoding is wrong content, with the command's own exit code.
		throw (error as NodeJS.ErrnoException).code ? new UnreadableError(message) : new CommandError(message);
	}
}
