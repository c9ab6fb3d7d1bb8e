import { type ConnectionArgs, hostName, type ProxyConnectionArgs } from "./ssh/connection";

/** The line by which a script says that it began: what a login shell prints before it is not the script's. */
export const STARTED = "pulumi-kubeadm-started";

const PRELUDE = `echo ${STARTED}; cd /; LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH; umask 022; `;

/** One argument may have 128 KiB on Linux. */
const LONGEST_ARGUMENT = 96 * 1024;

/**
 * The line for a user's login shell, whichever that is, that runs a script as root. A script with characters that fish or
 * csh would read even inside quotes goes as base64; a very long one goes ahead of the data on standard input.
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
	const sudo = user === "root" ? "" : "sudo -n ";
	return { line: `${sudo}timeout -k 5 ${timeoutSeconds} sh -c ${quote(PRELUDE + body)}`, ahead: sent };
}

/** What a person types to run the same script on the same host. */
export function pasteReady(args: ConnectionArgs, script: string): string {
	const user = args.user ?? "root";
	const sudo = user === "root" ? "" : "sudo ";
	if (/^[\w./=:,@%+ -]+$/.test(script)) return `${sshTo(args)} ${quote(sudo + script)}`;
	if (!script.includes("\n")) return `${sshTo(args)} ${quote(`${sudo}sh -c ${quote(script)}`)}`;
	return `${sshTo(args)} ${quote(`${sudo}sh`)} <<'EOF'\n${script.trim()}\nEOF`;
}

/** `ssh -p 2222 user@host` */
export function sshTo(args: ConnectionArgs): string {
	const jump = args.proxy ? ` -J ${hostName(args.proxy)}` : "";
	return `ssh${jump}${options(args)} ${args.user ?? "root"}@${args.host}`;
}

/** A word that a shell takes as it is. */
export function quote(word: string): string {
	return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function options({ port, privateKeyFile }: ProxyConnectionArgs): string {
	return `${port && port !== 22 ? ` -p ${port}` : ""}${privateKeyFile ? ` -i ${quote(privateKeyFile)}` : ""}`;
}
