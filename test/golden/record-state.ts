// Records what this release of the package leaves of a cluster, from real hosts, once, when it is released:
// npm run -s build && node lab/start.mjs test/golden/record-state.ts
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromPreviewForm, toPreviewForm } from "../../dist/lifecycle/preview-form.js";
import { startLab } from "../../lab/index.ts";
import type { ClusterProgram } from "../clusters/programs/cluster/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { testStack } from "../clusters/support/stack.ts";
import setUpToolchain from "../support/toolchain.ts";
import { passphrase, statesFolder } from "./states.ts";

await setUpToolchain();
const { version } = JSON.parse(await readFile("package.json", "utf8"));
const lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }, { name: "worker-2" }] });
const stack = await testStack("cluster", passphrase);
try {
	const { controlPlanes, workers } = clusterOn(lab).cluster;
	const program: ClusterProgram = {
		...clusterOn(lab, {
			// Until then no certificate is due, which a preview would show.
			certificateValidityPeriod: "87600h",
			apiServer: { certSANs: ["api.example.test"], extraEnvs: [{ name: "GOLDEN", value: "true" }] },
			controllerManager: { extraVolumes: [{ name: "defaults", hostPath: "/etc/default", mountPath: "/etc/defaults" }] },
			bootstrapTokens: [{ token: "abcdef.0123456789abcdef", ttl: "0s" }],
			proxyEnvs: [{ name: "NO_PROXY", value: "*" }],
			controlPlanes: controlPlanes.map((node) => ({
				...node,
				patches: [{ target: "etcd", patch: { metadata: { annotations: { golden: "true" } } } }],
			})),
			workers: workers!.map((node) => ({
				...node,
				labels: { "example.org/rack": "one" },
				nodeRegistration: { kubeletExtraArgs: [{ name: "v", value: "3" }] },
			})),
		}),
		addons: { settings: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: golden, namespace: default}\n" },
		files: { motd: { path: "/etc/golden", content: "golden\n" } },
		users: { jane: ["developers"] },
	};
	await stack.configure(program);
	await stack.up();
	// Where in which file of this machine a resource was made does not count.
	const lasting = (name: string, value: unknown) =>
		["sourcePosition", "stackTrace"].includes(name) ? undefined : value;
	const recorded = JSON.stringify({ program, stored: await stack.stored() }, lasting, "\t");
	const elsewhere = JSON.parse(
		recorded.replaceAll(lab.sshKeyFile, "~/.ssh/id_ed25519").replaceAll(lab.knownHostsFile, "~/.ssh/known_hosts"),
	);
	// Shorter paths make some references short enough for one line.
	for (const { inputs, outputs } of elsewhere.stored.deployment.resources)
		for (const kept of [inputs, outputs])
			for (const name of ["host", "controlPlanes"])
				if (kept?.[name]) kept[name] = toPreviewForm(fromPreviewForm(kept[name]));
	await writeFile(join(statesFolder, `${version}.json`), `${JSON.stringify(elsewhere, undefined, "\t")}\n`);
} finally {
	await lab.stop();
	await stack.remove();
}
