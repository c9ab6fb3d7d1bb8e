import { isDeepStrictEqual } from "node:util";
import type { NodeSpec } from "../config/node";
import { isUnknown, UNKNOWN } from "../facts/unknown";
import { newId } from "../hosts/placement/place";
import type { HostReference } from "../hosts/reach";
import { status } from "../hosts/status";
import { type Api, callTimeout, readFromApi } from "../kubernetes/api";
import { nameOf, project } from "../kubernetes/objects";
import { changedByHand } from "../phases/components/left-alone";
import { type ApiSite, type ObjectSet, objectSet } from "../phases/components/object-set";
import { type HandField, valueIn, withValue } from "../render/addons/left-alone";
import type { KubernetesObject } from "../render/kubernetes-object";
import { type Lifecycle, PartialFailure } from "./lifecycle";

/** Inputs of a set of Kubernetes objects, as the state keeps them. */
export interface ObjectsInputs {
	/** Control planes through which the API is reached, tried in this order. */
	controlPlanes: HostReference[];
	/** Time limit of a request with its retries, as a Go duration. @default "1m0s" */
	kubernetesAPICall?: string;
	/** The objects, with the fields that the program sets. */
	objects: KubernetesObject[];
	/**
	 * Fields that the program does not set, each as `Kind name path`: what a person changed there in the API stays. Absent
	 * for objects without such fields.
	 */
	leftAlone?: string[];
}

/** Outputs of a set of Kubernetes objects. */
export interface ObjectsOutputs {
	/** Objects that exist in the API, each as `Kind namespace/name`. */
	applied: string[];
}

/**
 * Makes the lifecycle of a set of Kubernetes objects. A refresh shows drift of the fields that the program sets, and
 * the next `up` repairs it. `read` returns `undefined` where none of the objects exists. `create` and `update` throw
 * PartialFailure where only some objects were applied.
 * @param render computes the objects from a program's arguments, and from the objects that the state has
 * @param component applies and removes the objects @default a plain set of objects
 * @param handFields fields of the objects that people change by hand. @default none
 * @param leftAlone computes which of `handFields` the program does not set. @default none
 * @param kubeconfigs paths on the control plane; the first that exists is used @default admin.conf
 */
export function objectsLifecycle<Args extends { controlPlanes: HostReference[]; node?: NodeSpec }>({
	render,
	component = objectSet("objects"),
	handFields = [],
	leftAlone = () => [],
	kubeconfigs,
}: {
	render: (args: Args, before: readonly KubernetesObject[]) => KubernetesObject[];
	component?: ObjectSet;
	handFields?: readonly HandField[];
	leftAlone?: (args: Args) => readonly HandField[];
	kubeconfigs?: readonly string[];
}): Lifecycle<Args, ObjectsInputs, ObjectsOutputs> {
	const save = async (owner: string, inputs: ObjectsInputs, before: KubernetesObject[], applyAll = false) => {
		const applied = new Map(before.map((object) => [nameOf(object), object]));
		try {
			const digests = await component.save(
				{ ...siteOf(inputs), owner, applied, applyAll, leftAlone: leftAloneIn(inputs) },
				inputs.objects,
			);
			return { applied: Object.keys(digests) };
		} catch (error) {
			if (applied.size === 0) throw error;
			throw new PartialFailure(owner, { objects: [...applied.values()], applied: [...applied.keys()] }, error as Error);
		}
	};
	const leftAloneIn = ({ leftAlone: texts = [] }: ObjectsInputs) =>
		handFields.filter((field) => texts.includes(textOf(field)));
	const siteOf = ({ controlPlanes, kubernetesAPICall }: ObjectsInputs): ApiSite => ({
		controlPlanes,
		kubernetesAPICall,
		kubeconfigs,
	});
	return {
		check(args, old) {
			const fields = leftAlone(args);
			const unset = isUnknown(fields) ? UNKNOWN : fields.map(textOf);
			return {
				controlPlanes: args.controlPlanes,
				...callTimeout(args.node),
				objects: render(args, old?.objects ?? []),
				...(unset.length > 0 ? { leftAlone: unset as string[] } : {}),
			};
		},
		async create(inputs) {
			const id = newId(inputs.objects[0] ? nameOf(inputs.objects[0]) : "objects");
			return { id, outputs: await save(id, inputs, []) };
		},
		async read(_id, state) {
			const fields = leftAloneIn(state);
			const all = (server: Api) =>
				Promise.all(
					state.objects.map(async (wanted) => {
						const live = await readForState(server, wanted);
						const byHand = changedByHand(fields, { live, wanted });
						const object = live && byHand.reduce((made, field) => withValue(made, field, valueIn(wanted, field)), live);
						return { object, byHand };
					}),
				);
			const found = await readFromApi(state, all, { kubeconfigs });
			const changed = found.flatMap(({ byHand }) => byHand);
			if (changed.length > 0)
				status(`${component.name}: changed by hand and left alone: ${changed.map(said).join(", ")}`);
			const objects = found.map(({ object }) => object).filter((object) => object !== undefined);
			if (objects.length === 0 && state.objects.length > 0) return undefined;
			return { ...state, objects, applied: objects.map(nameOf) };
		},
		update(id, state, inputs) {
			// A field that the program sets from now on may have another value in the API than the state has.
			const isSet = !isDeepStrictEqual(state.leftAlone, inputs.leftAlone);
			return save(id, inputs, state.objects, isSet || state.unread !== undefined);
		},
		delete: (owner, state) => component.clean({ ...siteOf(state), owner }, state.objects),
	};
}

function textOf({ kind, name, path }: HandField): string {
	return `${kind} ${name} ${path}`;
}

/** What a person reads of a field that somebody changed. */
function said(field: HandField): string {
	return `${textOf(field)} (in the program: ${field.setBy})`;
}

/**
 * Reads an object, reduced to the wanted fields. Where values differ, a dry run tells whether the API server only
 * writes the wanted values in another form; such values count as equal.
 */
async function readForState(server: Api, wanted: KubernetesObject): Promise<KubernetesObject | undefined> {
	const living = await server.read(wanted);
	const same = isDeepStrictEqual(project(living, wanted, wanted), wanted);
	const applied = living && !same ? ((await server.dryRun(wanted)) ?? wanted) : wanted;
	return project(living, wanted, applied) as KubernetesObject | undefined;
}
