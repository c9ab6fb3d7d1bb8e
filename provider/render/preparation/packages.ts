import { shell } from "./shell";

/**
 * Shell functions that install packages and take back what that added. Each family of distributions has its own
 * functions below these: `package_version`, `list_packages`, `refresh_packages`, `add_packages`, `remove_packages`,
 * `hold_package`, `release_package`, `is_delivered` and `add_repository`.
 */
export const packages = shell`
# Installs packages that are missing, and remembers what that added. Usage: install PACKAGE[=VERSION] ...
install() {
	missing=
	for wanted in "$@"; do
		has_package "$wanted" || missing="$missing $wanted"
	done
	[ -n "$missing" ] || return 0
	use_proxy
	# An interrupted run has left the list from before it.
	[ -e "$record/packages.before" ] || list_packages | sort >"$record/packages.before"
	refresh_packages
	say "installing$missing"
	# shellcheck disable=SC2086 # a list of words
	add_packages $missing
	list_packages | sort | comm -13 "$record/packages.before" - | while read -r added; do
		remember packages "$added"
	done
	rm "$record/packages.before"
	touch "$record/changed"
}

# Whether a package is installed, in the wanted version if one is named. Usage: has_package PACKAGE[=VERSION]
has_package() {
	version=$(package_version "\${1%%=*}")
	case $1 in
	*=*) case $version in "\${1#*=}" | "\${1#*=}"-*) return 0 ;; *) return 1 ;; esac ;;
	*) [ -n "$version" ] ;;
	esac
}

# Holds a package at its version, unless it is held already.
hold() {
	! hold_package "$1" || remember held "$1"
}

# Removes the packages that the step added.
remove_added() {
	for held in $(remembered held); do
		release_package "$held"
	done
	added=
	for name in $(remembered packages); do
		[ -z "$(package_version "$name")" ] || added="$added $name"
	done
	[ -n "$added" ] || return 0
	say "removing$added"
	# shellcheck disable=SC2086 # a list of words
	remove_packages $added
	systemctl daemon-reload
}

# Lets package managers and downloads go through the proxy of the step "proxy". Most of them read names in lower case.
use_proxy() {
	[ -e "$folder/proxy.env" ] || return 0
	# shellcheck source=/dev/null
	. "$folder/proxy.env"
	export http_proxy="\${HTTP_PROXY:-}" https_proxy="\${HTTPS_PROXY:-}" no_proxy="\${NO_PROXY:-}"
}
`;
