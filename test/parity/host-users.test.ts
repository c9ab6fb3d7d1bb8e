import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hostUsers } from "../../provider/render/host-users";
import type { UserFiles } from "../../provider/render/user-files";
import { documents, inFolder, kubeadm } from "./kubeadm";

const root = { passwd: "root:x:0:0:root:/root:/bin/sh\n", group: "root:x:0:\n" };
const etcd = "kubeadm-etcd:x:250:350:::/bin/false\n";
const etcdGroup = "kubeadm-etcd:x:350:kubeadm-etcd\n";

/** What a host may have in its files, by what is odd about it. */
const hosts: Record<string, Partial<UserFiles>> = {
	"nothing odd": {},
	"no line at all": { passwd: "", group: "" },
	"no line end": { passwd: root.passwd.trim(), group: root.group.trim() },
	"spaces, empty lines and line ends of other systems": { passwd: `\n \t${root.passwd.trim()} \r\n\n`, group: "\v\n" },
	"a user with fields missing": { passwd: "root:x:0:0\n" },
	"a user with a field too many": { passwd: "root:x:0:0:root:/root:/bin/sh:\n" },
	"a comment among the users": { passwd: `# users\n${root.passwd}` },
	"an entry for NIS among the users": { passwd: `${root.passwd}+::::::\n` },
	"a group with fields missing": { group: "root:x:0\n" },
	"a group with a field too many": { group: "root:x:0::\n" },
	"a user whose id is no number": { passwd: "root:x:a:0:root:/root:/bin/sh\n" },
	"a user whose id has a space": { passwd: "root:x: 0:0:root:/root:/bin/sh\n" },
	"a user whose group's id is no number": { passwd: "root:x:0::root:/root:/bin/sh\n" },
	"a group whose id is no number": { group: "root:x:0x0:\n" },
	"signs before ids": { passwd: "root:x:-1:+0:root:/root:/bin/sh\n", group: "root:x:+100:\n" },
	"an id beyond 64 bits": { passwd: "root:x:9223372036854775808:0:root:/root:/bin/sh\n" },
	"the last id of 64 bits": { passwd: "root:x:9223372036854775807:0:root:/root:/bin/sh\n" },
	"ids with zeros before": { passwd: "other:x:0100:0:::/bin/sh\n", group: "other:x:00100:\n" },
	"one of the users": { passwd: etcd, group: etcdGroup },
	"one of the users twice, the second with another shell": {
		passwd: `${etcd}kubeadm-etcd:x:251:350:::/bin/sh\n`,
		group: etcdGroup,
	},
	"one of the users twice, the first with another shell": {
		passwd: `kubeadm-etcd:x:251:350:::/bin/sh\n${etcd}`,
		group: etcdGroup,
	},
	"one of the groups twice, the second with another id": { group: `${etcdGroup}kubeadm-etcd:x:50:\n` },
	"one of the groups twice, the first with other members": { group: `kubeadm-etcd:x:350:\n${etcdGroup}` },
	"one of the users with an id that is no system user's": {
		passwd: "kubeadm-etcd:x:1000:350:::/bin/false\n",
		group: etcdGroup,
	},
	"one of the groups with an id that is no system group's": { group: "kubeadm-etcd:x:99:kubeadm-etcd\n" },
	"one of the users in another group": { passwd: etcd, group: `other:x:350:\n${etcdGroup}` },
	"one of the users in no group": { passwd: etcd },
	"the reading group with its members the other way": {
		group: "kubeadm-sa-key-readers:x:350:kubeadm-kcm,kubeadm-kas\n",
	},
	"no more ids": { loginDefs: "SYS_UID_MAX 102\n" },
	"just enough ids": { loginDefs: "SYS_UID_MAX 103\nSYS_GID_MAX 104\n" },
	"one of the users and ids for the rest": {
		passwd: etcd,
		group: etcdGroup,
		loginDefs: "SYS_UID_MIN 248\nSYS_UID_MAX 251\n",
	},
	"ranges in other words": {
		loginDefs: "#SYS_UID_MIN 300\n SYS_UID_MIN 400\nSYS_UID_MIN\t 200\t\nSYS_GID_MIN200\nSYS_GID_MIN +0210\n",
	},
	"a range with a remark": { loginDefs: "SYS_UID_MIN 200 # as ever\n" },
	"a range in base 16": { loginDefs: "SYS_UID_MIN 0x100\n" },
	"a range that says nothing": { loginDefs: "SYS_GID_MAX\n" },
	"a name that only begins as a range's": { loginDefs: "SYS_GID_MAXIMUM 900\n" },
	"a range that is said twice, once wrong": { loginDefs: "SYS_GID_MAX many\nSYS_GID_MAX 900\n" },
	"a range from below nothing": { loginDefs: "SYS_UID_MIN -3\n" },
	"a range that is empty": { loginDefs: "SYS_UID_MIN 500\nSYS_UID_MAX 400\n" },
};

