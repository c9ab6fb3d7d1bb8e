import { isDeepStrictEqual } from "node:util";
import { type ConnectionArgs, connectionProblems } from "../config/connection";
import type { HostFacts } from "../config/node";
import { SpecError } from "../config/problems";
import { isUnknown } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import { type HostReference, reach, recordMove } from "../hosts/reach";
import { type ConnectedHost, connect } from "../hosts/ssh/ssh";
import { status } from "../hosts/status";
import { readFacts } from "../phases/host-facts";
import type { Lifecycle } from "./lifecycle";

export interface HostArgs {
	/** How the machine is reached over SSH: the connection object of @pulumi/command fits. */
	connection: ConnectionArgs;
	/** Facts that are known without asking the machine; they win over what it answers. The first preview shows them. */
	facts?: Partial<HostFacts>;
	/** Whether a host key that is neither given nor in known_hosts is accepted at the first contact, and expected from then on. @default true */
	trustOnFirstUse?: boolean;
}

export interface HostInputs extends Partial<HostOutputs> {
	connection: ConnectionArgs;
	givenFacts: Partial<HostFacts>;
	trustOnFirstUse: boolean;
}

export interface HostOutputs {
	facts: HostFacts;
	/** `ssh-ed25519 AAAA…`: what it showed when it was first reached, and must show from then on. */
	hostKey: string;
	/** The bastion's, likewise; empty where there is none. */
	proxyHostKey: string;
}

/** A machine: reached over SSH, its facts read once and kept. */
export const host: Lifecycle<HostArgs, HostInputs, HostOutputs> = {
	check({ connection, facts = {}, trustOnFirstUse = true }, old) {
		const problems = isUnknown(connection) ? [] : connectionProblems(connection);
		if (problems.length > 0)
			throw new SpecError(
				"Host",
				problems.map((problem) => ({ ...problem, path: `connection${problem.path && `.${problem.path}`}` })),
			);
		return {
			connection,
			givenFacts: facts,
			trustOnFirstUse,
			...(old ? lasting(old, { connection, givenFacts: facts }) : {}),
		};
	},

	async create({ connection, givenFacts: given, trustOnFirstUse }) {
		const reached = await connect(connection, { trustOnFirstUse });
		const facts = { ...(await readFacts(reached, given)), ...given };
		return { id: newId(facts.machineId), outputs: { facts, ...keysOf(reached) } };
	},

	/** Facts stay as they were read: a host that was given another resolver must not change a running cluster. */
	async read(_id, state) {
		await sameMachine(state, state.facts.machineId);
		return state;
	},

	async update(_id, state, { connection, givenFacts: given, trustOnFirstUse }) {
		if (!state.facts) return (await host.create({ connection, givenFacts: given, trustOnFirstUse })).outputs;
		const moved = connection.host !== state.connection.host || connection.port !== state.connection.port;
		const reached = await reach({ ...state, connection } as HostReference);
		const said = await readFacts(reached, given);
		refuseOther(reached.name, said.machineId, state.facts.machineId);
		recordMove(state, { connection, ...keysOf(reached) });
		if (moved) status(`${reached.name}: the same machine under another address`);
		const facts = { ...asFirstRead(state.facts, said, state.givenFacts), ...given };
		return { facts, ...keysOf(reached) };
	},

	async delete() {},
};

/** What another way to the same machine leaves as it is. An update's outputs are not known in a preview, its inputs are. */
function lasting(
	{ facts, hostKey, proxyHostKey, ...was }: HostInputs,
	{ connection, givenFacts: given }: Pick<HostInputs, "connection" | "givenFacts">,
): Partial<HostOutputs> {
	const sameKey = hostKey !== undefined && !isUnknown(connection) && was.connection.hostKey === connection.hostKey;
	const sameProxy = proxyHostKey !== undefined && isDeepStrictEqual(was.connection.proxy, connection.proxy);
	return {
		...(facts && isDeepStrictEqual(was.givenFacts, given) ? { facts } : {}),
		...(sameKey ? { hostKey } : {}),
		...(sameProxy ? { proxyHostKey } : {}),
	};
}

function keysOf({ hostKey, proxyHostKey = "" }: ConnectedHost): Pick<HostOutputs, "hostKey" | "proxyHostKey"> {
	return { hostKey, proxyHostKey };
}

/** Facts stay; only those that the program said until now are asked for. */
function asFirstRead(facts: HostFacts, said: HostFacts, given: Partial<HostFacts>): HostFacts {
	const read = Object.entries(facts).filter(([fact]) => !(fact in given));
	return Object.fromEntries([
		...read,
		...Object.entries(said).filter(([fact]) => fact in given),
	]) as unknown as HostFacts;
}

async function sameMachine(state: HostInputs & HostOutputs, machineId: string): Promise<void> {
	const reached = await reach(state);
	refuseOther(reached.name, (await readFacts(reached, state.givenFacts)).machineId, machineId);
}

/** A reused address is not the same machine. */
function refuseOther(name: string, got: string, expected: string): void {
	if (got === expected) return;
	throw new Error(
		`${name}: expected the machine ${expected} (its /etc/machine-id), got ${got}: another machine under this address; give a new machine a new name in the program`,
	);
}
