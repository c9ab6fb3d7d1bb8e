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

/** Installs the packages among the words from the machine's folders of packages. */
const INSTALL = `
install_words() {
	for word; do
		case $word in
		-* | install) ;;
		containerd.io) dpkg --force-confold -i /srv/debian/runc.deb /srv/debian/containerd.deb ;;
		containerd | runc) dpkg --force-confold -i /srv/debian/runc.deb /srv/debian/$word.deb ;;
		cri-tools | kubernetes-cni) dpkg -i /srv/kubernetes/\${word}_*.deb ;;
		kubelet* | kubectl*) dpkg --force-depends -i /srv/kubernetes/\${word%%[-=]*}_\${word#*[-=]}-1.1.deb ;;
		*) exit 1 ;;
		esac >/dev/null || exit
	done
}
`;

const DNF = `#!/bin/sh
echo "dnf $*" >>/run/family/calls
${INSTALL}
case " $* " in
*" install "*)
	shift 5
	install_words "$@"
	;;
*" remove "*)
	shift 3
	dpkg --purge --force-depends "$@"
	;;
*) exit 1 ;;
esac
`;

const ZYPPER = `#!/bin/sh
echo "zypper $*" >>/run/family/calls
${INSTALL}
shift
case " $* " in
*" install "*)
	shift 1
	install_words "$@"
	;;
*" remove "*)
	shift 2
	dpkg --purge --force-depends "$@"
	;;
*" addlock "*) echo "1 | $2 | package | (any)" >>/run/family/locks ;;
*" removelock "*) sed -i "/| $2 |/d" /run/family/locks ;;
*" locks "*) cat /run/family/locks 2>/dev/null ;;
*" refresh "*) ;;
*) exit 1 ;;
esac
`;

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
