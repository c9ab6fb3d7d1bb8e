import type { Host } from "../../hosts/host";
import { probe } from "../../hosts/probe";
import type { Pod } from "../../render/static-pods/pod";
import { readinessOf } from "../../render/static-pods/readiness";
import { memberOf } from "../etcd/placed-member";
import { hasQuorum } from "../etcd/quorum";

/**
 * Whether a control plane is one of several that are being founded together: its etcd is an initial member, and none of the
 * others' API servers serves yet. On a host with etcd alone, none of the other members has a quorum yet. None of them waits
 * for another then, as etcd has no quorum before most of them run.
 * @param pods the static pods of the control plane, none of which need serve
 */
export async function isFounding(host: Host, pods: readonly Pod[]): Promise<boolean> {
	const [etcd, server] = ["etcd", "kube-apiserver"].map((name) => pods.find(({ metadata }) => metadata.name === name));
	const member = etcd && memberOf(host, etcd);
	if (!member) return true;
	if (member.joins) return false;
	// A host with etcd alone has no API server.
	if (!server) return !(await hasQuorum(member, member.others));
	const port = readinessOf(server)?.port;
	if (port === undefined) return false;
	const serving = await Promise.all(member.others.map((address) => serves(host, address, port)));
	return !serving.some(Boolean);
}

/** Whether an API server answers as one that has started. One that takes no anonymous request answers 401. */
async function serves(host: Host, address: string, port: number): Promise<boolean> {
	try {
		const { status } = await probe(host, { scheme: "https", address, port, path: "/readyz" });
		return status === 200 || status === 401;
	} catch {
		return false;
	}
}
