import { readFileSync } from "node:fs";

/** The text of a file of this machine. @throws Error where it cannot be read, or is in another encoding than UTF-8 */
export function readTextFile(path: string): string {
	return decodeText(readFileSync(path));
}

/** Bytes as text; what is no UTF-8 is refused, as kubeadm refuses it, and not read with other letters in its place. */
export function decodeText(bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Error("text that is not in UTF-8; `iconv -t UTF-8` converts it");
	}
}
