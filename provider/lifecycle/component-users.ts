import { ExpectationError } from "../config/expected";
import type { FileOnHost, Host } from "../hosts/host";
import { forgetObjects, objectsOwnedBy, recordedObjects, recordObjectOwner } from "../hosts/placement/object-owners";
import { newId, removeEmptyFolders } from "../hosts/placement/place";
import { type HostReference, reach } from "../hosts/reach";
import { etcdUser, type HostUsers, hostUsers, withoutUsers } from "../render/host-users";
import type { Lifecycle } from "./lifecycle";

/** Arguments of a `ComponentUsers`. */
export interface ComponentUsersArgs {
	/** The control plane's host. */
	host: HostReference;
	/** Whether the only user is `etcd`, who owns etcd's data. @default false: the users of a rootless control plane */
	ownsEtcdData?: boolean;
}

/** Outputs of a `ComponentUsers`. */
export interface ComponentUsersOutputs extends Pick<HostUsers, "users" | "groups"> {
	/** Names of the users and groups that this resource created. A delete removes only these. */
	madeHere: { users: string[]; groups: string[] };
}

/**
 * Lifecycle of the users and groups that the components of a rootless control plane run as. New users and groups get
 * ids that are free on the host. `create`, `read` and `update` throw ExpectationError where the host has no /etc/passwd
 * or /etc/group.
 */
export const componentUsers: Lifecycle<ComponentUsersArgs, ComponentUsersArgs, ComponentUsersOutputs> = {
	check: ({ host, ownsEtcdData = false }) => ({ host, ...(ownsEtcdData ? { ownsEtcdData } : {}) }),

	async create(inputs) {
		const id = newId("users");
		return { id, outputs: await ensure(inputs, id) };
	},

	async read(_id, state) {
		const { users, groups, newUsers, newGroups } = wanted(await filesOn(await reach(state.host)), state);
		return newUsers.length + newGroups.length > 0 ? undefined : { ...state, users, groups };
	},

	async update(id, state, inputs) {
		return ensure(inputs, id, state.madeHere);
	},

	/**
	 * Removes the created users and groups. Every resource with files of theirs is deleted first, as it depends on this
	 * one.
	 */
	async delete(id, { host, madeHere: made = { users: [], groups: [] } }) {
		const target = await reach(host);
		const { made: owned } = await objectsOwnedBy([host], recordedNames(made), id);
		const ofOurs = (names: string[], kind: "users" | "groups") =>
			names.filter((name) => owned.includes(recordedName(kind, name)));
		const files = await filesOn(target);
		await target.write([
			{ ...files.passwd, content: withoutUsers(textOf(files.passwd), ofOurs(made.users, "users")) },
			{ ...files.group, content: withoutUsers(textOf(files.group), ofOurs(made.groups, "groups")) },
		]);
		await forgetObjects([host], owned);
		await removeEmptyFolders(target);
	},
};

type Names = ComponentUsersOutputs["madeHere"];

async function ensure(inputs: ComponentUsersArgs, id: string, before?: Names): Promise<ComponentUsersOutputs> {
	const { host: reference } = inputs;
	const host = await reach(reference);
	const files = await filesOn(host);
	const { users, groups, newUsers, newGroups } = wanted(files, inputs);
	// Users and groups that another resource of the program created now belong to this one: a renamed resource takes over
	// so.
	const all = { users: Object.keys(users), groups: Object.keys(groups) };
	const taken = await recordedObjects([reference], recordedNames(all));
	const isOurs = (kind: keyof Names, lines: readonly string[]) => (name: string) =>
		before?.[kind].includes(name) || lines.map(nameIn).includes(name) || taken.includes(recordedName(kind, name));
	const made = {
		users: all.users.filter(isOurs("users", newUsers)),
		groups: all.groups.filter(isOurs("groups", newGroups)),
	};
	await recordObjectOwner([reference], recordedNames(made), id);
	await host.write([
		{ ...files.group, content: withLines(textOf(files.group), newGroups) },
		{ ...files.passwd, content: withLines(textOf(files.passwd), newUsers) },
	]);
	return { users, groups, madeHere: made };
}

function recordedName(kind: keyof Names, name: string): string {
	return `${kind} ${name}`;
}

function recordedNames({ users, groups }: Names): string[] {
	return [...users.map((name) => recordedName("users", name)), ...groups.map((name) => recordedName("groups", name))];
}

type Files = Record<"passwd" | "group", FileOnHost> & { loginDefs?: FileOnHost };

async function filesOn(host: Host): Promise<Files> {
	const paths = { loginDefs: "/etc/login.defs", passwd: "/etc/passwd", group: "/etc/group" };
	const userFiles = await host.read(Object.values(paths));
	const file = (path: string) => {
		const userFile = userFiles.get(path);
		if (!userFile)
			throw new ExpectationError({
				at: `${host.name}: ${path}`,
				expected: "the file",
				got: "none",
				next: `look at \`ls -l ${path}\` on it`,
			});
		return userFile;
	};
	return { loginDefs: userFiles.get(paths.loginDefs), passwd: file(paths.passwd), group: file(paths.group) };
}

function wanted({ loginDefs, passwd, group }: Files, { ownsEtcdData }: ComponentUsersArgs): HostUsers {
	return (ownsEtcdData ? etcdUser : hostUsers)({
		loginDefs: loginDefs ? textOf(loginDefs) : "",
		passwd: textOf(passwd),
		group: textOf(group),
	});
}

function textOf({ content }: FileOnHost): string {
	return content.toString();
}

function withLines(text: string, lines: readonly string[]): string {
	if (lines.length === 0) return text;
	return `${text}${text.endsWith("\n") ? "" : "\n"}${lines.join("\n")}\n`;
}

function nameIn(line: string): string {
	return line.slice(0, line.indexOf(":"));
}
