import type { FileMode } from "../hosts/host";
import { type Digests, newId, placeFiles, removeFiles } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import type { Lifecycle } from "./lifecycle";

/** Inputs of a `HostFile`, as the state keeps them, with owner, group and mode of the file. */
export interface HostFileInputs extends FileMode {
	/** The host on which the file is placed. */
	host: HostReference;
	/** Absolute path on the host. */
	path: string;
	/** Text of the file, UTF-8. */
	content: string;
}

/** Arguments of a `HostFile`. */
export interface HostFileArgs {
	/** The host on which the file is placed. */
	host: HostReference;
	/** Absolute path on the host. */
	path: string;
	/** Text of the file, UTF-8. */
	content: string;
	/** Permissions of the file, octal. @default "0644" */
	mode?: string;
	/** Name of the user that owns the file. @default "root" */
	owner?: string;
	/** Name of the group that owns the file. @default "root" */
	group?: string;
}

/** Outputs of a `HostFile`. */
export interface HostFileOutputs {
	/** SHA-256 of each file on the host, hexadecimal, by absolute path. */
	digests: Digests;
}

/**
 * Lifecycle of one text file on a host. A refresh shows drift of the file's content, mode, owner and group. A changed
 * path replaces the resource.
 */
export const hostFile: Lifecycle<HostFileArgs, HostFileInputs, HostFileOutputs> = {
	check: ({ host, path, content, mode = "0644", owner = "root", group = "root" }) => ({
		host,
		path,
		content,
		mode,
		owner,
		group,
	}),
	diff: (state, inputs) => (state.path === inputs.path ? {} : { replaces: ["path"] }),
	async create(inputs) {
		const id = newId(inputs.path);
		return {
			id,
			outputs: { digests: (await placeFiles({ host: await reach(inputs.host), owner: id, files: [inputs] })).digests },
		};
	},
	async read(_id, state) {
		const fileOnHost = (await (await reach(state.host)).read([state.path])).get(state.path);
		if (!fileOnHost) return undefined;
		const { mode, owner, group, digest } = fileOnHost;
		return { ...state, mode, owner, group, content: fileOnHost.content.toString(), digests: { [state.path]: digest } };
	},
	async update(id, state, inputs) {
		const { digests } = await placeFiles({
			host: await reach(inputs.host),
			owner: id,
			files: [inputs],
			stateDigests: state.digests ?? {},
		});
		return { digests };
	},
	async delete(id, state) {
		await removeFiles({ host: await reach(state.host), owner: id, paths: [state.path] });
	},
};
