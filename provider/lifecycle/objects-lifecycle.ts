import { isDeepStrictEqual } from "node:util";
import type { NodeSpec } from "../config/node";
import { forgetObjects, objectsOwnedBy, recordObjectOwner } from "../hosts/placement/object-owners";
import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { withCleanUp } from "../hosts/with-clean-up";
import { type Api, api, apiUnlessGone, callTimeout, look } from "../kubernetes/api";
import { identityOf, nameOf, project } from "../kubernetes/objects";
import type { KubernetesObject } from "../render/kubernetes-object";
import { type Lifecycle, PartialFailure } from "./lifecycle";

/** Objects of one resource, and the way to their API. */
export interface ObjectsInputs {
	/** Through which control planes the API is reached. */
	controlPlanes: HostReference[];
	/** How long a request is tried. @default "1m0s" */
	kubernetesAPICall?: string;
	objects: KubernetesObject[];
}

export interface ObjectsOutputs {
	/** Names of the objects that are there. */
	applied: string[];
}

/**
 * The lifecycle of a set of objects: applied server-side in their order, removed in reverse; those that are no longer
 * wanted are removed; drift of the fields that were said is seen and put back.
 * @param render from a program's arguments to the objects
 * @param kubeconfigs on the control plane, the first that exists is used
 */
export function objectsLifecycle<Args extends { controlPlanes: HostReference[]; node?: NodeSpec }>({
	render,
	kubeconfigs,
}: {
	render: (args: Args) => KubernetesObject[];
	kubeconfigs?: readonly string[];
}): Lifecycle<Args, ObjectsInputs, ObjectsOutputs> {
	const change = async (id: string, inputs: ObjectsInputs, was: KubernetesObject[], again = false) => {
		const there = new Map(was.map((object) => [nameOf(object), object]));
		const own = () => [...there.values()].map(identityOf);
		try {
			await withCleanUp(
				async () => converge(await api(inputs, { kubeconfigs }), inputs.objects, { there, again }),
				() => recordObjectOwner(inputs.controlPlanes, own(), id),
			);
			await forgetObjects(
				inputs.controlPlanes,
				was.map(identityOf).filter((name) => !own().includes(name)),
			);
		} catch (error) {
			if (there.size === 0) throw error;
			throw new PartialFailure(id, { objects: [...there.values()], applied: [...there.keys()] }, error as Error);
		}
		return { applied: inputs.objects.map(nameOf) };
	};
	return {
		outputs: ["applied"],
		check: (args) => ({ controlPlanes: args.controlPlanes, ...callTimeout(args.node), objects: render(args) }),
		async create(inputs) {
			const id = newId(inputs.objects[0] ? nameOf(inputs.objects[0]) : "objects");
			return { id, outputs: await change(id, inputs, []) };
		},
		async read(_id, state) {
			const all = (server: Api) => Promise.all(state.objects.map((wanted) => seen(server, wanted)));
			const found = await look(state, all, { kubeconfigs });
			const objects = found.filter((object) => object !== undefined);
			if (objects.length === 0 && state.objects.length > 0) return undefined;
			return { ...state, objects, applied: objects.map(nameOf) };
		},
		update: (id, state, inputs) => change(id, inputs, state.objects, state.unread !== undefined),
		async delete(id, state) {
			const own = await objectsOwnedBy(state.controlPlanes, state.objects.map(identityOf), id);
			const server = await apiUnlessGone(state, { kubeconfigs });
			for (const object of state.objects.toReversed())
				if (own.includes(identityOf(object))) await server?.delete(object);
			await forgetObjects(state.controlPlanes, own);
		},
	};
}

/** What there is of a wanted object. Where the API server only has other words for the same, it is as wanted: it is asked which. */
async function seen(server: Api, wanted: KubernetesObject): Promise<KubernetesObject | undefined> {
	const living = await server.read(wanted);
	const same = isDeepStrictEqual(project(living, wanted, wanted), wanted);
	const applied = living && !same ? ((await server.dryRun(wanted)) ?? wanted) : wanted;
	return project(living, wanted, applied) as KubernetesObject | undefined;
}

/** Applies what differs from what is there (or all of it again), removes what is no longer wanted, and keeps the account of what is there. */
async function converge(
	server: Api,
	objects: readonly KubernetesObject[],
	{ there, again }: { there: Map<string, KubernetesObject>; again: boolean },
): Promise<void> {
	for (const object of objects) {
		if (!again && isDeepStrictEqual(there.get(nameOf(object)), object)) continue;
		await server.apply(object);
		there.set(nameOf(object), object);
	}
	const wanted = new Set(objects.map(identityOf));
	for (const [name, object] of [...there].reverse()) {
		if (!wanted.has(identityOf(object))) await server.delete(object);
		if (!objects.some((other) => nameOf(other) === name)) there.delete(name);
	}
}
