import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { minors } from "../../lab/toolchain/tools.ts";
import { parseKubeadmConfig } from "../../provider/config/kubeadm";
import { releases } from "../../provider/facts/versions";
import { fromYaml } from "../../provider/go/yaml/write";
import { inFolder, kubeadm, versionOf } from "./kubeadm";

const nodeRegistration = {
	name: "node-1",
	criSocket: "unix:///run/containerd/containerd.sock",
	taints: [{ key: "a", effect: "NoSchedule" }],
	kubeletExtraArgs: { v: "3", "node-ip": "198.18.0.10", "node-labels": "a=b" },
	ignorePreflightErrors: ["Swap", "NumCPU"],
	imagePullPolicy: "Always",
};
const component = {
	extraArgs: { v: "2", B: "1", "audit-log-path": "-", "a-b": "", a: "x" },
	extraVolumes: [{ name: "a", hostPath: "/a", mountPath: "/b", readOnly: true, pathType: "File" }],
};

/** Fields of v1beta3 by kind. */
const files: Record<string, Record<string, object>> = {
	"every field": {
		InitConfiguration: {
			bootstrapTokens: [
				{ token: "abcdef.0123456789abcdef", description: "a", ttl: "1h", usages: ["authentication"], groups: [] },
			],
			nodeRegistration,
			localAPIEndpoint: { advertiseAddress: "198.18.0.10", bindPort: 7443 },
			certificateKey: "0".repeat(64),
			skipPhases: ["addon/coredns"],
			patches: { directory: "/patches" },
		},
		ClusterConfiguration: {
			etcd: {
				local: {
					imageRepository: "registry.example",
					imageTag: "3.6.5-0",
					dataDir: "/data",
					extraArgs: { "quota-backend-bytes": "1", "auto-compaction-mode": "revision" },
					serverCertSANs: ["a"],
					peerCertSANs: ["b"],
				},
			},
			networking: { serviceSubnet: "198.19.0.0/16", podSubnet: "198.18.0.0/16", dnsDomain: "example" },
			controlPlaneEndpoint: "api.example:6443",
			apiServer: { ...component, certSANs: ["c"], timeoutForControlPlane: "6m0s" },
			controllerManager: component,
			scheduler: component,
			dns: { imageRepository: "registry.example", imageTag: "v1.12.1" },
			certificatesDir: "/pki",
			imageRepository: "registry.example",
			featureGates: { RootlessControlPlane: true },
			clusterName: "lab",
		},
		JoinConfiguration: {
			nodeRegistration,
			caCertPath: "/pki/ca.crt",
			discovery: {
				bootstrapToken: {
					token: "abcdef.0123456789abcdef",
					apiServerEndpoint: "api.example:6443",
					unsafeSkipCAVerification: true,
				},
				tlsBootstrapToken: "abcdef.0123456789abcdef",
				timeout: "2m0s",
			},
			controlPlane: {
				localAPIEndpoint: { advertiseAddress: "198.18.0.11", bindPort: 7443 },
				certificateKey: "1".repeat(64),
			},
			skipPhases: ["preflight"],
			patches: { directory: "/patches" },
		},
	},
	"an etcd of one's own": {
		ClusterConfiguration: {
			etcd: { external: { endpoints: ["https://etcd:2379"], caFile: "/a", certFile: "/b", keyFile: "/c" } },
		},
	},
	"a limit that is the default": {
		ClusterConfiguration: { apiServer: { timeoutForControlPlane: "4m" } },
		JoinConfiguration: {
			discovery: { file: { kubeConfigPath: "https://api.example/discovery.conf" }, timeout: "5m0s" },
			nodeRegistration: { name: "node-2", taints: [] },
		},
	},
	"a limit of no time": {
		JoinConfiguration: {
			discovery: { file: { kubeConfigPath: "https://api.example/discovery.conf" }, timeout: "0s" },
		},
	},
};

const reading = minors.filter((minor) => releases[minor]!.configurationVersions.deprecated.includes("v1beta3"));

describe.each(reading)("a file of v1beta3, by %s", (minor) => {
	/** Said, so that it is neither made at random nor looked up. */
	const always: Record<string, object> = {
		InitConfiguration: {
			bootstrapTokens: [{ token: "abcdef.0123456789abcdef" }],
			localAPIEndpoint: { advertiseAddress: "198.18.0.10" },
		},
		ClusterConfiguration: { kubernetesVersion: versionOf(minor) },
	};

	/** What `kubeadm config migrate` makes of documents, by kind. */
	const migrated = (version: string, byKind: Record<string, object>) => {
		const apiVersion = `kubeadm.k8s.io/${version}`;
		const documents = Object.entries(byKind).map(([kind, fields]) => ({ apiVersion, kind, ...fields }));
		return inFolder(documents, async (folder, file) => {
			const out = join(folder, "new.yaml");
			await kubeadm(["config", "migrate", "--old-config", file, "--new-config", out], { minor });
			const written = (await readFile(out, "utf8")).split("---\n").map((text) => fromYaml(text) as any);
			// Out of what is no v1beta3 it writes 0s, and into a node that joins it writes the cluster's, which `join` does not take.
			const limits = written.map(({ timeouts }) => timeouts?.controlPlaneComponentHealthCheck);
			for (const { timeouts } of written) delete timeouts?.controlPlaneComponentHealthCheck;
			return { written, limit: limits[written.findIndex(({ kind }) => kind === "InitConfiguration")] };
		});
	};

	it.each(Object.entries(files))("is converted as kubeadm converts it: %s", async (_title, given) => {
		const kinds = Object.keys({ ...always, ...given });
		const older = Object.fromEntries(kinds.map((kind) => [kind, { ...always[kind], ...given[kind] }]));
		const text = Object.entries(older)
			.map(([kind, fields]) => JSON.stringify({ apiVersion: "kubeadm.k8s.io/v1beta3", kind, ...fields }))
			.join("\n---\n");
		const { documents } = parseKubeadmConfig(text);
		const theirs = await migrated("v1beta3", older);
		const ours = await migrated("v1beta4", documents as Record<string, object>);
		expect(ours.written).toEqual(theirs.written);
		expect(documents.InitConfiguration?.timeouts?.controlPlaneComponentHealthCheck ?? "4m0s").toBe(theirs.limit);
	});
});
