/** Prefix of staged files, before a process id, a random word and a number. The leading dot keeps the kubelet from reading a staged file as a manifest. */
export const STAGED = ".pulumi-kubeadm-";

/** Shell text that defines `sweep DIRECTORY`, which removes the staged files of writers that no longer run. */
export const SWEEP = `sweep() {
	for s in "\${1%/}"/${STAGED}*; do
		[ -e "$s" ] || continue
		pid=\${s##*/${STAGED}}
		kill -0 "\${pid%%-*}" 2>/dev/null || rm -f -- "$s"
	done
}`;
