import type { LabHost } from "../../../lab/index.ts";

/** Families of distributions that a machine of the lab can pass itself off as. */
export type OtherFamily = "rocky" | "opensuse-leap";

/**
 * Lets a bare machine pass itself off as one of another distribution: /etc/os-release is that of the distribution, and programs
 * stand in for its package manager. They install the Debian packages that lie on the machine, and note how they were called.
 * @returns what ends it, and gives the calls
 */
export async function passOffAs(family: OtherFamily, host: LabHost): Promise<() => Promise<string[]>> {
	const programs = family === "rocky" ? { dnf: DNF, rpm: RPM } : { zypper: ZYPPER, rpm: RPM };
	await host.exec(
		`mkdir -p /run/family && cat >/run/family/os-release && mount --bind /run/family/os-release /etc/os-release`,
		{
			check: true,
			input: OS_RELEASE[family],
		},
	);
	for (const [name, input] of Object.entries(programs))
		await host.exec(`cat >/usr/local/sbin/${name} && chmod +x /usr/local/sbin/${name}`, { check: true, input });
	return async () => {
		const names = Object.keys(programs).map((name) => `/usr/local/sbin/${name}`);
		const { stdout } = await host.exec(
			`cat /run/family/calls; umount /etc/os-release; rm -rf /run/family ${names.join(" ")}`,
			{ check: true },
		);
		return stdout.trim().split("\n");
	};
}

const OS_RELEASE: Record<OtherFamily, string> = {
	rocky: 'ID="rocky"\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9.5"\n',
	"opensuse-leap": 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nPRETTY_NAME="openSUSE Leap 16.0"\n',
};

/**
 * A program that installs packages from the machine's folders, and removes packages.
 * @param others its other calls, as cases of the shell, with the last word of the call as $word
 */
const packageManager = (name: string, others = "") => `#!/bin/sh
echo "${name} $*" >>/run/family/calls
packages=
for word; do
	case $word in -* | install | remove) ;; *) packages="$packages $word" ;; esac
done
case " $* " in
*" install "*)
	for package in $packages; do
		case $package in
		containerd.io) dpkg --force-confold -i /srv/debian/runc.deb /srv/debian/containerd.deb ;;
		containerd | runc) dpkg --force-confold -i /srv/debian/runc.deb /srv/debian/$package.deb ;;
		cri-tools | kubernetes-cni) dpkg -i /srv/kubernetes/\${package}_*.deb ;;
		kubelet* | kubectl*) dpkg --force-depends -i /srv/kubernetes/\${package%%[-=]*}_\${package#*[-=]}-1.1.deb ;;
		*) exit 1 ;;
		esac >/dev/null || exit
	done
	;;
*" remove "*) dpkg --purge --force-depends $packages ;;
${others}*) exit 1 ;;
esac
`;

const DNF = packageManager("dnf");

const ZYPPER = packageManager(
	"zypper",
	`*" addlock "*) echo "1 | $word | package | (any)" >>/run/family/locks ;;
*" removelock "*) sed -i "/| $word |/d" /run/family/locks ;;
*" locks "*) cat /run/family/locks 2>/dev/null ;;
*" refresh "*) ;;
`,
);

const RPM = `#!/bin/sh
case $1 in
-qa) dpkg-query -W -f '\${db:Status-Status} \${Package}\n' | sed -n 's/^installed //p' ;;
-q)
	name=$4
	[ "$name" != containerd.io ] || name=containerd
	version=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' "$name" 2>/dev/null)
	case $version in
	"installed "*) echo "\${version#installed }" ;;
	*) echo "package $name is not installed" && exit 1 ;;
	esac
	;;
-qf) dpkg-query -W -f '\${Conffiles}\n' | grep -qF " $2 " ;;
-Vf) dpkg-query -W -f '\${Conffiles}\n' | grep -qF " $2 $(md5sum <"$2" | cut -d ' ' -f 1)" || echo "S.5....T.  c $2" ;;
*) exit 1 ;;
esac
`;
