import { SpecError } from "../config/problems";
import { hasUnknowns } from "../facts/unknown";
import type { HostError } from "../hosts/host-error";
import { markDeclared } from "../hosts/placement/owner";
import { isDestroy, setProgramName } from "../hosts/placement/program";
import { redact } from "../hosts/redact";
import { status } from "../hosts/status";
import { Unread } from "../kubernetes/unread";
import { begin, forget, isInterrupted, lookAhead } from "./interrupted";
import {
	ID,
	kept,
	LAST_UPDATE,
	NEEDS_UPDATE,
	PROGRAM,
	type Properties,
	pick,
	split,
	splitKept,
	splitState,
	stateOf,
} from "./kept-state";
import { withKnownControlPlanes } from "./known-control-planes";
import { type CheckFailure, type Difference, type Lifecycle, nothingToDelete } from "./lifecycle";
import { lifecycleOf } from "./lifecycles";
import { ifGone, isGone, machinesOf, refuseOtherMachine, type Whereabouts, whileLocked } from "./machine-guards";
import { reporting, secretsIn } from "./reporting";
import { RESTARTS, restartsOf } from "./restarts";
import { withCluster } from "./sent-cluster";
import { TYPED_PATHS } from "./shape";
import { type ResourceKind, shapes } from "./shapes";
import { typedProblems } from "./typed-problems";
import { isClosedWay, isSilence, NEW_WAY, whyNotRead } from "./unreachable";
import { areEqual, CUT_OFF, differenceOf, reasonOf, UNREAD } from "./update-reasons";

/**
 * Returns the dynamic provider of one kind of resource. Each resource's state holds a text with this function's name and
 * the package's. States of 0.1.0 before this function was there call the other exported functions themselves.
 */
export function provider(kind: ResourceKind) {
	return {
		check: (olds: Properties, news: Properties) => check(kind, olds, news),
		diff: (_id: string, state: Properties, inputs: Properties) => diff(kind, state, inputs),
		create: (inputs: Properties) => create(kind, inputs),
		read: (id: string, state: Properties) => read(kind, id, state),
		update: (id: string, state: Properties, inputs: Properties) => update(kind, id, state, inputs),
		delete: (id: string, state: Properties) => remove(kind, id, state),
	};
}

/**
 * Answers `check` of the engine's protocol: the inputs, or failures. Each problem is a failure of its own, whose text
 * begins with the path that the person typed; its `property` is empty, as the engine would print that property's value.
 * The typed paths themselves are not stored. The inputs of a changed resource say what the update restarts.
 * @throws Error only for a failure that is no SpecError
 */
export function check(
	kind: ResourceKind,
	olds: Properties,
	news: Properties,
): { inputs?: Properties; failures?: CheckFailure[] } {
	const { own: sent, program, whole } = split(kind, news);
	const { [TYPED_PATHS]: typedPaths, ...args } = sent;
	const own = withCluster(args);
	if (typeof program === "string") setProgramName(program);
	try {
		const { own: before } = splitKept(kind, olds);
		const old = Object.keys(before).length > 0 ? before : undefined;
		refuseOtherMachine(old, own);
		const inputs = withKnownControlPlanes(lifecycleOf(kind).check(own, old), old);
		const restarts = restartsOf(kind, { inputs: old, restarts: olds[RESTARTS] }, inputs, own);
		return { inputs: kept(kind, { ...inputs, ...(restarts ? { [RESTARTS]: restarts } : {}) }, { whole }) };
	} catch (error) {
		if (!(error instanceof SpecError)) throw error;
		return {
			inputs: {},
			// The engine prints the value of a property that a failure names, secret or not.
			failures: typedProblems(error.problems, typedPaths).map(({ path, message }) => ({
				property: "",
				reason: redact(path ? `${path}: ${message}` : message, secretsIn(own)),
			})),
		};
	}
}

/**
 * Answers `diff` of the engine's protocol. `changes: false` where the inputs equal the state's, `changes: true` after a
 * refresh that could not read the resource, and after a change of which only the machine knows the begin. Empty where an
 * input is not known yet: the engine then compares. The reason for an update with equal inputs is shown as a status line.
 * @throws Error with a message without secrets, for a change that a running cluster cannot have
 */
export async function diff(kind: ResourceKind, state: Properties, inputs: Properties): Promise<Difference> {
	const { own: was, id, lastUpdate } = splitState(kind, state);
	if (id !== undefined) markDeclared(id);
	const { own: now } = splitKept(kind, inputs);
	if (hasUnknowns(now)) return {};
	if (kind === "Host" && !isGone(now)) lookAhead({ ...was, ...now });
	const { reason, ...answer } = await reporting({ kind, own: now }, async () => differenceOf(kind, was, now));
	if (reason && areEqual(kind, was, now)) status(`${id}: needs an update: ${reason}`);
	if (answer.changes !== false || id === undefined || isGone(now)) return answer;
	if (!(await isInterrupted(id, now, lastUpdate))) return answer;
	status(`${id}: needs an update: ${CUT_OFF}`);
	return { changes: true };
}

/**
 * Answers `create` of the engine's protocol: the id, and the state to keep.
 * @throws Error with a message without secrets; after a PartialFailure the error carries `id`, `properties` and
 * `reasons`, and the engine keeps the resource
 */
export async function create(kind: ResourceKind, inputs: Properties): Promise<{ id: string; outs: Properties }> {
	const { own, engine, whole } = splitKept(kind, inputs);
	return reporting({ kind, own, engine, whole }, async () => {
		const { id, outputs } = await whileLocked(own, () => lifecycleOf(kind).create(own));
		markDeclared(id);
		return { id, outs: stateOf(kind, id, { ...own, ...outputs }, { whole }) };
	});
}

