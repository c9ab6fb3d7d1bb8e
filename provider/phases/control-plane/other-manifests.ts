import { dirname } from "node:path/posix";
import { ExpectationError } from "../../config/expected";
import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import { moveToBackup } from "../../hosts/placement/foreign";
import { quote } from "../../hosts/shell";
import type { Pod } from "../../render/static-pods/pod";

/**
 * Finds other files beside a static pod's manifest that describe the same pod, such as a copy `kube-apiserver.yaml.bak`.
 * The kubelet reads every file in the folder whose name does not begin with a dot, and runs only one file of a pod.
 *
 * Source: `extractFromDir`, kubernetes pkg/kubelet/config/file.go.
 * @param path path of the pod's own manifest
 * @returns paths of the other files; empty where there is none, or no such folder
 */
export async function otherManifestsOf(host: Host, pod: Pod, path: string): Promise<string[]> {
	const { stdout } = await host.run({
		intent: "list the manifests of static pods",
		// Only files with the pod's name in them are read: as a rule none.
		script: `find ${quote(dirname(path))} -maxdepth 1 -type f ! -name '.*' -exec grep -lF -- ${quote(pod.metadata.name)} {} + 2>/dev/null; exit 0`,
	});
	const others = stdout.split("\n").filter((other) => other !== "" && other !== path);
	const files = await host.read(others);
	return [...files.values()].filter(({ content }) => isOfPod(content.toString(), pod)).map((file) => file.path);
}

/** Refuses a second file that describes the pod of the manifest at `path`. @throws ExpectationError with the command that moves the file away */
export async function refuseOtherManifests(host: Host, pod: Pod, path: string): Promise<void> {
	const [other] = await otherManifestsOf(host, pod, path);
	if (other === undefined) return;
	throw new ExpectationError({
		at: `${host.name}: ${other}`,
		expected: `${path} alone to describe the pod ${pod.metadata.name}`,
		got: "a second file, which the kubelet may run in its place",
		next: `move it to a backup outside of the folder: ${host.typed(moveToBackup(other))}`,
	});
}

function isOfPod(text: string, { metadata: { name, namespace } }: Pod): boolean {
	const other = parse(text);
	return other?.kind === "Pod" && other.metadata?.name === name && other.metadata.namespace === namespace;
}

/** Parses a file of the folder. A text that is no YAML is no pod: the kubelet does not run it. */
function parse(text: string): Partial<Pod> | undefined {
	try {
		return fromYaml(text) as Partial<Pod>;
	} catch {
		return undefined;
	}
}
