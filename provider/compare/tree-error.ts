import { ExpectationError } from "../config/expected";
/** Error for a file or folder of a tree that exists and cannot be read. The message is for people. */
export class TreeError extends ExpectationError {
	override name = "TreeError";
}
