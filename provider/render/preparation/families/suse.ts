import { shell } from "../shell";

/** Package functions of openSUSE and SUSE Linux Enterprise. Source: zypper(8), rpm(8). */
export const suse = shell`
package_format=rpm
containerd_packages="containerd runc"

package_version() {
	rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null | grep -v 'not installed' || true
}

list_packages() {
	rpm -qa --qf '%{NAME}\n'
}

refresh_packages() {
	zypper -q -n --gpg-auto-import-keys refresh </dev/null
}

add_packages() {
	zypper -q -n install --no-recommends --oldpackage "$@" </dev/null
}

remove_packages() {
	zypper -q -n remove "$@" </dev/null
}

hold_package() {
	! zypper -q locks | grep -q "| $1 " || return 1
	zypper -q addlock "$1" >/dev/null
}

release_package() {
	zypper -q removelock "$1" >/dev/null
}

is_delivered() {
	rpm -qf "$1" >/dev/null 2>&1 && ! rpm -Vf "$1" | grep -qF " $1"
}

# Usage: add_repository NAME URL
add_repository() {
	cat >"$record/key"
	key="$2"repodata/repomd.xml.key
	if [ -s "$record/key" ]; then
		put "/usr/lib/rpm/gnupg/keys/$1.asc" 0644 <"$record/key"
		key=file:///usr/lib/rpm/gnupg/keys/$1.asc
	fi
	rm "$record/key"
	put "/etc/zypp/repos.d/$1.repo" 0644 <<END
[$1]
name=$1
enabled=1
autorefresh=1
baseurl=$2
gpgcheck=1
gpgkey=$key
END
}
`;
