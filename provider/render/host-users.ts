import { ExpectationError, expected } from "../config/expected";
import { componentUsers, etcdDataOwner, serviceAccountKeyReaders } from "../facts/identities";
import { type Entry, entriesIn, numberIn, type Range, rangesIn, type UserFiles } from "./user-files";

/** The users and groups of a rootless control plane on a host. */
export interface HostUsers {
	/** User ids by name, of existing and new users. */
	users: Record<string, number>;
	/** Group ids by name, of existing and new groups. */
	groups: Record<string, number>;
	/** Lines to append to /etc/passwd. Empty where all users exist. */
	newUsers: string[];
	/** Lines to append to /etc/group. Empty where all groups exist. */
	newGroups: string[];
}

const userNames: readonly string[] = Object.values(componentUsers);

/** Each group's members, as /etc/group lists them. */
const members: Readonly<Record<string, string>> = {
	...Object.fromEntries(userNames.map((name) => [name, name])),
	[serviceAccountKeyReaders]: [componentUsers["kube-apiserver"], componentUsers["kube-controller-manager"]].join(","),
};
const groupNames = Object.keys(members);

/**
 * Returns the users and groups that kubeadm would find or make on a host. Missing ones get the lowest free ids for
 * system users.
 *
 * Source: addUsersAndGroupsImpl, cmd/kubeadm/app/util/users/users_linux.go.
 * @throws Error with all problems: lines that cannot be read, an existing user or group that is not as kubeadm wants
 * it, or no free id
 */
export function hostUsers(files: UserFiles): HostUsers {
	const { uid, gid, ...loginDefs } = rangesIn(files);
	const { entries: users, ...passwd } = entriesIn(files, "passwd");
	const { entries: groups, ...group } = entriesIn(files, "group");
	const unread = [loginDefs, passwd, group].flatMap(({ problems }) => problems);
	const problems =
		unread.length > 0
			? unread
			: [
					...named(userNames, users).flatMap((user) => userProblem(user, groups, uid)),
					...named(groupNames, groups).flatMap((entry) => groupProblem(entry, gid)),
				];
	if (problems.length > 0) throw new Error(problems.join("\n"));
	const gids = withNew(groupNames, groups, gid);
	const uids = withNew(userNames, users, uid);
	const isNew = (among: Entry[]) => (name: string) => !among.some((entry) => entry.name === name);
	return {
		users: uids,
		groups: gids,
		newUsers: userNames.filter(isNew(users)).map((name) => `${name}:x:${uids[name]}:${gids[name]}:::${NO_SHELL}`),
		newGroups: groupNames.filter(isNew(groups)).map((name) => `${name}:x:${gids[name]}:${members[name]}`),
	};
}

/**
 * Returns the user and the group that own etcd's data: those that the host has, whatever they are like, or new ones with
 * the lowest free ids for system users.
 * @throws Error with all lines that cannot be read
 */
export function etcdUser(files: UserFiles): HostUsers {
	const { uid, gid, ...loginDefs } = rangesIn(files);
	const passwd = entriesIn(files, "passwd");
	const group = entriesIn(files, "group");
	const problems = [loginDefs, passwd, group].flatMap((file) => file.problems);
	if (problems.length > 0) throw new Error(problems.join("\n"));
	const name = etcdDataOwner;
	const users = withNew([name], passwd.entries, uid);
	const groups = withNew([name], group.entries, gid);
	const isNew = (entries: readonly Entry[]) => named([name], entries).length === 0;
	return {
		users,
		groups,
		newUsers: isNew(passwd.entries) ? [`${name}:x:${users[name]}:${groups[name]}:::${NO_SHELL}`] : [],
		newGroups: isNew(group.entries) ? [`${name}:x:${groups[name]}:`] : [],
	};
}

/** Returns the text of /etc/passwd or /etc/group without the lines of the given users or groups. */
export function withoutUsers(text: string, names: readonly string[]): string {
	const kept = text.split("\n").filter((line) => !names.some((name) => line.startsWith(`${name}:`)));
	return kept.join("\n");
}

const NO_SHELL = "/bin/false";

/** Entries of the given names; of several with one name, the first. */
function named(names: readonly string[], entries: readonly Entry[]): Entry[] {
	return names.flatMap((name) => entries.find((entry) => entry.name === name) ?? []);
}

function userProblem({ name, id, fields }: Entry, groups: readonly Entry[], range: Range): string[] {
	const groupName = groups.find((entry) => entry.id === numberIn(fields[3]!))?.name;
	return [
		...idProblem(`user ${name}`, id, range),
		...(fields[6] === NO_SHELL
			? []
			: [expected({ at: `user ${name}`, expected: `the shell ${NO_SHELL}`, got: `"${fields[6]}"` })]),
		...(groupName === name
			? []
			: [
					expected({
						at: `user ${name}`,
						expected: `the group ${name}`,
						got: groupName ?? `none with the id ${fields[3]}`,
					}),
				]),
	];
}

function groupProblem({ name, id, fields }: Entry, range: Range): string[] {
	const got = fields[3];
	return [
		...idProblem(`group ${name}`, id, range),
		...(got === members[name]
			? []
			: [expected({ at: `group ${name}`, expected: `the members ${members[name]}`, got: `"${got}"` })]),
	];
}

function idProblem(subject: string, id: bigint, { least, most }: Range): string[] {
	return id >= least && id <= most
		? []
		: [expected({ at: subject, expected: `an id from ${least} to ${most}`, got: id })];
}

function withNew(
	names: readonly string[],
	existingEntries: readonly Entry[],
	{ least, most }: Range,
): Record<string, number> {
	const taken = new Set(existingEntries.map(({ id }) => id));
	let next = least;
	const free = () => {
		while (taken.has(next)) next++;
		if (next > most)
			throw new ExpectationError({
				at: `ids from ${least} to ${most}`,
				expected: "a free one for a new user",
				got: "none",
			});
		return next++;
	};
	const ids = names.map((name) => [name, Number(existingEntries.find((entry) => entry.name === name)?.id ?? free())]);
	return Object.fromEntries(ids);
}
