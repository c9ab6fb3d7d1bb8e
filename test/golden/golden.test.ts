import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { resolveCluster } from "../../provider/config/cluster";
import { parseKubeadmConfig } from "../../provider/config/kubeadm";
import { type HostFacts, resolveNode } from "../../provider/config/node";
import type { Facts } from "../parity/generate/facts";
import { ourFacts } from "../parity/generate/our-facts";
import { lastingFacts } from "./lasting-facts";

/** What kubeadm itself made of a configuration, as `record.ts` beside this wrote it down. */
interface Recorded {
	/** The host that it ran on. */
	host: HostFacts;
	facts: Facts;
}

const versions = readdirSync(import.meta.dirname).filter((name) => name.startsWith("v"));
const configurations = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".yaml"));

it("has a record of each minor release", () => {
	expect(versions.map((version) => version.replace(/^v(.*)\.\d+$/, "$1")).sort()).toEqual([...minors].sort());
	expect(configurations.length).toBeGreaterThan(1);
});

describe.each(versions)("a cluster of Kubernetes %s, whatever the release of this package", (version) => {
	it.each(configurations)("stays what kubeadm made of %s", (name) => {
		const recorded = load(readFileSync(join(import.meta.dirname, version, name), "utf8")) as Recorded;
		const text = readFileSync(join(import.meta.dirname, name), "utf8").replace(`\${VERSION}`, version);
		const config = parseKubeadmConfig(text);
		const cluster = resolveCluster(config.cluster);
		const node = resolveNode(cluster, { ...config.init, facts: recorded.host }, "control-plane");
		const nothing = { certificates: {}, credentials: {}, objects: {} };
		const ours = ourFacts({ cluster, node, command: "init", bootstrapTokens: config.bootstrapTokens }, nothing);
		expect(lastingFacts(ours)).toEqual(recorded.facts);
		expect(Object.keys(recorded.facts).length).toBeGreaterThan(200);
	});
});
