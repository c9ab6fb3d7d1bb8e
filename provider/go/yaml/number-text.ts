/** A number whose text tells Go more than its value: an integer beyond 53 bits, or one that is written as a fraction. */
export class NumberText {
	readonly text: string;
	constructor(text: string) {
		this.text = text;
	}
	toJSON(): number {
		return Number(this.text);
	}
}
