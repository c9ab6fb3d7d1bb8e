interface Running {
	title: string;
	note: string;
	started: number;
}

const running: Running[] = [];
const live = process.stderr.isTTY === true;
const quietSeconds = 15;

/**
 * Runs `work` and shows its progress and duration on standard error: one live line on a terminal; elsewhere a line at the start, one every
 * 15 s and one at the end. Standard output stays free for a command's result. `work` may pass its current activity to `report`.
 */
export async function step<T>(title: string, work: (report: (note: string) => void) => Promise<T>): Promise<T> {
	const entry: Running = { title, note: "", started: Date.now() };
	running.push(entry);
	if (!live) print(`${title} ...`);
	const beat = setInterval(() => (live ? draw() : print(`${line(entry)}`)), live ? 200 : quietSeconds * 1000);
	beat.unref();
	let ending = "failed after";
	try {
		const result = await work((note) => {
			entry.note = note.trim();
		});
		ending = "done in";
		return result;
	} finally {
		clearInterval(beat);
		running.splice(running.indexOf(entry), 1);
		say(`${title}: ${ending} ${elapsed(entry.started)}`);
	}
}

/** Prints one line on standard error above the live line. */
export function say(text: string): void {
	if (live) process.stderr.write("\r\x1b[K");
	print(text);
	if (live) draw();
}

function draw(): void {
	const entry = running.at(-1);
	if (entry) process.stderr.write(`\r\x1b[K${line(entry).slice(0, (process.stderr.columns || 80) - 1)}`);
}

function line({ title, note, started }: Running): string {
	return `${title} ... ${elapsed(started)}${note && ` (${note})`}`;
}

function print(text: string): void {
	process.stderr.write(`${text}\n`);
}

function elapsed(since: number): string {
	const tenths = Math.round((Date.now() - since) / 100);
	if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
	const seconds = Math.round(tenths / 10);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
