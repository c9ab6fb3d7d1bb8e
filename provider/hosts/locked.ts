import { quote } from "./shell";

/**
 * A script that runs while no other of the same lock does on its host, also one that a lost connection left behind.
 * What it starts in the background does not hold the lock. It fails with exit code 75 if its turn does not come.
 */
export function locked({
	lock,
	script,
	waitSeconds = 60,
}: {
	lock: string;
	script: string;
	waitSeconds?: number;
}): string {
	const file = `/run/lock/pulumi-kubeadm-${lock}`;
	return `mkdir -p /run/lock
exec 9>${quote(file)} || exit
flock -w ${waitSeconds} 9 || { echo "${file}: still held after ${waitSeconds} s; see: fuser -v ${file}" >&2; exit 75; }
(
${script}
) 9>&-`;
}
