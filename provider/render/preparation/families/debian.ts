import { shell } from "../shell";

/** Package functions of Debian, Ubuntu and their relatives. Source: apt-get(8), dpkg-query(1), sources.list(5). */
export const debian = shell`
package_format=deb
containerd_packages="containerd runc"

# Prints the version of an installed package, or nothing.
package_version() {
	dpkg-query -W -f '\${db:Status-Status} \${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed //p'
}

list_packages() {
	dpkg-query -W -f '\${db:Status-Status} \${Package}\n' | sed -n 's/^installed //p'
}

refresh_packages() {
	apt update
}

add_packages() {
	versions=
	for wanted in "$@"; do
		case $wanted in *=*) versions="$versions $wanted-*" ;; *) versions="$versions $wanted" ;; esac
	done
	# shellcheck disable=SC2086 # a list of words
	(set -f && apt install --no-install-recommends --allow-change-held-packages --allow-downgrades $versions)
}

remove_packages() {
	apt purge "$@"
}

# Files that somebody has changed stay as they are.
apt() {
	action=$1
	shift
	DEBIAN_FRONTEND=noninteractive apt-get "$action" -q -y -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

hold_package() {
	! apt-mark showhold | grep -qxF "$1" || return 1
	apt-mark hold "$1" >/dev/null
}

release_package() {
	apt-mark unhold "$1" >/dev/null
}

# Whether a file is as its package delivers it.
is_delivered() {
	sum=$(md5sum "$1" | cut -d' ' -f1)
	dpkg-query -W -f '\${Conffiles}\n' 2>/dev/null | grep -qF " $1 $sum"
}

# Adds a package repository. Standard input is its public key; where that is empty, the key is fetched. Usage: add_repository NAME URL
add_repository() {
	key=/etc/apt/keyrings/$1.asc
	cat >"$record/key"
	if [ ! -s "$record/key" ] && [ -s "$key" ]; then
		cp "$key" "$record/key"
	elif [ ! -s "$record/key" ]; then
		use_proxy
		/usr/lib/apt/apt-helper download-file "$2Release.key" "$record/key" >/dev/null
	fi
	put "$key" 0644 <"$record/key"
	rm "$record/key"
	printf 'deb [signed-by=%s] %s /\n' "$key" "$2" | put "/etc/apt/sources.list.d/$1.list" 0644
}
`;
