/** A file under a folder that stands for a host. */
export interface TreeFile {
	content: string;
	/** Octal: `0600`. */
	mode: string;
}

/** A file as it is to be. */
export interface WantedFile extends TreeFile {
	/** A content that it may take the place of unasked. */
	replaces?: string;
}

/** Files by their path on the host. */
export type Tree = Record<string, WantedFile>;

/** Reads the file at a host's path; undefined where none is there. */
export type ReadFile = (path: string) => TreeFile | undefined;
