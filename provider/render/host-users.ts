import { componentUsers, serviceAccountKeyReaders } from "../facts/identities";

/** Texts of a host's files. */
export interface UserFiles {
	/** /etc/login.defs; empty where there is none. */
	loginDefs: string;
	/** /etc/passwd. */
	passwd: string;
	/** /etc/group. */
	group: string;
}

/** The users and groups of a rootless control plane on a host. */
export interface HostUsers {
	/** Ids by name, of those that are there and those that are new. */
	users: Record<string, number>;
	groups: Record<string, number>;
	/** Lines to append to /etc/passwd and /etc/group. */
	newUsers: string[];
	newGroups: string[];
}

interface Entry {
	name: string;
	id: number;
	fields: string[];
}

const userNames: readonly string[] = Object.values(componentUsers);

/** Each group's members, as /etc/group lists them. */
const members: Readonly<Record<string, string>> = {
	...Object.fromEntries(userNames.map((name) => [name, name])),
	[serviceAccountKeyReaders]: [componentUsers["kube-apiserver"], componentUsers["kube-controller-manager"]].join(","),
};

/**
 * The users that kubeadm would find or make on a host: those that are missing get the lowest free ids for system users.
 *
 * Source: addUsersAndGroupsImpl, cmd/kubeadm/app/util/users/users_linux.go.
 * @throws Error where one is there and is not as kubeadm wants it, or no id is free
 */
export function hostUsers({ loginDefs, passwd, group }: UserFiles): HostUsers {
	const users = entries(passwd);
	const groups = entries(group);
	const problems = [
		...users.filter(({ name }) => userNames.includes(name)).flatMap((user) => userProblem(user, groups, loginDefs)),
		...groups.filter(({ name }) => name in members).flatMap((entry) => groupProblem(entry, loginDefs)),
	];
	if (problems.length > 0) throw new Error(problems.join("\n"));
	const gids = withNew(Object.keys(members), groups, range(loginDefs, "GID"));
	const uids = withNew(userNames, users, range(loginDefs, "UID"));
	const isNew = (among: Entry[]) => (name: string) => !among.some((entry) => entry.name === name);
	return {
		users: uids,
		groups: gids,
		newUsers: userNames.filter(isNew(users)).map((name) => `${name}:x:${uids[name]}:${gids[name]}:::${NO_SHELL}`),
		newGroups: Object.keys(members)
			.filter(isNew(groups))
			.map((name) => `${name}:x:${gids[name]}:${members[name]}`),
	};
}

/** The same files without these users and groups. */
export function withoutUsers(text: string, names: readonly string[]): string {
	const kept = text.split("\n").filter((line) => !names.some((name) => line.startsWith(`${name}:`)));
	return kept.join("\n");
}

const NO_SHELL = "/bin/false";

function entries(text: string): Entry[] {
	return text
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => line.trim().split(":"))
		.map((fields) => ({ name: fields[0] ?? "", id: Number(fields[2]), fields }));
}

function userProblem({ name, id, fields }: Entry, groups: readonly Entry[], loginDefs: string): string[] {
	const own = groups.find((entry) => entry.id === Number(fields[3]))?.name;
	return [
		...idProblem(`user ${name}`, id, range(loginDefs, "UID")),
		...(fields[6] === NO_SHELL ? [] : [`user ${name}: expected the shell ${NO_SHELL}, got "${fields[6] ?? ""}"`]),
		...(own === name
			? []
			: [`user ${name}: expected the group ${name}, got ${own ?? `none with the id ${fields[3]}`}`]),
	];
}

function groupProblem({ name, id, fields }: Entry, loginDefs: string): string[] {
	const got = fields[3] ?? "";
	return [
		...idProblem(`group ${name}`, id, range(loginDefs, "GID")),
		...(got === members[name] ? [] : [`group ${name}: expected the members ${members[name]}, got "${got}"`]),
	];
}

function idProblem(subject: string, id: number, { least, most }: Range): string[] {
	return id >= least && id <= most ? [] : [`${subject}: expected an id from ${least} to ${most}, got ${id}`];
}

interface Range {
	least: number;
	most: number;
}

/** The ids for system users, as the host's distribution has them. */
function range(loginDefs: string, kind: "UID" | "GID"): Range {
	const limit = (end: "MIN" | "MAX", otherwise: number) => {
		const lines = [...loginDefs.matchAll(new RegExp(`^SYS_${kind}_${end}\\s*(\\d+)\\s*$`, "gm"))];
		return Number(lines.at(-1)?.[1] ?? otherwise);
	};
	return { least: limit("MIN", 100), most: limit("MAX", 999) };
}

function withNew(names: readonly string[], there: readonly Entry[], { least, most }: Range): Record<string, number> {
	const taken = new Set(there.map(({ id }) => id));
	let next = least;
	const free = () => {
		while (taken.has(next)) next++;
		if (next > most) throw new Error(`ids from ${least} to ${most}: expected a free one for a new user, got none`);
		return next++;
	};
	return Object.fromEntries(names.map((name) => [name, there.find((entry) => entry.name === name)?.id ?? free()]));
}
