import { describe, expect, it } from "vitest";
import { nodeDirectories, nodeFiles } from "../../provider/render/files";
import { images } from "../../provider/render/images";
import { kubeconfigNames, kubeconfigPath } from "../../provider/render/kubeconfig";
import {
	caNames,
	caRequest,
	certificateNames,
	certificateRequest,
	serviceAccountKeyPaths,
} from "../../provider/render/pki/certificates";
import { resolveCluster } from "../../provider/spec/cluster";
import { resolveNode } from "../../provider/spec/node";
import { advertiseAddress, documents, inFolder, kubeadm, thisHost, version } from "./kubeadm";

describe("kubeadm's own phases", () => {
	it("place files and make directories with the same modes and owners", async () => {
		const cluster = resolveCluster({ kubernetesVersion: version, encryptionAlgorithm: "ECDSA-P256" });
		const node = resolveNode(cluster, { localAPIEndpoint: { advertiseAddress }, facts: thisHost() }, "control-plane");
		const { privateKeyPath, publicKeyPath } = serviceAccountKeyPaths(cluster);
		const requests = [
			...caNames.map((name) => caRequest(name, cluster)),
			...certificateNames.map((name) => certificateRequest(name, cluster, node)),
		];
		const secret = [
			...kubeconfigNames.map(kubeconfigPath),
			privateKeyPath,
			publicKeyPath,
			...requests.map(({ keyPath }) => keyPath),
		];
		const wanted = [
			...Object.entries(nodeFiles(cluster, node)),
			...Object.entries(nodeDirectories(cluster, node)),
			...secret.map((path) => [path, { mode: "0600", owner: "root", group: "root" }] as const),
			...requests.map(
				({ certificatePath }) => [certificatePath, { mode: "0644", owner: "root", group: "root" }] as const,
			),
		].map(([path, { mode, owner, group }]) => `${path} ${mode} ${owner}:${group}`);

		expect(await placedBy("ECDSA-P256")).toEqual(wanted.sort());
	}, 60_000);

	it("list the same images", async () => {
		const cluster = { imageRepository: "registry.example/k8s", dns: { imageRepository: "registry.k8s.io" } };
		const listed = await inFolder(documents({ cluster }), async (_folder, file) => {
			return (await kubeadm(["config", "images", "list", "--config", file])).stdout;
		});
		expect(images(resolveCluster({ kubernetesVersion: version, ...cluster }))).toEqual(listed.trim().split("\n"));
	});
});

/** What the phases leave on a host that has nothing: `path mode owner:group`, sorted. */
async function placedBy(encryptionAlgorithm: "ECDSA-P256"): Promise<string[]> {
	return inFolder(documents({ cluster: { encryptionAlgorithm } }), async (_folder, file) => {
		const phases = ["kubeconfig all", "control-plane all", "etcd local", "kubelet-start"];
		const { stdout } = await kubeadm(["init", "phase", "certs", "all", "--config", file], {
			hide: ["/etc", "/var/lib"],
			after: [
				...phases.map((phase) => `"$0" init phase ${phase} --config ${file}`),
				`find /etc /var/lib -printf 'placed %p 0%m %U:%G\\n'`,
			].join("\n"),
		});
		return stdout
			.split("\n")
			.filter((line) => /^placed \/(etc\/kubernetes|var\/lib\/(etcd|kubelet))/.test(line))
			.map((line) => line.slice("placed ".length).replace("0:0", "root:root"))
			.sort();
	});
}
