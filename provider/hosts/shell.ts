import { type ConnectionArgs, hostName, type ProxyConnectionArgs } from "./ssh/connection";

/** Line that a script prints first: output before it comes from the login shell. */
export const STARTED = "pulumi-kubeadm-started";

const PRELUDE = `echo ${STARTED}; cd /; LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH; umask 022; `;

/** Longest script on a command line. Linux limits an argument to 128 KiB. */
const LONGEST_ARGUMENT = 96 * 1024;

/**
 * Command line that runs a script as root from any login shell. A script with characters that fish or csh interpret inside
 * quotes is sent as base64; a very long one is sent on standard input, before the data.
 * @param timeoutSeconds limit after which `timeout` kills the script
 * @returns the line, and the bytes that standard input must begin with (`ahead`, empty for most scripts)
 */
export function commandLine({
	script,
	user,
	timeoutSeconds,
}: {
	script: string;
	user: string;
	timeoutSeconds: number;
}) {
	const base64 = Buffer.from(script).toString("base64");
	const long = base64.length > LONGEST_ARGUMENT;
	const sent = Buffer.from(long ? `${script}\n#end` : "");
	const source = long ? `dd bs=${sent.length} count=1 iflag=fullblock status=none` : `echo ${base64} | base64 -d`;
	const check = long ? "case $s in *#end) ;; *) exit 126;; esac; " : "";
	const body = /[\n\\!]/.test(script) || long ? `s=$(${source}) || exit 126; ${check}eval "$s"` : script;
	const words = `timeout -k 5 ${timeoutSeconds} sh -c`;
	const whole = quote(PRELUDE + body);
	return { line: user === "root" ? `${words} ${whole}` : throughSudo(words, whole), ahead: sent };
}

/**
 * Runs a script through sudo so that sudo sees neither its standard input nor its standard output: `log_input` and
 * `log_output` in sudoers would write them, and so files with private keys, to the host's log. The script opens both as
 * pipes of the user's shell, through /proc. Standard error goes through sudo.
 */
function throughSudo(words: string, script: string): string {
	const inner = `exec 5<&0 6>&1; sudo -n ${words} "exec </proc/$$/fd/5 >/proc/$$/fd/6;$0" </dev/null >/dev/null; echo $? >&3`;
	const outer = `exec 4>&1; e=$({ cat | /bin/sh -c "$1" "$0" | cat >&4; } 3>&1); exit \${e:-255}`;
	return `/bin/sh -c ${quote(outer)} ${script} ${quote(inner)}`;
}

/** Formats the line that a person types to run a script on a host as root, with `ssh` and, for another user than root, `sudo`. */
export function pasteReady(args: ConnectionArgs, script: string): string {
	const user = args.user ?? "root";
	const sudo = user === "root" ? "" : "sudo ";
	if (/^[\w./=:,@%+ -]+$/.test(script)) return `${sshTo(args)} ${quote(sudo + script)}`;
	if (!script.includes("\n")) return `${sshTo(args)} ${quote(`${sudo}sh -c ${quote(script)}`)}`;
	return `${sshTo(args)} ${quote(`${sudo}sh`)} <<'EOF'\n${script.trim()}\nEOF`;
}

/** The ssh command for a host: `ssh -p 2222 user@host`. */
export function sshTo(args: ConnectionArgs): string {
	const jump = args.proxy ? ` -J ${hostName(args.proxy)}` : "";
	return `ssh${jump}${options(args)} ${args.user ?? "root"}@${args.host}`;
}

/** Quotes a word for a POSIX shell. A word without special characters stays as it is. */
export function quote(word: string): string {
	return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function options({ port, privateKeyFile }: ProxyConnectionArgs): string {
	return `${port && port !== 22 ? ` -p ${port}` : ""}${privateKeyFile ? ` -i ${quote(privateKeyFile)}` : ""}`;
}
