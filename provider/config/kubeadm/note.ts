/** A field of a file that does nothing here, and why. */
export interface Note {
	path: string;
	message: string;
}
