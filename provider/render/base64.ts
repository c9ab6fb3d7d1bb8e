import { isUnknown } from "../facts/unknown";

/** Text in base64; what is not known yet stays recognizable. */
export function base64(text: string): string {
	return isUnknown(text) ? text : Buffer.from(text, "utf8").toString("base64");
}
