import { readFileSync } from "node:fs";

/** Reads a text file of this machine. @throws Error for a file that cannot be read, or in another encoding than UTF-8 */
export function readTextFile(path: string): string {
	return decodeText(readFileSync(path));
}

/** Decodes bytes as UTF-8. @throws Error for any other encoding, as kubeadm refuses it, instead of substituting characters */
export function decodeText(bytes: Uint8Array): string {
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Error("text that is not in UTF-8; `iconv -t UTF-8` converts it");
	}
}
