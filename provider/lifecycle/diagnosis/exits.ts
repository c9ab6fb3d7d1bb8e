import type { Host } from "../../hosts/host";
import { redact } from "../../hosts/redact";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import type { Pod } from "../components/component";

/** How a container ended. */
interface Exit {
	id: string;
	exitCode: number;
	/** Its last lines. */
	log: string[];
}

/** The same words bring the same end, whatever else comes up meanwhile. */
const certain = /unknown (shorthand )?flag|flag needs an argument|invalid argument .* for .*flag/i;

/** What ends when another component comes up. */
const passing =
	/refused|deadline|timed? ?out|unavailable|unreachable|no route|no leader|reset by peer|lookup |x509|EOF/i;

/** A filter: the last lines, without the stacks that Go programs print after the reason. */
export const LAST_WORDS = "sed '/^goroutine [0-9]/,$d; s/,\"stacktrace\":.*//' | grep . | tail -n 12";

/** A look takes some of the host's time, which is short while everything starts. */
const INTERVAL_MILLISECONDS = 3000;

/**
 * Watches how a static pod's container ends.
 * @returns asks again, and says why it will not come up once that is certain: a flag that does not exist, or the same
 * error twice that no other component can mend
 */
export function watchExits(host: Host, pod: Pod): () => Promise<string | undefined> {
	const errors = new Map<string, string>();
	let next = 0;
	return async () => {
		if (performance.now() < next) return undefined;
		next = performance.now() + INTERVAL_MILLISECONDS;
		const exit = await lastExit(host, pod);
		if (!exit || exit.exitCode === 0) return undefined;
		const word = exit.log.find((line) => certain.test(line));
		if (word) return redact(word);
		const error = exit.log.at(-1) ?? "";
		const same = [...errors].some(([id, before]) => id !== exit.id && before === withoutNumbers(error));
		errors.set(exit.id, withoutNumbers(error));
		if (!same || exit.log.slice(-3).some((line) => passing.test(line))) return undefined;
		return redact(`it ended with exit code ${exit.exitCode} again and again: ${error.slice(0, 300)}`);
	};
}

/** The newest exit of a container that was made from the manifest as it lies there now, and not just as it was placed. */
async function lastExit(host: Host, pod: Pod): Promise<Exit | undefined> {
	const { stdout } = await host.run({
		intent: `look how ${pod.metadata.name} ended`,
		script: `
id=$(crictl ps -a -q --state exited --name '^${pod.spec.containers[0]!.name}$' 2>/dev/null | head -n 1)
[ -n "$id" ] || exit 0
placed=$(stat -c %Y ${staticPodPath(pod.metadata.name as StaticPodName)} 2>/dev/null) || exit 0
set -- $(crictl inspect -o go-template --template '{{.status.createdAt}} {{.status.exitCode}}' "$id" 2>/dev/null)
[ $# -ge 2 ] && [ "$(date -d "$1" +%s)" -gt $((placed + 2)) ] || exit 0
echo "$id $2"
crictl logs --tail 80 "$id" 2>&1 | ${LAST_WORDS}
exit 0`,
		timeoutSeconds: 30,
	});
	const [head, ...log] = stdout.trim().split("\n");
	if (!head) return undefined;
	const [id, exitCode] = head.split(" ") as [string, string];
	return { id, exitCode: Number(exitCode), log };
}

/** Times, process ids and addresses in memory differ each time. */
function withoutNumbers(line: string): string {
	return line.replace(/0x[0-9a-f]+|\d+/g, "#");
}
