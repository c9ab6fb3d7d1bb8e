import { resolveCluster } from "../../provider/config/cluster";
import { resolveNode } from "../../provider/config/node";
import { toYaml } from "../../provider/go/yaml/write";
import { staticPodComponents } from "../../provider/phases/components/registry";
import { staticPodNamesOf, staticPodPath } from "../../provider/render/static-pods/static-pods";
import { cluster, node } from "./cluster";
import type { MemoryHost } from "./memory-host";

/** Puts the manifests of a small cluster's control plane on a host. The health endpoints of tests have no certificates. */
export function placeManifests(host: MemoryHost): void {
	const resolved = resolveCluster(cluster);
	const context = {
		cluster: resolved,
		node: resolveNode(resolved, node, "control-plane"),
		initialMembers: [{ name: "cp-1", address: "198.18.0.11" }],
	};
	for (const name of staticPodNamesOf(resolved)) {
		const manifest = toYaml(staticPodComponents[name].render(context));
		host.put(staticPodPath(name), manifest.replaceAll("scheme: HTTPS", "scheme: HTTP"), "0600");
	}
}
