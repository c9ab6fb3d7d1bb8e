import { dirname } from "node:path/posix";
import type { Host } from "../../hosts/host";
import { flagsOf } from "../../render/static-pods/command-flags";
import type { Pod } from "../../render/static-pods/pod";
import { addressOf } from "./etcd-client";
import type { MemberSite } from "./membership";

/** An etcd member, as its manifest describes it. */
export interface PlacedMember extends MemberSite {
	/** Addresses of the other members that the manifest names. */
	others: string[];
	/** Whether the member joins an etcd that runs already, and does not found one. */
	joins: boolean;
}

/**
 * The etcd member that a manifest describes, by etcd's own flags: name, address, other members, and where the cluster's
 * certificates are. Undefined for a manifest without these flags.
 */
export function memberOf(host: Host, pod: Pod): PlacedMember | undefined {
	const flags = flagsOf(pod);
	const flag = (name: string) => flags.get(name);
	const [nodeName, peerUrl, trusted] = ["name", "initial-advertise-peer-urls", "trusted-ca-file"].map(flag);
	if (!nodeName || !peerUrl || !trusted) return undefined;
	const { address } = addressOf(peerUrl.split(",")[0]!);
	const members = (flag("initial-cluster") ?? "").split(",").filter(Boolean);
	const addresses = members.map((member) => addressOf(member.slice(member.indexOf("=") + 1)).address);
	const others = addresses.filter((other) => other !== address);
	const joins = flag("initial-cluster-state") === "existing";
	return { host, nodeName, address, certificatesDir: dirname(dirname(trusted)), others, joins };
}
