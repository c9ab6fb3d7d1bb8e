import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ContainerdBinaries, KubernetesBinaries } from "pulumi-kubeadm";
import type { LabHost } from "../../../lab/index.ts";

const call = promisify(execFile);

/** What was taken off machines, as a program names it. */
export interface TakenAway {
	/** The repository with Kubernetes' packages: its URL on the machine's own disk, and the public key that has signed it. */
	kubernetesPackages: { repository: string; key: string };
	/** The configuration with which containerd works in a container of the lab. */
	containerd: { configuration: string };
}

/** The same programs outside packages, by the version of the kubelet, with their addresses on the machine's own disk and their digests. */
export interface Fetched {
	kubernetesPackages: { binaries: KubernetesBinaries };
	containerd: { configuration: string; binaries: ContainerdBinaries };
}

/**
 * Takes container runtime and Kubernetes' programs off a lab's hosts, and puts them as packages into two repositories on each
 * host's disk: Debian's containerd and runc into one that apt knows, as a machine knows Debian's archive, and Kubernetes'
 * packages into one that is signed. The images stay in containerd's store, as no registry is in reach.
 * @param versions of Kubernetes' packages
 * @param broken a version more, whose kubelet ends at once
 */
export async function makeBare(
	hosts: readonly LabHost[],
	versions: readonly string[],
	broken: string,
): Promise<TakenAway & { fetched: Record<string, Fetched> }> {
	const packs = [...versions, broken].map((each) => `pack_kubernetes ${each}`);
	const pack = ["set -e", FUNCTIONS, "pack_programs", "pack_debian", `broken=${broken}`, ...packs].join("\n");
	const home = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-test-"));
	const { stdout: configuration } = await hosts[0]!.exec("cat /etc/containerd/config.toml", { check: true });
	const gpg = (...words: string[]) => call("gpg", ["--homedir", home, "--batch", "--quiet", "--yes", ...words]);
	try {
		await gpg("--passphrase", "", "--quick-generate-key", "packages@lab.example", "ed25519", "sign", "never");
		for (const host of hosts) {
			await host.exec(pack, { check: true, timeout: 300_000 });
			const { stdout: release } = await host.exec(`cat ${KUBERNETES}/Release`, { check: true });
			await writeFile(join(home, "Release"), release);
			await gpg("--clearsign", "--output", join(home, "InRelease"), join(home, "Release"));
			const input = await readFile(join(home, "InRelease"), "utf8");
			await host.exec(`cat >${KUBERNETES}/InRelease`, { check: true, input });
			await host.exec(TAKE_AWAY, { check: true, timeout: 300_000 });
		}
		const { stdout: key } = await gpg("--armor", "--export");
		const { stdout: sums } = await hosts[0]!.exec(`cd ${PROGRAMS} && sha256sum *`, { check: true });
		const digests = Object.fromEntries(
			sums
				.trim()
				.split("\n")
				.map((line) => line.split(/ +/).reverse() as [string, string]),
		);
		const binary = (file: string) => ({
			url: `file:${PROGRAMS}/${file.replace("amd64", "{arch}")}`,
			sha256: { amd64: digests[file]! },
		});
		const fetched = (version: string): Fetched => ({
			kubernetesPackages: {
				binaries: {
					kubelet: binary(`kubelet-${version}-amd64`),
					kubectl: binary("kubectl-amd64"),
					crictl: binary("crictl-linux-amd64.tar.gz"),
					cni: binary("cni-plugins-linux-amd64.tgz"),
				},
			},
			containerd: {
				configuration,
				binaries: { containerd: binary("containerd-linux-amd64.tar.gz"), runc: binary("runc.amd64") },
			},
		});
		return {
			kubernetesPackages: { repository: `file:${KUBERNETES}/`, key },
			containerd: { configuration },
			fetched: Object.fromEntries([...versions, broken].map((version) => [version, fetched(version)])),
		};
	} finally {
		await call("gpgconf", ["--homedir", home, "--kill", "gpg-agent"]);
		await rm(home, { recursive: true, force: true });
	}
}

const KUBERNETES = "/srv/kubernetes";
const DEBIAN = "/srv/debian";
const PROGRAMS = "/srv/programs";

