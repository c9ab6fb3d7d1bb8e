import {
	BaseAgent,
	createAgent,
	type IdentityCallback,
	type ParsedKey,
	type SignCallback,
	type SigningRequestOptions,
} from "ssh2";

/** What an SSH agent answered in one login. */
export interface AgentOutcome {
	/** Number of keys that the agent listed. Absent before the agent answered. */
	keys?: number;
	/** Error of an agent that did not answer. */
	error?: Error;
	/** Whether the host asked for a signature with SHA-1, which was not given. */
	sha1?: boolean;
}

/**
 * Makes an agent client that notes in `outcome` what the agent answered. ssh2 itself goes on without a word.
 * @param allowSha1 whether the agent may sign with SHA-1
 */
export function observedAgent(
	socketPath: string,
	{ allowSha1, outcome }: { allowSha1: boolean; outcome: AgentOutcome },
): BaseAgent {
	return new ObservedAgent(createAgent(socketPath), allowSha1, outcome);
}

class ObservedAgent extends BaseAgent<ParsedKey> {
	readonly #agent: BaseAgent;
	readonly #allowSha1: boolean;
	readonly #outcome: AgentOutcome;

	constructor(agent: BaseAgent, allowSha1: boolean, outcome: AgentOutcome) {
		super();
		this.#agent = agent;
		this.#allowSha1 = allowSha1;
		this.#outcome = outcome;
	}

	getIdentities(done: IdentityCallback<ParsedKey>): void {
		this.#agent.getIdentities((error, keys) => {
			if (error) this.#outcome.error = error;
			else this.#outcome.keys = keys?.length ?? 0;
			done(error as Error, keys as ParsedKey[]);
		});
	}

	sign(key: ParsedKey, data: Buffer, options: SigningRequestOptions | SignCallback, done?: SignCallback): void {
		if (typeof options === "function") this.#agent.sign(key, data, options);
		else if (options.hash !== "sha1" || this.#allowSha1) this.#agent.sign(key, data, options, done);
		else {
			this.#outcome.sha1 = true;
			done?.(new Error("SHA-1 is not used"));
		}
	}
}
