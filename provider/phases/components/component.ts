import type { Digests } from "../../hosts/placement/place";

/** How long a wait lasts, and who is told about its progress. */
export interface Patience {
	/** Limit in seconds. */
	timeoutSeconds: number;
	/** Receives a line each time that the observation changes. */
	onStatus?: (line: string) => void;
}

/**
 * One of the seven components of a cluster. Every component has the same four moments; how it is stored (a static pod's
 * manifest, a service's files, objects in the API) is its own matter.
 *
 * @typeParam Context what the component is rendered from
 * @typeParam Rendered what the component looks like: a pod, a service's files, API objects
 * @typeParam Site where the component runs: a host, or an API
 * @typeParam Placement the site, and on whose behalf something is placed or removed there
 */
export interface Component<Context, Rendered, Site, Placement extends Site> {
	/** The name that Kubernetes gives the component, for example `kube-apiserver`. */
	readonly name: string;
	/** Computes what the component looks like. Pure: no I/O, no clock. */
	render(context: Context): Rendered;
	/**
	 * Places the component at its site.
	 * @returns the SHA-256 of each placed file or object, by path or object name
	 * @throws where something that another program owns is in the way
	 */
	save(placement: Placement, rendered: Rendered): Promise<Digests>;
	/**
	 * Waits until the component is healthy.
	 * @throws WaitError, which names the failing layer and the next command to type
	 */
	run(site: Site, rendered: Rendered, patience: Patience): Promise<void>;
	/** Removes the component and what it made. A component that is already gone is a success. */
	clean(placement: Placement, rendered: Rendered): Promise<void>;
}
