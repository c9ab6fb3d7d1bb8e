import { isUnknown } from "../facts/unknown";

/** Encodes a text (UTF-8) in base64. A text that is not known yet is returned unchanged. */
export function base64(text: string): string {
	return isUnknown(text) ? text : Buffer.from(text, "utf8").toString("base64");
}
