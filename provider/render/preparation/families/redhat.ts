import { shell } from "../shell";

/**
 * Package functions of Red Hat Enterprise Linux, Rocky, Alma, CentOS Stream and Fedora. Source: dnf(8), rpm(8),
 * https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/ (the line `exclude`).
 */
export const redhat = shell`
package_format=rpm
containerd_packages=containerd.io

package_version() {
	rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null | grep -v 'not installed' || true
}

list_packages() {
	rpm -qa --qf '%{NAME}\n'
}

refresh_packages() {
	case " $missing " in
	*" containerd.io "*) containerd_repository ;;
	esac
}

# containerd is in no repository of the distribution itself, but in Docker's.
containerd_repository() {
	! dnf -q info containerd.io >/dev/null 2>&1 || return 0
	url=https://download.docker.com/linux/centos
	add_repository containerd "$url/\$releasever/\$basearch/stable/" "$url/gpg" </dev/null
}

add_packages() {
	versions=
	for wanted in "$@"; do
		versions="$versions $(printf '%s' "$wanted" | tr '=' -)"
	done
	# shellcheck disable=SC2086 # a list of words
	dnf install -q -y --setopt=install_weak_deps=False --disableexcludes=all $versions </dev/null
}

remove_packages() {
	dnf remove -q -y "$@" </dev/null
}

# The repository's own file excludes Kubernetes' packages from upgrades.
hold_package() {
	return 1
}

release_package() {
	:
}

# Whether a file is as its package delivers it.
is_delivered() {
	rpm -qf "$1" >/dev/null 2>&1 && ! rpm -Vf "$1" | grep -qF " $1"
}

# Usage: add_repository NAME URL [URL OF THE KEY]
add_repository() {
	cat >"$record/key"
	key=\${3:-"$2"repodata/repomd.xml.key}
	if [ -s "$record/key" ]; then
		key=/etc/pki/rpm-gpg/RPM-GPG-KEY-$1
		put "$key" 0644 <"$record/key"
		key=file://$key
	fi
	rm "$record/key"
	put "/etc/yum.repos.d/$1.repo" 0644 <<END
[$1]
name=$1
baseurl=$2
enabled=1
gpgcheck=1
gpgkey=$key
exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni
END
}
`;
