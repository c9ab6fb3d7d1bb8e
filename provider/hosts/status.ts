/** Writes a line among a running operation's messages: what a wait sees. Nothing secret comes here. */
export function status(line: string): void {
	console.log(line);
}
