import { dirname } from "node:path/posix";
import { ExpectationError } from "../../config/expected";
import { fromYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import type { Pod } from "../../render/static-pods/pod";

/**
 * Paths of the other files in the manifests folder that describe the same pod, such as a copy `kube-apiserver.yaml.bak`.
 * The kubelet reads every file whose name begins with no dot, and runs one of the two.
 *
 * Source: `extractFromDir`, kubernetes pkg/kubelet/config/file.go.
 */
export async function otherManifestsOf(host: Host, pod: Pod, path: string): Promise<string[]> {
	const { stdout } = await host.run({
		intent: "list the manifests of static pods",
		script: `cd '${dirname(path)}' 2>/dev/null && for file in *; do [ ! -f "$file" ] || printf '%s\\n' "$PWD/$file"; done; exit 0`,
	});
	const others = stdout.split("\n").filter((other) => other !== "" && other !== path);
	const files = await host.read(others);
	return [...files.values()].filter(({ content }) => isOfPod(content.toString(), pod)).map((file) => file.path);
}

/** @throws ExpectationError where another file describes the same pod */
export async function refuseOtherManifests(host: Host, pod: Pod, path: string): Promise<void> {
	const [other] = await otherManifestsOf(host, pod, path);
	if (other === undefined) return;
	throw new ExpectationError({
		at: `${host.name}: ${other}`,
		expected: `${path} alone to describe the pod ${pod.metadata.name}`,
		got: "a second file, which the kubelet may run in its place",
		next: `move it out of the folder: ${host.typed(`mv ${other} /root/`)}`,
	});
}

function isOfPod(text: string, pod: Pod): boolean {
	try {
		const { kind, metadata } = fromYaml(text) as Pod;
		return kind === "Pod" && metadata.name === pod.metadata.name && metadata.namespace === pod.metadata.namespace;
	} catch {
		return false;
	}
}