const FUNCTIONS = `
# Writes the index of a folder of packages.
write_index() {
	cd "$1"
	for file in *.deb; do
		dpkg-deb -f "$file"
		echo "Filename: ./$file"
		echo "Size: $(stat -c %s "$file")"
		echo "SHA256: $(sha256sum "$file" | cut -d ' ' -f 1)"
		echo
	done >Packages
	{
		echo "Origin: lab"
		echo "Date: $(date -u '+%a, %d %b %Y %H:%M:%S UTC')"
		echo "SHA256:"
		echo " $(sha256sum Packages | cut -d ' ' -f 1) $(stat -c %s Packages) Packages"
	} >Release
}

# Packs an installed package again, with its scripts.
pack_installed() {
	mkdir -p "/srv/pack/$1/DEBIAN"
	dpkg-query -L "$1" | while read -r path; do
		if [ ! -d "$path" ] && [ -e "$path" ]; then
			mkdir -p "/srv/pack/$1$(dirname "$path")"
			cp -a "$path" "/srv/pack/$1$path"
		fi
	done
	dpkg-query -s "$1" | sed '/^Status:/d; /^Conffiles:/,/^[^ ]/{/^Conffiles:/d; /^ /d}' >"/srv/pack/$1/DEBIAN/control"
	dpkg-query -W -f '\${Conffiles}\\n' "$1" | awk '$1 != "" { print $1 }' >"/srv/pack/$1/DEBIAN/conffiles"
	for script in postinst prerm postrm; do
		[ ! -e "/var/lib/dpkg/info/$1.$script" ] || cp -a "/var/lib/dpkg/info/$1.$script" "/srv/pack/$1/DEBIAN/"
	done
	dpkg-deb -Znone --build "/srv/pack/$1" "${DEBIAN}/$1.deb" >/dev/null
}

pack_debian() {
	mkdir -p ${DEBIAN} ${KUBERNETES}
	# As containerd's package delivers it.
	printf 'version = 2\\n' >/etc/containerd/config.toml
	pack_installed runc
	pack_installed containerd
	write_index ${DEBIAN}
	rm -rf /srv/pack
}

# Packs files of the host. Programs of another version say that version: they are the host's, with its number in place of
# theirs. Usage: pack NAME VERSION DEPENDS FILE ...
pack() {
	mkdir -p "/srv/pack/$1/DEBIAN"
	printf 'Package: %s\\nVersion: %s\\nArchitecture: amd64\\nMaintainer: lab\\nDepends: %s\\nDescription: for tests\\n' "$1" "$2" "$3" >"/srv/pack/$1/DEBIAN/control"
	name=$1_$2
	root=/srv/pack/$1
	shift 3
	for file in "$@"; do
		mkdir -p "$root$(dirname "$file")"
		cp -a "$file" "$root$file"
	done
	case $name in
	kubelet_* | kubectl_*)
		other=\${name#*_}
		make_version "$root/usr/bin/\${name%%_*}" "\${other%%-*}"
		;;
	esac
	dpkg-deb -Znone --build "$root" "${KUBERNETES}/$name.deb" >/dev/null
	rm -rf /srv/pack
}

# Gives a program another version: by its text, or for the broken one by a script. Usage: make_version FILE VERSION
make_version() {
	if [ "$2" = "\${broken:-none}" ] && [ "\${1##*/}" = kubelet ]; then
		printf '#!/bin/sh\\n[ "$1" != --version ] || { echo Kubernetes v%s; exit; }\\necho "E: this kubelet cannot run" >&2\\nexit 1\\n' "$2" >"$1"
		return 0
	fi
	own=$("$1" --version 2>/dev/null || "$1" version --client)
	own=$(printf '%s' "$own" | grep -oE 'v[0-9]+[.][0-9]+[.][0-9]+' | head -1)
	LC_ALL=C sed -i "s/$(printf '%s' "$own" | sed 's/[.]/[.]/g')/v$2/g" "$1"
}

# Packs files of a folder as an archive that is the same on each host. Usage: pack_archive NAME FOLDER FILE ...
pack_archive() {
	archive=${PROGRAMS}/$1
	folder=$2
	shift 2
	tar --sort=name --mtime=@0 --owner=0 --group=0 -cf - -C "$folder" "$@" | gzip -n -1 >"$archive"
}

pack_programs() {
	mkdir -p ${PROGRAMS} /srv/pack/bin
	cp /usr/bin/kubectl ${PROGRAMS}/kubectl-amd64
	cp "$(command -v runc)" ${PROGRAMS}/runc.amd64
	pack_archive crictl-linux-amd64.tar.gz /usr/bin crictl
	pack_archive cni-plugins-linux-amd64.tgz /opt/cni/bin .
	for program in containerd containerd-shim-runc-v2 ctr; do
		cp "$(command -v "$program")" /srv/pack/bin/
	done
	pack_archive containerd-linux-amd64.tar.gz /srv/pack bin
	rm -r /srv/pack
}

pack_kubernetes() {
	mkdir -p "/srv/pack/$1"
	cp -a /usr/bin/kubelet "/srv/pack/$1/kubelet"
	make_version "/srv/pack/$1/kubelet" "$1"
	mv "/srv/pack/$1/kubelet" "${PROGRAMS}/kubelet-$1-amd64"
	rm -r /srv/pack
	pack kubelet "$1-1.1" "iptables, kubernetes-cni, iproute2, mount, util-linux, conntrack" /usr/bin/kubelet /usr/lib/systemd/system/kubelet.service /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf /etc/default/kubelet
	pack kubectl "$1-1.1" "mount" /usr/bin/kubectl
	pack cri-tools "1.36.0-1.1" "mount" /usr/bin/crictl
	pack kubernetes-cni "1.9.1-1.1" "mount" /opt/cni/bin/*
	write_index ${KUBERNETES}
}
`;

const TAKE_AWAY = `
set -e
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:${DEBIAN} ./' >/etc/apt/sources.list
systemctl disable --quiet --now kubelet
# The images stay.
sed -i 's,rm -rf.*/var/lib/containerd.*,true,' /var/lib/dpkg/info/containerd.postrm 2>/dev/null || true
dpkg --purge containerd runc >/dev/null 2>&1
rm -rf /etc/containerd /usr/lib/systemd/system/kubelet.service* /etc/default/kubelet /usr/bin/kubelet /usr/bin/kubectl /usr/bin/crictl /etc/crictl.yaml /opt/cni /etc/sysctl.d/99-kubernetes.conf /etc/kubernetes
echo 0 >/proc/sys/net/ipv4/ip_forward
systemctl daemon-reload
apt-get update -q >/dev/null
`;
