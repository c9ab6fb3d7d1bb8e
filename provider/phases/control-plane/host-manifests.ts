import { isDeepStrictEqual } from "node:util";
import { fromYaml, toYaml } from "../../go/yaml/write";
import type { Host } from "../../hosts/host";
import type { Pod } from "../../render/static-pods/pod";
import { type StaticPodName, staticPodPath } from "../../render/static-pods/static-pods";
import { health } from "../components/health";

/** The manifest of a component on a host; undefined where there is none. A broken manifest is its text. */
export async function manifestOn(host: Host, name: StaticPodName): Promise<Pod | undefined> {
	const path = staticPodPath(name);
	const fileOnHost = (await host.read([path])).get(path);
	return fileOnHost && podOf(fileOnHost.content.toString());
}

/** Health of a component by its manifest on a host: "ok", or the symptom. `undefined` where there is no manifest. */
export async function healthOn(host: Host, name: StaticPodName): Promise<string | undefined> {
	const pod = await manifestOn(host, name);
	return pod && health(host, pod);
}

/** Whether a manifest on a host describes another pod than a wanted one. The kubelet compares pods too: a changed comment restarts nothing. */
export function isOtherPod(onHost: Pod, wanted: Pod): boolean {
	return !isDeepStrictEqual(onHost, podOf(toYaml(wanted)));
}

/** Parses a manifest. A broken manifest is returned as its text. */
export function podOf(text: string): Pod {
	try {
		return fromYaml(text) as Pod;
	} catch {
		return text as never;
	}
}
