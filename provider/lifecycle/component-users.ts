import type { FileOnHost, Host } from "../hosts/host";
import { type HostUsers, hostUsers, withoutUsers } from "../render/host-users";
import type { Lifecycle } from "./lifecycle";
import { newId } from "./placement/place";
import { type HostReference, reach } from "./reach";

export interface ComponentUsersArgs {
	host: HostReference;
}

export interface ComponentUsersOutputs extends Pick<HostUsers, "users" | "groups"> {
	/** Names of those that were not there before: they go with this. */
	made: { users: string[]; groups: string[] };
}

/** The users and groups that a rootless control plane runs as, with ids that are free on the host. */
export const componentUsers: Lifecycle<ComponentUsersArgs, ComponentUsersArgs, ComponentUsersOutputs> = {
	outputs: ["users", "groups", "made"],

	check: ({ host }) => ({ host }),

	async create(inputs) {
		return { id: newId("users"), outputs: await ensure(await reach(inputs.host)) };
	},

	async read(_id, state) {
		const { users, groups, newUsers, newGroups } = wanted(await filesOn(await reach(state.host)));
		return newUsers.length + newGroups.length > 0 ? undefined : { ...state, users, groups };
	},

	async update(_id, state, inputs) {
		return ensure(await reach(inputs.host), state.made);
	},

	/** What they owned is gone by then: all of it is placed after them. */
	async delete(_id, { host, made = { users: [], groups: [] } }) {
		const target = await reach(host);
		const files = await filesOn(target);
		await target.write([
			{ ...files.passwd, content: withoutUsers(textOf(files.passwd), made.users) },
			{ ...files.group, content: withoutUsers(textOf(files.group), made.groups) },
		]);
	},
};

async function ensure(
	host: Host,
	before: ComponentUsersOutputs["made"] = { users: [], groups: [] },
): Promise<ComponentUsersOutputs> {
	const files = await filesOn(host);
	const { users, groups, newUsers, newGroups } = wanted(files);
	await host.write([
		{ ...files.group, content: withLines(textOf(files.group), newGroups) },
		{ ...files.passwd, content: withLines(textOf(files.passwd), newUsers) },
	]);
	const made = {
		users: [...before.users, ...newUsers.map(nameIn)],
		groups: [...before.groups, ...newGroups.map(nameIn)],
	};
	return { users, groups, made };
}

type Files = Record<"passwd" | "group", FileOnHost> & { loginDefs?: FileOnHost };

async function filesOn(host: Host): Promise<Files> {
	const paths = { loginDefs: "/etc/login.defs", passwd: "/etc/passwd", group: "/etc/group" };
	const found = await host.read(Object.values(paths));
	const file = (path: string) => {
		const there = found.get(path);
		if (!there) throw new Error(`${host.name}: ${path}: expected the file, got none; look at \`ls -l ${path}\` on it`);
		return there;
	};
	return { loginDefs: found.get(paths.loginDefs), passwd: file(paths.passwd), group: file(paths.group) };
}

function wanted({ loginDefs, passwd, group }: Files): HostUsers {
	return hostUsers({
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