describe("the users of a rootless control plane are those that kubeadm finds or makes", () => {
	it.each(Object.entries(hosts))("on a host with %s", async (_title, odd) => {
		const before = { loginDefs: "", ...root, ...odd };
		expect(ofOurs(before)).toEqual(await ofKubeadm(before));
	});
});

it("names all lines that cannot be read, and shows none of them", () => {
	const files = {
		loginDefs: "SYS_UID_MIN x\n",
		passwd: `${root.passwd}a:secret\nb:secret:c:d:::\n`,
		group: "a:secret:b:\n",
	};
	expect(() => hostUsers(files)).toThrow(
		new Error(
			[
				"login.defs line 1: SYS_UID_MIN: expected a whole number and nothing else, got another text",
				'passwd line 2: expected 7 fields with ":" between them, got 2',
				"passwd line 3: expected a whole number as user id, got another text",
				"group line 1: expected a whole number as group id, got another text",
			].join("\n"),
		),
	);
});

/** Lines of the users and groups that are concerned, undefined where they are refused. */
interface Concerned {
	users: string[];
	groups: string[];
}

function ofOurs(files: UserFiles): Concerned | undefined {
	try {
		const { newUsers, newGroups } = hostUsers(files);
		return {
			users: concerned(`${files.passwd}\n${newUsers.join("\n")}`),
			groups: concerned(`${files.group}\n${newGroups.join("\n")}`),
		};
	} catch {
		return undefined;
	}
}

async function ofKubeadm({ loginDefs, passwd, group }: UserFiles): Promise<Concerned | undefined> {
	const subject = {
		cluster: { encryptionAlgorithm: "ECDSA-P256", featureGates: { RootlessControlPlane: true } },
	} as const;
	return inFolder(documents(subject), async (folder, file) => {
		const there = { "login.defs": loginDefs, passwd, group };
		for (const [name, text] of Object.entries(there)) await writeFile(join(folder, name), text);
		const { stdout } = await kubeadm(["init", "phase", "certs", "all", "--config", file], {
			hide: ["/etc", "/var/lib"],
			before: Object.keys(there)
				.map((name) => `cp ${join(folder, name)} /etc/${name}`)
				.join("\n"),
			after: [
				`"$0" init phase control-plane apiserver --config ${file} > /dev/null 2> problem || true`,
				'echo "=== passwd"; cat /etc/passwd; echo "=== group"; cat /etc/group; echo "=== problem"; cat problem',
			].join("\n"),
		});
		const [, users = "", groups = "", problem = ""] = stdout.split(/^=== .*\n/m);
		return /error/.test(problem) ? undefined : { users: concerned(users), groups: concerned(groups) };
	});
}

function concerned(text: string): string[] {
	return text.split("\n").filter((line) => line.startsWith("kubeadm-"));
}
