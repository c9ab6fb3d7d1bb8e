/** Shows a status line of a running operation, for example of a wait. Must hold no secret. */
export function status(line: string): void {
	console.log(line);
}
