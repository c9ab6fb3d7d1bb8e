import { shell } from "../shell";

/** Loads modules of the kernel and sets its parameters, now and at each start. Source: modules-load.d(5), sysctl.d(5). */
export const kernel = shell`
# Usage: prepare kernel-modules MODULE ...
do_kernel_modules() {
	printf '%s\n' "$@" | put /etc/modules-load.d/kubernetes.conf 0644
	for module in "$@"; do
		if ! has_module "$module"; then
			modprobe "$module"
			remember modules "$module"
		fi
	done
}

# Whether a module is loaded, or part of the kernel.
has_module() {
	case $1 in
	overlay) grep -qw overlay /proc/filesystems ;;
	br_netfilter) [ -e /proc/sys/net/bridge ] ;;
	*) [ -e "/sys/module/$1" ] ;;
	esac
}

undo_kernel_modules() {
	for module in $(remembered modules); do
		modprobe --remove "$module" 2>/dev/null || say "module $module: stays, as it is in use"
	done
}

# Usage: prepare sysctls NAME=VALUE ...
do_sysctls() {
	printf '%s\n' "$@" | put /etc/sysctl.d/90-kubernetes-node.conf 0644
	for setting in "$@"; do
		was=$(sysctl -n "\${setting%%=*}")
		[ "$was" != "\${setting#*=}" ] || continue
		remembered values | grep -q "^\${setting%%=*}=" || remember values "\${setting%%=*}=$was"
		sysctl -q -w "$setting"
		say "$setting: was $was"
	done
}

undo_sysctls() {
	remembered values | while read -r setting; do
		sysctl -q -w "$setting"
	done
}
`;
