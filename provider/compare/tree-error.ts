/** A file or folder of a tree that cannot be read, which is not the same as none. The message is for people. */
export class TreeError extends Error {
	override name = "TreeError";
}
