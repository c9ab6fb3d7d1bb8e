import { buffer } from "node:stream/consumers";
import { type Cluster, resolveCluster } from "../config/cluster";
import { expected } from "../config/expected";
import { type KubeadmConfig, parseKubeadmConfig } from "../config/kubeadm";
import { releases } from "../facts/versions";
import { parseAddress } from "../go/address";
import { decodeText, readPatchesFolder, readTextFile } from "../local";
import { CommandError, type Options, UnreadableError, UsageError } from "./command";

/** Option `--config` of almost all commands. */
const configOption = {
	type: "string",
	value: "FILE",
	description: "a kubeadm configuration file; - for standard input",
	required: true,
} as const;

const versionOption = {
	type: "string",
	value: "VERSION",
	description: "of the cluster, for a file without ClusterConfiguration",
} as const;

/** Options that give a configuration. */
export const configOptions = { config: configOption, "kubernetes-version": versionOption } as const satisfies Options;

/** A configuration file that was read and that kubeadm would accept. */
export interface Configuration {
	config: KubeadmConfig;
	cluster: Cluster;
	warnings: string[];
}

export interface Reading {
	kubernetesVersion?: string;
	/** Whether a file without ClusterConfiguration is read as of the newest known release. @default false */
	withoutCluster?: boolean;
	/** Whether documents of other programs are refused, as by `kubeadm config validate` and `migrate`. @default false */
	strict?: boolean;
	/** Address of the host. Also replaces a loopback address in the configuration. @default unknown */
	address?: string;
	/** Folder of patches in place of the file's `patches.directory`; true reads `patches.directory`. @default no patches */
	patches?: string | true;
}

/**
 * Reads and checks a configuration file.
 * @throws SpecError with all problems; UsageError for a text that is no address
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

/** Parses a file. Join, Reset and UpgradeConfiguration have no Kubernetes version: kubeadm reads them by its own. */
function parse(text: string, { kubernetesVersion, withoutCluster = false, address, strict }: Reading): KubeadmConfig {
	const options = { facts: { loopbackAddress: address }, strict };
	if (kubernetesVersion || !withoutCluster) return parseKubeadmConfig(text, { ...options, kubernetesVersion });
	const config = parseKubeadmConfig(text, { ...options, kubernetesVersion: `${Object.keys(releases).at(-1)}.0` });
	const { ClusterConfiguration: cluster, InitConfiguration: init } = config.documents;
	// A ClusterConfiguration needs a version: without one, the file is refused.
	return (cluster ?? init) && !cluster?.["kubernetesVersion"] ? parseKubeadmConfig(text, options) : config;
}

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
		// kubeadm reads such a file too, and refuses its content.
		throw (error as NodeJS.ErrnoException).code ? new UnreadableError(message) : new CommandError(message);
	}
}
