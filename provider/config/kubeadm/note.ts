/** A field of a file that has no effect here, with the reason. */
export interface Note {
	path: string;
	message: string;
}
