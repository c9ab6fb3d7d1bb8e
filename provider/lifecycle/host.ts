import { isDeepStrictEqual } from "node:util";
import { type ConnectionArgs, connectionProblems } from "../config/connection";
import { ExpectationError } from "../config/expected";
import { type HostFacts, nodeProblems } from "../config/node";
import { SpecError, under } from "../config/problems";
import { structureProblems } from "../config/structure";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { firstContact } from "../hosts/first-contact";
import { forgetUpdates } from "../hosts/placement/last-update";
import { abandonClaim } from "../hosts/placement/node-claim";
import { newId } from "../hosts/placement/place";
import { reach, recordMove } from "../hosts/reach";
import { hostName } from "../hosts/ssh/connection";
import { type ConnectedHost, connect } from "../hosts/ssh/ssh";
import { status } from "../hosts/status";
import { readFacts } from "../phases/host-facts";
import { removeBootstrapKubeconfig } from "../phases/kubelet/credentials";
import { removeUnfinished } from "../phases/reset/unfinished";
import type { Lifecycle } from "./lifecycle";
import { isListedIn } from "./machine-guards";

/** Arguments of a `Host`. */
export interface HostArgs {
	/** SSH connection to the machine. The connection object of @pulumi/command is accepted. */
	connection: ConnectionArgs;
	/**
	 * Facts that the program states. Stated facts win over the machine's answers, and the first preview shows them.
	 * @default all facts are read from the machine
	 */
	facts?: Partial<HostFacts>;
	/**
	 * Whether a host key that is neither given nor in known_hosts is accepted at the first contact, and expected from
	 * then on.
	 * @default true
	 */
	trustOnFirstUse?: boolean;
	/**
	 * Limit of each wait at the first contact, in seconds, as the machine may have been made a moment ago: until its SSH server
	 * answers, then until its cloud-init has ended. A `dialErrorLimit` of the connection limits the first of them instead.
	 * @default 300
	 */
	bootTimeoutSeconds?: number;
}

/** Inputs of a `Host`, as the state keeps them. */
export interface HostInputs extends Partial<HostOutputs> {
	/** SSH connection to the machine. */
	connection: ConnectionArgs;
	/** Facts that the program states. Empty where it states none. */
	givenFacts: Partial<HostFacts>;
	/** Whether a host key that is neither given nor in known_hosts is accepted at the first contact. */
	trustOnFirstUse: boolean;
	/** Limit of each wait at the first contact, in seconds. Absent where the program does not give it. */
	bootTimeoutSeconds?: number;
}

/** Outputs of a `Host`. */
export interface HostOutputs {
	/** Facts of the machine: those that the program states, and the others as read at the first contact. */
	facts: HostFacts;
	/** SSH host key of the machine, `ssh-ed25519 AAAA…`: shown at the first contact, and expected from then on. */
	hostKey: string;
	/** SSH host key of the bastion: shown at the first contact, and expected from then on. Empty without a bastion. */
	proxyHostKey: string;
	/** Time of the first contact, in milliseconds since 1970. Absent for a host of a release that did not keep it. */
	firstContact?: number;
}

/**
 * Lifecycle of a machine that is reached over SSH. The machine's facts are read once and kept. `read` and `update`
 * throw ExpectationError where another machine answers at the address that is not said to be set up anew.
 */
