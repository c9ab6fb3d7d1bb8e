import type { Pod } from "./pod";

/** Source: `HTTPGetAction`, core/v1. */
interface HttpGet {
	host?: string;
	path: string;
	port: number | string;
	scheme?: "HTTP" | "HTTPS";
}

/** Address of an HTTP probe. */
interface Readiness {
	scheme: "http" | "https";
	address: string;
	port: number;
	path: string;
}

/**
 * Returns the address of a component's readiness probe; of its liveness probe where it has no readiness probe.
 * The address is 127.0.0.1 where the probe names none. `undefined` where a patch removed the HTTP probe.
 */
export function readinessOf(pod: Pod): Readiness | undefined {
	const container = mainContainer(pod);
	const { httpGet: get } = (container.readinessProbe ?? container.livenessProbe ?? {}) as { httpGet?: HttpGet };
	if (!get) return undefined;
	const named = container.ports?.find(({ name }) => name === get.port)?.containerPort;
	const port = typeof get.port === "number" ? get.port : named!;
	return { scheme: get.scheme === "HTTPS" ? "https" : "http", address: get.host ?? "127.0.0.1", port, path: get.path };
}

/**
 * Returns the component's own container: the one with the name of the pod, else the first. A patch may have put others
 * before it.
 */
export function mainContainer({ metadata, spec }: Pod): Pod["spec"]["containers"][number] {
	return spec.containers.find(({ name }) => name === metadata.name) ?? spec.containers[0]!;
}
