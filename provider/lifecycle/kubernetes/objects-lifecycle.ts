import { isDeepStrictEqual } from "node:util";
import { hasUnknowns } from "../../facts/unknown";
import type { KubernetesObject } from "../../render/kubernetes-object";
import type { Lifecycle } from "../lifecycle";
import { newId } from "../placement/place";
import type { HostReference } from "../reach";
import { type Api, api } from "./api";
import { nameOf, project } from "./objects";

/** Objects of one resource, and the way to their API. */
export interface ObjectsInputs {
	/** Through which control planes the API is reached. */
	controlPlanes: HostReference[];
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
export function objectsLifecycle<Args extends { controlPlanes: HostReference[] }>({
	render,
	refuse,
	kubeconfigs,
}: {
	render: (args: Args) => KubernetesObject[];
	/** Why these objects must not replace those; throws. */
	refuse?: (objects: KubernetesObject[], old: KubernetesObject[]) => void;
	kubeconfigs?: readonly string[];
}): Lifecycle<Args, ObjectsInputs, ObjectsOutputs> {
	const applyAll = async (server: Api, objects: readonly KubernetesObject[]): Promise<ObjectsOutputs> => {
		for (const object of objects) await server.apply(object);
		return { applied: objects.map(nameOf) };
	};
	return {
		outputs: ["applied"],
		check(args, old) {
			const objects = render(args);
			if (refuse && old?.objects && !hasUnknowns(objects)) refuse(objects, old.objects);
			return { controlPlanes: args.controlPlanes, objects };
		},
		diff: (state, inputs) =>
			isDeepStrictEqual(state.objects, inputs.objects) && isDeepStrictEqual(state.controlPlanes, inputs.controlPlanes)
				? { changes: false }
				: {},
		async create({ controlPlanes, objects }) {
			return {
				id: newId(objects[0] ? nameOf(objects[0]) : "objects"),
				outputs: await applyAll(await api(controlPlanes, kubeconfigs), objects),
			};
		},
		async read(_id, state) {
			const server = await api(state.controlPlanes, kubeconfigs);
			const living = await Promise.all(
				state.objects.map(async (wanted) => project(await server.read(wanted), wanted) as KubernetesObject | undefined),
			);
			const objects = living.filter((object) => object !== undefined);
			if (objects.length === 0 && state.objects.length > 0) return undefined;
			return { ...state, objects, applied: objects.map(nameOf) };
		},
		async update(_id, state, { controlPlanes, objects }) {
			const server = await api(controlPlanes, kubeconfigs);
			const wanted = new Set(objects.map(nameOf));
			const unchanged = new Map(state.objects.map((object) => [nameOf(object), object]));
			await applyAll(
				server,
				objects.filter(
					(object) =>
						!isDeepStrictEqual(unchanged.get(nameOf(object)), object) || !state.applied?.includes(nameOf(object)),
				),
			);
			for (const object of state.objects.filter((old) => !wanted.has(nameOf(old))).reverse())
				await server.delete(object);
			return { applied: objects.map(nameOf) };
		},
		async delete(_id, state) {
			const server = await api(state.controlPlanes, kubeconfigs);
			for (const object of [...state.objects].reverse()) await server.delete(object);
		},
	};
}
