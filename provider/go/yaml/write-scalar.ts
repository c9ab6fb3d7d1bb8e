/** Position of a text in a YAML document. */
interface Position {
	/** Indentation of the text's further lines. */
	indent: number;
	/** Column of the text's first letter. */
	column: number;
	/** Keys are never folded. */
	isKey: boolean;
}

/** A blank beyond this column becomes a line break. */
const width = 80;

/** A text in the style that go-yaml chooses: plain if it can be, else in quotes or as a block. */
export function writeScalar(text: string, position: Position): string {
	const { plain, single, block } = allowed(text);
	if (text.includes("\n") && block && !position.isKey) return literal(text, position.indent);
	if (text.includes("\n") || isSomethingElse(text)) return double(text, position);
	if (plain && !(text === "" && position.isKey)) return fold(text, position, 0);
	return single
		? `'${fold(text.replaceAll("'", "''"), { ...position, column: position.column + 1 }, 1)}'`
		: double(text, position);
}

const words = new Set(
	`y Y yes Yes YES n N no No NO true True TRUE false False FALSE on On ON off Off OFF ~ null Null NULL
	.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF <<`.split(/\s+/),
);

/** Whether a reader would take the plain text for a boolean, null, number or time (YAML 1.1). */
function isSomethingElse(text: string): boolean {
	if (text === "") return true;
	if (words.has(text)) return !text.startsWith("<");
	if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return true;
	if (text.startsWith(".")) return /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(text) && isInRange(text);
	if (!/^[-+\d]/.test(text)) return false;
	return isNumber(text.replaceAll("_", "")) || isTime(text);
}

/** Go's notations of integers, within 64 bits; else floats. */
function isNumber(text: string): boolean {
	const digits = text.replace(/^[-+]/, "");
	if (/^(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[0-7]*|0[bB][01]+|[1-9]\d*)$/.test(digits) && isWithin64Bits(text))
		return true;
	if (/^0b[-+][01]+$/.test(text)) return true;
	return /^(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits) && isInRange(digits);
}

function isInRange(text: string): boolean {
	return Number.isFinite(Number(text.replaceAll("_", "")));
}

function isWithin64Bits(text: string): boolean {
	const digits = text.replace(/^[-+]/, "").replace(/^0(?=\d)/, "0o");
	const value = BigInt(digits);
	if (text.startsWith("-")) return value <= 2n ** 63n;
	return value < 2n ** (text.startsWith("+") ? 63n : 64n);
}

function isTime(text: string): boolean {
	const match =
		/^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/.exec(
			text,
		);
	if (!match) return false;
	const [year = 0, month = 0, day = 0, ...clock] = match.slice(1).map((part) => Number(part ?? 0));
	const [hour = 0, minute = 0, second = 0] = clock[0] || clock[1] || clock[2] ? clock : clock.slice(3);
	const inMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
	return month >= 1 && month <= 12 && day >= 1 && day <= inMonth && hour < 24 && minute < 60 && second < 60;
}

/** The styles that keep a text as it is. */
function allowed(text: string): { plain: boolean; single: boolean; block: boolean } {
	const special =
		/[^\n\x20-\x7e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(text) || / [\n\r\u0085\u2028\u2029]/.test(text);
	const breaks = /[\n\r\u0085\u2028\u2029]/.test(text);
	const indicator =
		/^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))/.test(text) ||
		/:(?:[ \t]|$)/.test(text) ||
		/[ \t\r\n\u0085\u2028\u2029]#/.test(text);
	const atEdge = /^[ \n\r\u0085\u2028\u2029]|[ \n\r\u0085\u2028\u2029]$/.test(text);
	return {
		plain: !special && !breaks && !indicator && !atEdge,
		single: !special && !/[\n\r\u0085\u2028\u2029] /.test(text),
		block: !special && !text.endsWith(" ") && text !== "",
	};
}

/** @param edge how many letters at both ends must stay on their line */
function fold(text: string, position: Position, edge: number): string {
	if (position.isKey) return text;
	let column = position.column;
	let afterBlank = false;
	let result = "";
	const letters = [...text];
	for (const [index, letter] of letters.entries()) {
		const isInside = edge === 0 || (index > 0 && index < letters.length - 1);
		if (letter === " " && !afterBlank && column > width && isInside && letters[index + 1] !== " ") {
			result += `\n${" ".repeat(position.indent)}`;
			column = position.indent;
		} else {
			result += letter;
			column++;
		}
		afterBlank = letter === " ";
	}
	return result;
}

const escapes: Readonly<Record<string, string>> = {
	"\0": "0",
	"\x07": "a",
	"\b": "b",
	"\t": "t",
	"\n": "n",
	"\v": "v",
	"\f": "f",
	"\r": "r",
	"\x1b": "e",
	'"': '"',
	"\\": "\\",
	"\u0085": "N",
	"\u00a0": "_",
	"\u2028": "L",
	"\u2029": "P",
};

function double(text: string, position: Position): string {
	let column = position.column + 1;
	let afterBlank = false;
	let result = "";
	const letters = [...text];
	for (const [index, letter] of letters.entries()) {
		const isInside = index > 0 && index < letters.length - 1;
		if (letter === " " && !afterBlank && !position.isKey && column > width && isInside) {
			const keep = letters[index + 1] === " " ? "\\" : "";
			result += `\n${" ".repeat(position.indent)}${keep}`;
			column = position.indent + keep.length;
		} else {
			const written = escaped(letter);
			result += written;
			column += [...written].length;
		}
		afterBlank = letter === " ";
	}
	return `"${result}"`;
}

function escaped(letter: string): string {
	const isPlain = /[\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(letter);
	if (isPlain && !'"\\\u2028\u2029'.includes(letter)) return letter;
	const short = escapes[letter];
	if (short !== undefined) return `\\${short}`;
	const code = letter.codePointAt(0) ?? 0;
	const [mark, digits] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
	return `\\${mark}${code.toString(16).toUpperCase().padStart(Number(digits), "0")}`;
}

function literal(text: string, indent: number): string {
	const hint = /^[ \n\r]/.test(text) ? "2" : "";
	const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
	const margin = " ".repeat(indent);
	const body = chomp === "-" ? text : text.slice(0, -1);
	return `|${hint}${chomp}\n${`\n${body}`.replace(/([\n\u2028\u2029])(?=[^\n\u2028\u2029])/g, `$1${margin}`).slice(1)}`;
}