export const host: Lifecycle<HostArgs, HostInputs, HostOutputs> = {
	check({ connection, facts = {}, trustOnFirstUse = true, bootTimeoutSeconds }, old) {
		const problems = [
			...(isUnknown(connection) ? [] : under("connection", connectionProblems(connection))),
			...nodeProblems({ facts: facts as HostFacts }, UNKNOWN),
			...structureProblems(
				{ trustOnFirstUse: "bool", bootTimeoutSeconds: "int" },
				{ trustOnFirstUse, bootTimeoutSeconds },
			),
		];
		if (problems.length > 0) throw new SpecError("Host", problems);
		if (old) sayIfReplaced(old.connection, connection);
		return {
			connection,
			givenFacts: facts,
			trustOnFirstUse,
			...(bootTimeoutSeconds === undefined ? {} : { bootTimeoutSeconds }),
			...(old ? lasting(old, { connection, givenFacts: facts }) : {}),
		};
	},

	async create({ connection, givenFacts: given, trustOnFirstUse, bootTimeoutSeconds: timeoutSeconds }) {
		const reached = await firstContact(connection, { trustOnFirstUse, timeoutSeconds });
		const facts = { ...(await readFacts(reached, given)), ...given };
		return { id: newId(facts.machineId), outputs: { facts, ...keysOf(reached), firstContact: Date.now() } };
	},

	/**
	 * Checks that the host is still the same machine, and keeps the facts as first read: a changed resolver on the host
	 * must not change a running cluster. A host key that known_hosts now has is taken over. The facts of a machine that was
	 * set up anew are its own.
	 */
	async read(_id, state) {
		const reached = await reach(state);
		const factsOfHost = await readFacts(reached, state.givenFacts);
		const isNew = isSetUpAnew(reached, { is: factsOfHost.machineId, was: state.facts.machineId }, state.connection);
		const facts = isNew ? { facts: { ...factsOfHost, ...state.givenFacts } } : {};
		return { ...state, ...facts, ...keysOf(reached) };
	},

	async update(_id, state, inputs) {
		if (!state.facts) return (await host.create(inputs)).outputs;
		const { connection, givenFacts: given, trustOnFirstUse } = inputs;
		const moved = connection.host !== state.connection.host || connection.port !== state.connection.port;
		const reached = await connect(connection, {
			trustOnFirstUse,
			storedHostKey: state.hostKey,
			storedProxyHostKey: isSameBastion(state.connection.proxy, connection.proxy) ? state.proxyHostKey : undefined,
		});
		const factsOfHost = await readFacts(reached, given);
		const isNew = isSetUpAnew(
			reached,
			{ is: factsOfHost.machineId, was: state.facts.machineId },
			connection,
			state.connection,
		);
		if (isNew)
			status(`${reached.name}: the machine was set up anew; next, so that it gets what it lacks: pulumi up --refresh`);
		recordMove(state, { connection, ...keysOf(reached) });
		if (moved) status(`${reached.name}: the machine answers under another address`);
		const known = isNew ? factsOfHost : asFirstRead(state.facts, factsOfHost, state.givenFacts);
		const facts = { ...known, ...given };
		const { firstContact } = state;
		return { facts, ...keysOf(reached), ...(firstContact === undefined ? {} : { firstContact }) };
	},

	/** Removes what resources left on the machine that were cut off before the state knew them. The machine's other resources are gone by now. */
	async delete(_id, state) {
		const reached = await reach(state);
		await removeBootstrapKubeconfig(reached);
		await removeUnfinished(reached);
		await abandonClaim(reached);
		await forgetUpdates(reached);
	},
};

/** Says in a preview what a machine of the same program needs that may be replaced: its address is then not known before `up`. */
function sayIfReplaced(was: ConnectionArgs, is: ConnectionArgs): void {
	if (isUnknown(is) || isUnknown(was.host) || !isUnknown(is.host)) return;
	status(
		`${hostName(was)}: its address is known after \`pulumi up\` only, as the machine changes; where it is replaced: ${NEW_NAME}`,
	);
}

/** What to do where one machine takes the place of another. */
const NEW_NAME = "give the new machine a node name of its own, and the old node leaves before its machine";

/**
 * Outputs that stay when only the connection to the same machine changes. `check` repeats them among the inputs,
 * because a preview knows an update's inputs and not its outputs.
 */
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

/** Whether two connections go through one bastion, whose key the state then keeps. */
function isSameBastion(was: ConnectionArgs["proxy"], is: ConnectionArgs["proxy"]): boolean {
	return was?.host === is?.host && was?.port === is?.port;
}

function keysOf({ hostKey, proxyHostKey = "" }: ConnectedHost): Pick<HostOutputs, "hostKey" | "proxyHostKey"> {
	return { hostKey, proxyHostKey };
}

/** Keeps the facts that were read from the machine, and reads only those that the program stated until now. */
function asFirstRead(facts: HostFacts, said: HostFacts, given: Partial<HostFacts>): HostFacts {
	const read = Object.entries(facts).filter(([fact]) => !(fact in given));
	return Object.fromEntries([
		...read,
		...Object.entries(said).filter(([fact]) => fact in given),
	]) as unknown as HostFacts;
}

/**
 * Environment variable with the addresses, separated by commas, of machines that were set up anew and are to be the same
 * nodes. A refresh then finds what they lack, and `up` puts it there.
 */
const NEW_MACHINES = "PULUMI_KUBEADM_NEW_MACHINES";

/**
 * Whether another machine answers than before, of which the person says that it was set up anew.
 * @throws ExpectationError for any other machine: at a reused address, nothing of it may be changed
 */
function isSetUpAnew(
	{ name }: ConnectedHost,
	{ is, was }: { is: string; was: string },
	{ host: address }: ConnectionArgs,
	before?: ConnectionArgs,
): boolean {
	if (is === was) return false;
	if (isListedIn(NEW_MACHINES, address)) return true;
	const moved = before !== undefined && before.host !== address;
	const anew = `where this one was set up anew and is to be the same node: ${NEW_MACHINES}=${address} pulumi up --refresh`;
	throw new ExpectationError({
		at: name,
		expected: `the machine ${was} (its /etc/machine-id)`,
		got: `${is}: another machine under ${moved ? "another" : "this"} address`,
		next: moved ? NEW_NAME : `${NEW_NAME}; ${anew}`,
	});
}
