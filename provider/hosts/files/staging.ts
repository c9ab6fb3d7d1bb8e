/** Files are staged beside their place under this name, a process id, a random word and a number. The dot keeps kubelet from taking one for a pod. */
export const STAGED = ".pulumi-kubeadm-";

/** Shell function: removes from directory $1 what a writer staged that is no more (killed, or the machine went down). */
export const SWEEP = `sweep() {
	for s in "\${1%/}"/${STAGED}*; do
		[ -e "$s" ] || continue
		pid=\${s##*/${STAGED}}
		kill -0 "\${pid%%-*}" 2>/dev/null || rm -f -- "$s"
	done
}`;
