import { X509Certificate } from "node:crypto";
import type { Host } from "../../hosts/host";
import { type Probe, servedCertificate } from "../../hosts/probe";
import { status } from "../../hosts/status";
import { waitFor } from "../../hosts/wait";
import { flagsOf } from "../../render/static-pods/command-flags";
import type { Pod } from "../../render/static-pods/pod";
import { readinessOf } from "../../render/static-pods/readiness";
import { shortReason } from "../diagnosis/short-reason";
import { addressOf } from "../etcd/etcd-client";

/** Seconds within which a component serves a new certificate. An API server looks for one each minute. */
const LIMIT_SECONDS = 150;

/** A certificate that a component serves: its file on the host, and where it is served. */
interface Served {
	component: string;
	path: string;
	at: Pick<Probe, "address" | "port">;
}

/**
 * Waits until each port of a control plane shows the certificate that is on the host. The components read new certificates by
 * themselves, so nothing restarts for them.
 * @throws WaitError for a port that still shows another certificate after 150 s
 */
export async function waitForCertificates(host: Host, nodeName: string, pods: readonly Pod[]): Promise<void> {
	const all = pods.flatMap(servedBy);
	const files = await host.read(all.map(({ path }) => path));
	for (const { component, path, at } of all) {
		const content = files.get(path)?.content;
		if (!content) continue;
		const wanted = new X509Certificate(content).fingerprint256;
		await waitFor({
			subject: `${nodeName}: ${component}: the certificate of ${path}`,
			timeoutSeconds: LIMIT_SECONDS,
			onStatus: status,
			observe: async () => {
				try {
					const { fingerprint256, validFrom } = new X509Certificate(await servedCertificate(host, at));
					if (fingerprint256 === wanted) return { done: true, value: undefined };
					return { done: false, saw: `port ${at.port} still serves the one of ${validFrom}` };
				} catch (error) {
					return { done: false, saw: shortReason(error) };
				}
			},
			explain: async () => `Next: ${host.typed(`crictl ps --name ${component}`)}, and the component's log`,
		});
	}
}

function servedBy(pod: Pod): Served[] {
	const component = pod.metadata.name;
	const flags = flagsOf(pod);
	const served = (flag: string, at: Served["at"] | undefined): Served[] => {
		const path = flags.get(flag);
		return path && at ? [{ component, path, at }] : [];
	};
	if (component === "kube-apiserver") {
		const { scheme, address, port } = readinessOf(pod) ?? {};
		return served("tls-cert-file", scheme === "https" && address && port ? { address, port } : undefined);
	}
	if (component !== "etcd") return [];
	const listening = (flag: string) => {
		const url = flags
			.get(flag)
			?.split(",")
			.find((each) => each.startsWith("https://"));
		return url === undefined ? undefined : addressOf(url);
	};
	return [
		...served("cert-file", listening("listen-client-urls")),
		...served("peer-cert-file", listening("listen-peer-urls")),
	];
}
