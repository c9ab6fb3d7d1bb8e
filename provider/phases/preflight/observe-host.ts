import { withRuntime } from "../../hosts/container-runtime/runtime";
import type { Host } from "../../hosts/host";
import { HostError } from "../../hosts/host-error";
import { probe } from "../../hosts/probe";
import { WaitError, waitFor } from "../../hosts/wait";
import type { Check, EtcdObservation, HostObservation, RuntimeObservation } from "./check";
import type { PreflightSubject } from "./subject";

/** Limit of the requests to one member of an external etcd. kubeadm makes four attempts, 5 s apart. */
const ETCD_SECONDS = 15;

/**
 * Observes a host for checks: runs their scripts in one exchange and asks the container runtime at the same time. For
 * `init` it then asks each member of an external etcd for its version, for at most 15 s. A runtime or member that does not
 * answer is part of the observation and not an error.
 * @throws HostError where the host is not reached
 */
export async function observeHost(
	host: Host,
	subject: PreflightSubject,
	checks: readonly Check[],
): Promise<HostObservation> {
	const [{ stdout }, runtime] = await Promise.all([
		host.run({
			intent: "check whether it can be a node",
			script: `${checks.flatMap(({ script }) => script?.(subject) ?? []).join("\n")}\nexit 0`,
		}),
		observeRuntime(host, subject.criSocket),
	]);
	const printed = printedLines(stdout);
	const etcd = subject.action === "init" ? await observeEtcd(host, subject, printed.absent) : [];
	return { printed, runtime, etcd };
}

function printedLines(stdout: string): HostObservation["printed"] {
	const printed: Record<string, string[]> = {};
	for (const line of stdout.trim().split("\n")) {
		const at = line.indexOf("=");
		const key = line.slice(0, at);
		printed[key] = [...(printed[key] ?? []), line.slice(at + 1).trim()];
	}
	return printed;
}

async function observeRuntime(host: Host, criSocket: string): Promise<RuntimeObservation> {
	try {
		return await withRuntime(host, criSocket, async (runtime) => {
			const [{ status }, tellsConfiguration] = await Promise.all([runtime.status(false), runtime.tellsConfiguration()]);
			// NetworkReady depends on the pod network, which is installed later.
			const not = status.conditions.find((condition) => condition.type === "RuntimeReady" && !condition.status);
			return {
				answers: true,
				tellsConfiguration,
				...(not ? { problem: `not ready: ${not.reason}: ${not.message}` } : {}),
			};
		});
	} catch (error) {
		if (error instanceof HostError && error.layer !== "network" && error.reason !== "lost")
			return { answers: false, problem: error.what };
		throw error;
	}
}

async function observeEtcd(
	host: Host,
	{ externalEtcd }: PreflightSubject,
	absent: readonly string[] = [],
): Promise<EtcdObservation[]> {
	if (!externalEtcd) return [];
	const { endpoints, caFile, certFile, keyFile } = externalEtcd;
	if (absent.length > 0)
		return endpoints.map((endpoint) => ({ endpoint, problem: `no call without ${absent.join(", ")}` }));
	// Certificate and key may be one file.
	const files = await host.read([...new Set([caFile, certFile, keyFile].flatMap((path) => path || []))]);
	const content = (path = "") => files.get(path)?.content;
	const credentials = { ca: content(caFile), cert: content(certFile), key: content(keyFile) };
	return Promise.all(
		endpoints.map(async (endpoint) => {
			try {
				return { endpoint, version: await versionAt(host, endpoint, credentials) };
			} catch (error) {
				if (!(error instanceof WaitError)) throw error;
				return { endpoint, problem: error.lastObservation };
			}
		}),
	);
}

/** Reads the version of one member. Source: `getEtcdVersionResponse`, kubeadm preflight/checks.go. */
function versionAt(
	host: Host,
	endpoint: string,
	credentials: { ca?: Buffer; cert?: Buffer; key?: Buffer },
): Promise<string> {
	const url = new URL(endpoint);
	const scheme = url.protocol === "https:" ? "https" : "http";
	const address = url.hostname.replace(/^\[|\]$/g, "");
	const port = Number(url.port || (scheme === "https" ? 443 : 80));
	return waitFor({
		subject: endpoint,
		timeoutSeconds: ETCD_SECONDS,
		intervalSeconds: 5,
		observe: async () => {
			try {
				const { status, body } = await probe(host, { scheme, address, port, path: "/version", credentials }, 10);
				if (status !== 200) return { done: false, saw: `status ${status}`, hopeless: status < 500 };
				return { done: true, value: String((JSON.parse(body) as { etcdserver: string }).etcdserver) };
			} catch (error) {
				return { done: false, saw: (error as Error).message };
			}
		},
	});
}