/**
 * Answers `read` of the engine's protocol. An empty id means that the resource is gone. The state is returned unchanged
 * for a machine that is declared gone, does not answer or lets nobody in, and for a kind without `read`.
 * @throws Error with a message without secrets
 */
export async function read(
	kind: ResourceKind,
	id: string,
	state: Properties,
): Promise<{ id: string; props: Properties; inputs?: Properties }> {
	const lifecycle = lifecycleOf(kind);
	const { own, id: known, lastUpdate, whole } = splitState(kind, state);
	const problem = isGone(own) ? undefined : await whyNotRead(own);
	const isAsked = !isGone(own) && !problem;
	const isRead = lifecycle.read && isAsked;
	const read = isRead ? await reporting({ kind, own }, () => look(lifecycle, id, own)) : unread(own, problem);
	if (!read) return { id: "", props: {} };
	const isCutOff = isAsked && (await isInterrupted(id, own, lastUpdate));
	const found = isCutOff ? { [UNREAD]: CUT_OFF, ...read } : read;
	const added = { [ID]: known, [PROGRAM]: state[PROGRAM], [LAST_UPDATE]: lastUpdate };
	const props = kept(kind, { ...found, ...added }, { whole });
	const { inputs: names, knownInPreview = [] } = shapes[kind];
	const inputs = pick(props, [...names, ...knownInPreview]);
	const reason = reasonOf(kind, found);
	return { id, props, inputs: reason ? { ...inputs, [NEEDS_UPDATE]: reason } : inputs };
}

/**
 * Answers `update` of the engine's protocol: the state to keep.
 * @throws Error with a message without secrets; after a PartialFailure the error carries `id`, `properties` and
 * `reasons`
 */
export async function update(
	kind: ResourceKind,
	id: string,
	state: Properties,
	inputs: Properties,
): Promise<{ outs: Properties }> {
	const { own, engine, whole } = splitKept(kind, inputs);
	const { own: was, lastUpdate } = splitState(kind, state);
	const cutOff = !(UNREAD in was) && (await isInterrupted(id, own, lastUpdate)) ? { [UNREAD]: CUT_OFF } : {};
	// A failure that keeps the resource keeps the id of its change as well.
	const keptByFailure = { ...engine };
	return reporting({ kind, own, engine: keptByFailure, whole }, () =>
		whileLocked(own, async () => {
			const begun = await beginChange(id, own);
			Object.assign(keptByFailure, begun);
			const outputs = await lifecycleOf(kind).update(id, { ...was, ...cutOff }, own);
			return { outs: stateOf(kind, id, { ...own, ...outputs, ...begun }, { whole }) };
		}),
	);
}

/** Records on the machine of a resource that a change begins. @returns what the state is to have of it */
async function beginChange(id: string, own: Whereabouts): Promise<Properties> {
	const lastUpdate = await begin(id, own);
	return lastUpdate === undefined ? {} : { [LAST_UPDATE]: lastUpdate };
}

/**
 * Answers `delete` of the engine's protocol. Nothing is done on a machine that is declared gone.
 * @throws Error with a message without secrets; for a machine that does not answer, the message says how to declare the
 * machine gone
 */
export async function remove(kind: ResourceKind, id: string, state: Properties): Promise<void> {
	const { own, lastUpdate } = splitState(kind, state);
	if (isGone(own)) {
		status(`${id}: its host is said to be gone for good, nothing is done there`);
		return reporting({ kind, own }, async () => lifecycleOf(kind).deleteGone?.(id, own));
	}
	if (lifecycleOf(kind).delete === nothingToDelete && lastUpdate === undefined) return;
	await reporting({ kind, own }, () =>
		whileLocked(own, () => deleteMarked(kind, id, own, lastUpdate), { leaves: partsOfControlPlane.has(kind) }).catch(
			(error) => sayIfGone(own, error),
		),
	);
}

/** Kinds whose delete takes an API server or an etcd member away. */
const partsOfControlPlane = new Set<ResourceKind>(["StaticPodManifest", "EtcdData"]);

/** A delete that is cut off is seen by the next `up` of a program that has the resource again. A destroy has no such program. */
async function deleteMarked(kind: ResourceKind, id: string, own: Properties, lastUpdate: unknown): Promise<void> {
	const begun = isDestroy() ? lastUpdate : await begin(id, own);
	await lifecycleOf(kind).delete(id, own);
	if (begun !== undefined) await forget(id, own);
}

/**
 * Reads a resource. Where the host answers but its API does not, the state is kept with the reason, and the next `up`
 * updates the resource.
 */
async function look(lifecycle: Lifecycle<any, any, any>, id: string, own: Properties): Promise<Properties | undefined> {
	const { [UNREAD]: _before, ...state } = own;
	try {
		return await lifecycle.read!(id, state);
	} catch (error) {
		if (!(error instanceof Unread)) throw error;
		status(`${id}: not read, and made as it should be by the next \`pulumi up\`: ${error.message}`);
		return { ...state, [UNREAD]: error.message };
	}
}

/**
 * State of a resource that was not read. A `Host` whose connection no longer leads into its machine is updated by the next
 * `up`, which tries the connection of the program and fails where that does not work either.
 */
function unread(own: Properties, problem: HostError | undefined): Properties {
	return isClosedWay(problem) && "connection" in own ? { ...own, [UNREAD]: problem.message } : own;
}

/** Names the way to remove what is on a machine that does not answer, or that the state's connection does not lead into. */
function sayIfGone(own: Properties, error: Error): never {
	const [machine] = machinesOf(own);
	const way = isSilence(error) ? machine && ifGone(machine.connection.host) : isClosedWay(error) ? NEW_WAY : undefined;
	throw way ? new Error(`${error.message}\n  ${way}`, { cause: error }) : error;
}
