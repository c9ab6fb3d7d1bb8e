/** A file under a folder that stands for a host. */
export interface TreeFile {
	content: string;
	/** Octal: `0600`. */
	mode: string;
}

/** Files by their path on the host. */
export type Tree = Record<string, TreeFile>;

/** What lies at a path; undefined for nothing. */
export type Look = (path: string) => TreeFile | undefined;
