import { shell } from "./shell";

/**
 * Shell functions that fetch programs with known digests, and place them where the documentation of each does. Source:
 * https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/ ("Without a package manager"),
 * https://github.com/containerd/containerd/blob/main/docs/getting-started.md.
 */
export const binaries = shell`
# Standard input: lines NAME URL ARCHITECTURE=SHA256 ...
fetch_binaries() {
	cat >"$record/binaries"
	case $(uname -m) in
	x86_64) architecture=amd64 ;;
	aarch64) architecture=arm64 ;;
	armv7l) architecture=arm ;;
	*) architecture=$(uname -m) ;;
	esac
	while read -r name url digests; do
		digest=$(printf '%s' "$digests" | tr ' ' '\n' | sed -n "s/^$architecture=//p")
		[ -n "$digest" ] || refuse "binaries.$name.sha256 has no digest for $architecture, which this machine is"
		fetch_binary "$name" "$(printf '%s' "$url" | sed "s/{arch}/$architecture/g")" "$digest"
	done <"$record/binaries"
	rm -rf "$record/binaries" "$record/download" "$record/unpacked"
}

# Whether the step has placed a program itself.
is_fetched() {
	[ -e "$record/fetched-$1" ]
}

# Fetches a program, unless it is there as fetched before. Usage: fetch_binary NAME URL SHA256
fetch_binary() {
	list=$record/fetched-$1
	if is_fetched "$1" && [ "$(head -n 1 "$list")" = "$3" ] && sed 1d "$list" | sha256sum --status --check; then
		sed '1d; s/^[0-9a-f]*  //' "$list" >>"$record/touched"
		return 0
	fi
	say "fetching $2"
	download "$2"
	found=$(sha256sum "$record/download" | cut -d ' ' -f 1)
	[ "$found" = "$3" ] || refuse "$2 has the SHA-256 $found, and binaries.$1.sha256 says $3"
	unpack_binary "$1"
	printf '%s\n' "$3" >"$record/fetching"
	(cd "$record/unpacked" && find . -type f | sort) >"$record/names"
	while read -r file; do
		target=$target_folder/\${file#./}
		put "$target" 0755 <"$record/unpacked/$file"
		sha256sum "$target" >>"$record/fetching"
	done <"$record/names"
	rm "$record/names"
	mv "$record/fetching" "$list"
}

# Unpacks a download, where it is an archive, and names the folder that its files belong in. Usage: unpack_binary NAME
unpack_binary() {
	rm -rf "$record/unpacked"
	mkdir "$record/unpacked"
	case $1 in
	containerd) target_folder=/usr/local ;;
	runc) target_folder=/usr/local/sbin ;;
	cni) target_folder=/opt/cni/bin ;;
	*) target_folder=/usr/local/bin ;;
	esac
	case $1 in
	containerd | crictl | cni) tar -xzf "$record/download" -C "$record/unpacked" ;;
	*) mv "$record/download" "$record/unpacked/$1" ;;
	esac
	[ "$1" = kubelet ] || return 0
	chmod 700 "$record/unpacked/kubelet"
	found=$("$record/unpacked/kubelet" --version | sed -n 's/^Kubernetes v//p')
	[ "$found" = "$wanted_version" ] ||
		refuse "binaries.kubelet is version $found, and version $wanted_version is wanted; change its url and sha256 together with the version"
}

download() {
	case $1 in
	file:*)
		cp "/$(printf '%s' "$1" | sed 's,^file:/*,,')" "$record/download"
		return 0
		;;
	esac
	use_proxy
	if command -v curl >/dev/null; then
		curl -fsSL --retry 3 -o "$record/download" "$1" || refuse "$1 could not be fetched (above)"
	elif command -v wget >/dev/null; then
		wget -q -O "$record/download" "$1" || refuse "$1 could not be fetched by wget"
	else
		refuse "neither curl nor wget is installed, and one of them has to fetch $1; install it"
	fi
}
`;
