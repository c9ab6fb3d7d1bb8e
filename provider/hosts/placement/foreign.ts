import { createHash, X509Certificate } from "node:crypto";
import { dirname } from "node:path/posix";
import { paths } from "../../facts/paths";
import type { Host } from "../host";
import { serviceOf } from "../service";
import { quote } from "../shell";
import { readClaim } from "./node-claim";
import { isThisProgram, programText } from "./program";
import { BrokenRecord, recordPath } from "./records";

/** Folder for what a person takes out of the way. No kubelet looks there. */
const BACKUP = "/root/before-pulumi-kubeadm";

/** Whose a thing on a host can be that this program did not place, and what to do about it. */
export interface ForeignOwner {
	/** For example "of node cp-1 of the Pulumi program shop/dev (id 1a2b3c4d)". Empty where nobody on the host needs the thing. */
	whose: string;
	/** What a person does next. No remedy breaks a cluster or a program that lives. */
	next: string;
}

/**
 * Finds whose a file or directory on a host can be that this program did not place: another program's, whose node the host is; a
 * cluster's, whose kubelet runs there; or nobody's. Only in the last case is the remedy to move the thing to a backup.
 */
export async function foreignOwner(host: Host, path: string): Promise<ForeignOwner> {
	const claim = await readClaim(host).catch((error) => {
		if (error instanceof BrokenRecord) return undefined;
		throw error;
	});
	if (claim && !isThisProgram(claim.program))
		return {
			whose: `of node ${claim.node} of ${programText(claim.program)}`,
			next: "use another machine, or run `pulumi destroy` in that program first",
		};
	const node = await otherClustersNode(host);
	if (node)
		return {
			whose: `of ${node}`,
			next: "leave it there, as that cluster uses it, and use another machine",
		};
	return { whose: "", next: `where nothing needs it, move it to a backup: ${host.typed(moveToBackup(path))}` };
}

/** Script that moves a file or directory to a backup. */
export function moveToBackup(path: string): string {
	const folder = quote(`${BACKUP}${dirname(path)}`);
	return `mkdir -p ${folder} && mv ${quote(path)} ${folder}/`;
}

/**
 * Names the node of another cluster that a host is: its kubelet runs with a configuration that has no ownership record.
 * Undefined for any other host.
 * @returns role and CA: `a control plane of another cluster, CA sha256:…`
 */
export async function otherClustersNode(host: Host): Promise<string | undefined> {
	const authority = `${paths.certificatesDirectory}/ca.crt`;
	const apiServer = `${paths.manifestsDirectory}/kube-apiserver.yaml`;
	const { kubeletConfiguration } = paths;
	const files = await host.read([kubeletConfiguration, recordPath(kubeletConfiguration), apiServer, authority]);
	if (!files.has(kubeletConfiguration) || files.has(recordPath(kubeletConfiguration))) return undefined;
	if ((await serviceOf(host, "kubelet").activeState()) !== "active") return undefined;
	const role = files.has(apiServer) ? "control plane" : "worker";
	return `a ${role} of another cluster${hashOf(files.get(authority)?.content)}`;
}

/** SHA-256 of the public key of the first certificate, as `kubeadm join` takes it. */
function hashOf(certificate: Buffer | undefined): string {
	try {
		const key = new X509Certificate(certificate!).publicKey.export({ type: "spki", format: "der" });
		return `, CA sha256:${createHash("sha256").update(key).digest("hex")}`;
	} catch {
		return "";
	}
}
