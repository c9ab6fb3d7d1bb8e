/** A file under a folder that stands for a host. */
export interface TreeFile {
	content: string;
	/** Octal: `0600`. */
	mode: string;
}

/** A file to write. */
export interface WantedFile extends TreeFile {
	/** Content of an existing file that is replaced without `--force`. @default none */
	replaces?: string;
}

/** Files by their path on the host. */
export type Tree = Record<string, WantedFile>;

/** Reads the file at a host's path; undefined where none is there. */
export type ReadFile = (path: string) => TreeFile | undefined;
