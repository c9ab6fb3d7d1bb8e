import { isDeepStrictEqual } from "node:util";
import { claimObjects, forgetObjects, objectsOwnedBy, returnObjects } from "../../hosts/placement/object-owners";
import { digestOf } from "../../hosts/placement/records";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { withCleanUp } from "../../hosts/with-clean-up";
import { type Api, type ApiReference, api, deleteFromApi } from "../../kubernetes/api";
import { identityOf, nameOf } from "../../kubernetes/objects";
import { rollout, silentNodesIn } from "../../kubernetes/rollout";
import { type HandField, isFieldOf } from "../../render/addons/left-alone";
import type { KubernetesObject } from "../../render/kubernetes-object";
import { explainPods } from "../diagnosis/pods";
import type { Component, Patience } from "./component";
import { withChangesByHand } from "./left-alone";

/** The Kubernetes API that objects are in, reached through the host of a control plane. */
export interface ApiSite extends ApiReference {
	/** Paths of kubeconfigs on the control plane; the first that exists is used. @default admin.conf */
	kubeconfigs?: readonly string[] | undefined;
}

/** Objects in the API, and the resource that they belong to. */
export interface ApiPlacement extends ApiSite {
	/** Id of the resource. */
	owner: string;
	/**
	 * The resource's objects that are in the API, by name. `save` changes this map after each request, so that the map is
	 * true also after a save that failed half way. @default none: the resource is being created
	 */
	applied?: Map<string, KubernetesObject>;
	/** Whether `save` also applies objects that `applied` has unchanged. @default false */
	applyAll?: boolean;
	/** Fields in which what a person changed in the API stays. @default none */
	leftAlone?: readonly HandField[];
}

/** `name`, `save`, `run` and `clean` of a component that is a set of API objects; the component adds its own `render`. */
export type ObjectSet = Omit<Component<never, KubernetesObject[], ApiSite, ApiPlacement>, "render">;

/**
 * Makes a set of objects in the API. `save` applies the objects server-side in the given order, and deletes an applied
 * object that is no longer given. `clean` deletes, in reverse order, the objects that the resource owns. An object that was in the
 * API before is never deleted. Records on a control plane's host say which resource owns which object.
 * @param name name of the set in waits and errors
 */
export function objectSet(name: string): ObjectSet {
	return {
		name,

		async save(placement, objects) {
			const { owner, controlPlanes, kubeconfigs, applied = new Map<string, KubernetesObject>() } = placement;
			const before = identitiesIn(applied);
			const server = await api(placement, { kubeconfigs });
			const byIdentity = new Map(objects.map((object) => [identityOf(object), object]));
			const { added, found, taken } = await claimObjects(controlPlanes, {
				names: [...new Set([...before, ...byIdentity.keys()])],
				owner,
				isForeign: async (name) => !before.includes(name) && (await server.read(byIdentity.get(name)!)) !== undefined,
			});
			await withCleanUp(
				() => converge(server, objects, { ...placement, applied, found }),
				async () => {
					const remaining = identitiesIn(applied);
					const returned = [...taken].filter(([identity]) => !remaining.includes(identity));
					await returnObjects(
						controlPlanes,
						returned.map(([, record]) => record),
					);
					const gone = [...new Set([...before, ...added])].filter((identity) => !remaining.includes(identity));
					return forgetObjects(controlPlanes, gone);
				},
			);
			return Object.fromEntries(objects.map((object) => [nameOf(object), digestOf(JSON.stringify(object))]));
		},

		run: (site, objects, patience) => waitRolledOut(site, objects, { subject: name, patience }),

		async clean({ owner, controlPlanes, kubeconfigs, ...reference }, objects) {
			const { made, found } = await objectsOwnedBy(controlPlanes, objects.map(identityOf), owner);
			const going = objects.toReversed().filter((object) => made.includes(identityOf(object)));
			for (const object of objects) if (found.includes(identityOf(object))) status(staysInApi(object));
			const removeAll = async (server: Api) => {
				for (const object of going) await server.delete(object);
			};
			await deleteFromApi({ ...reference, controlPlanes }, removeAll, { kubeconfigs });
			await forgetObjects(controlPlanes, [...made, ...found]);
		},
	};
}

/**
 * Waits until every DaemonSet and Deployment among some objects is rolled out; objects of other kinds are ignored.
 * @throws WaitError at the limit, which says for each workload why its pods are not ready
 */
export async function waitRolledOut(
	site: ApiSite,
	objects: readonly KubernetesObject[],
	{ subject, patience }: { subject: string; patience: Patience },
): Promise<void> {
	const server = await api(site, { kubeconfigs: site.kubeconfigs });
	await waitFor({
		subject,
		...patience,
		observe: async () => {
			const lives = await Promise.all(objects.map((object) => server.read(object)));
			const behind = (silentNodes = 0) => {
				const all = objects.map((object, index) => ({ object, reason: rollout(lives[index], object, silentNodes) }));
				return all.filter(({ reason }) => reason !== undefined);
			};
			// A machine that is gone must not keep its own removal from beginning.
			const isDaemonSetBehind = behind().some(({ object }) => object.kind === "DaemonSet");
			const silentNodes = isDaemonSetBehind ? silentNodesIn(await server.list("v1", "Node")) : 0;
			const reasons = behind(silentNodes).map(({ reason }) => reason);
			return reasons.length === 0 ? { done: true, value: undefined } : { done: false, saw: reasons.join("; ") };
		},
		explain: () => explainRollout(server, objects),
	});
}

/**
 * Explains why workloads are not rolled out, by the status of their pods: layer, evidence and next command for each.
 * @returns empty where every workload is rolled out or does not exist
 */
export async function explainRollout(server: Api, objects: readonly KubernetesObject[]): Promise<string> {
	const reasons = await Promise.all(
		objects.map(async (object) => {
			const current = await server.read(object);
			return current && rollout(current, current) ? explainPods(server, current) : undefined;
		}),
	);
	return reasons.filter(Boolean).join("\n");
}

function staysInApi(object: KubernetesObject): string {
	return `${nameOf(object)} stays in the API: it was there before this program`;
}

/** Applies the objects that differ from `applied` (or all of them), and deletes the objects that are no longer given. */
async function converge(
	server: Api,
	objects: readonly KubernetesObject[],
	{
		applied,
		applyAll = false,
		found,
		leftAlone = [],
	}: { applied: Map<string, KubernetesObject>; found: readonly string[] } & Pick<
		ApiPlacement,
		"applyAll" | "leftAlone"
	>,
): Promise<void> {
	for (const object of objects) {
		const before = applied.get(nameOf(object));
		if (!applyAll && isDeepStrictEqual(before, object)) continue;
		const fields = leftAlone.filter((field) => isFieldOf(field, object));
		const live = fields.length > 0 ? await server.read(object) : undefined;
		await server.apply(withChangesByHand(object, { fields, live, applied: before }));
		applied.set(nameOf(object), object);
	}
	const wanted = new Set(objects.map(identityOf));
	for (const [name, object] of [...applied].reverse()) {
		if (!wanted.has(identityOf(object))) {
			if (found.includes(identityOf(object))) status(staysInApi(object));
			else await server.delete(object);
		}
		if (!objects.some((other) => nameOf(other) === name)) applied.delete(name);
	}
}

function identitiesIn(applied: ReadonlyMap<string, KubernetesObject>): string[] {
	return [...applied.values()].map(identityOf);
}
