/** How to go on on a machine that can't have local hosts. */
export declare const ownHosts: string;

/** Why this process can't start local hosts, or undefined when nothing is known to stand in the way. */
export declare function refusal(): string | undefined;
