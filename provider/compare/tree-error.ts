import { ExpectationError } from "../config/expected";
/** A file or folder of a tree that cannot be read, which is not the same as none. The message is for people. */
export class TreeError extends ExpectationError {
	override name = "TreeError";
}
