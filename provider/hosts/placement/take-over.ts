import type { Host } from "../host";
import { quote } from "../shell";
import { thisProgram } from "./program";
import { recordAccess, recordPath, recordText } from "./records";

/** Owner of what was taken over, until a resource is made for it. No program declares such an id. */
export const FORMER = "kubeadm";

/**
 * Records what kubeadm placed on a host as placed by this program: resources then change and remove it as they do with
 * their own. A path may be a directory whose content belongs to one resource, such as etcd's data. Paths that the host does
 * not have are left out, and so are those with a record.
 */
export async function takePathsOver(host: Host, paths: readonly string[]): Promise<void> {
	const onHost = await host.read(paths.map(recordPath));
	const { stdout } = await host.run({
		intent: "look which of kubeadm's files are there",
		script: `for path in ${paths.map(quote).join(" ")}; do [ -f "$path" ] && sha256sum "$path"; [ -d "$path" ] && echo "- $path"; done; exit 0`,
	});
	const found = stdout
		.split("\n")
		.filter(Boolean)
		.map((line) => line.split(/ +/) as [string, string]);
	const records = found
		.filter(([, path]) => !onHost.has(recordPath(path)))
		.map(([digest, path]) => ({ path, owner: FORMER, ...(digest === "-" ? {} : { digest }), program: thisProgram() }));
	await host.write(
		records.map((record) => ({ path: recordPath(record.path), content: recordText(record), ...recordAccess })),
	);
}
