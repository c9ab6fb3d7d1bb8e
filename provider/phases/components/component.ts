import type { Digests } from "../../hosts/placement/place";

/** How long a wait lasts, and who is told about its progress. */
export interface Patience {
	/** Limit in seconds. */
	timeoutSeconds: number;
	/** Receives a status line each time that the observation changes. @default none: progress is not shown */
	onStatus?: (line: string) => void;
}

/**
 * One of the seven components of a cluster. Every component has four moments: render, save, run and clean. A component is
 * stored as a static pod's manifest, as files of a service, or as objects in the API.
 *
 * @typeParam Context what the component is rendered from
 * @typeParam Rendered what the component looks like: a pod, a service's files, API objects
 * @typeParam Site where the component runs: a host, or an API
 * @typeParam Placement the site, and the resource that owns what is placed or removed there
 */
export interface Component<Context, Rendered, Site, Placement extends Site> {
	/** The name that Kubernetes gives the component, for example `kube-apiserver`. */
	readonly name: string;
	/** Computes what the component looks like. Pure: no I/O, no clock. */
	render(context: Context): Rendered;
	/**
	 * Places the component at its site.
	 * @returns the SHA-256 of each placed file or object, by path or object name
	 * @throws Error where another program owns a file or object of the component, or where the file has no known owner
	 * @throws HostError where the host does not do what is asked; ApiError where the API refuses a request
	 */
	save(placement: Placement, rendered: Rendered): Promise<Digests>;
	/**
	 * Waits until the component is healthy.
	 * @throws WaitError at the limit, or earlier once the component will certainly not come up; the message names the
	 * failing layer and the next command to type
	 */
	run(site: Site, rendered: Rendered, patience: Patience): Promise<void>;
	/** Removes the component and what it made. A component that is already gone is a success. */
	clean(placement: Placement, rendered: Rendered): Promise<void>;
}
