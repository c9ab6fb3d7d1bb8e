import { shell } from "../shell";

/** Turns swap off, now and for later starts. Source: https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/. */
export const swap = shell`
# Usage: prepare swap-off
do_swap_off() {
	# Another run finds no swap in the file, which stays as the first one wrote it.
	keep_kept
	areas=$(tail -n +2 /proc/swaps | cut -d ' ' -f 1)
	if [ -e /etc/fstab ] && grep -Eq '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab; then
		sed -E 's/^([^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]])/# \1/' /etc/fstab | put /etc/fstab 0644
		systemctl daemon-reload
	fi
	for unit in $(systemctl list-units --type=swap --plain --no-legend | cut -d ' ' -f 1); do
		! systemctl mask --quiet "$unit" || remember masked "$unit"
	done
	for area in $areas; do
		remember areas "$area"
	done
	[ -z "$areas" ] || swapoff --all
}

undo_swap_off() {
	for unit in $(remembered masked); do
		systemctl unmask --quiet "$unit"
	done
	for area in $(remembered areas); do
		[ ! -e "$area" ] || swapon "$area"
	done
}
`;
