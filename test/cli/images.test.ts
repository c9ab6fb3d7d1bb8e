import { describe, expect, it } from "vitest";
import { documents, inFolder, kubeadm } from "../parity/kubeadm";
import { cli } from "../support/command-line.ts";

const clusters = {
	"the default configuration": {},
	"a repository of one's own": { imageRepository: "registry.example/k8s" },
	"repositories and tags of one's own": {
		dns: { imageRepository: "registry.example/dns", imageTag: "v1.0.0" },
		etcd: { local: { imageRepository: "registry.example/etcd", imageTag: "3.6.0-0" } },
	},
	"a build that is not released": { kubernetesVersion: "ci/v1.37.2-5.1+a0b" },
	"such a build in a repository of one's own": {
		kubernetesVersion: "ci/v1.37.2",
		imageRepository: "registry.example/k8s",
	},
	"a release that is called so": { kubernetesVersion: "release/1.37.2" },
	"no addons": { dns: { disabled: true }, proxy: { disabled: true } },
	"an external etcd": { etcd: { external: { endpoints: ["http://198.18.0.2:2379"] } } },
};

describe("images prints what `kubeadm config images list` prints", () => {
	it.each(Object.entries(clusters))("for %s, as text and as JSON", async (_title, cluster) => {
		await inFolder(documents({ cluster }), async (_folder, file) => {
			const list = async (...more: string[]) =>
				(await kubeadm(["config", "images", "list", "--config", file, ...more])).stdout;
			expect(await cli(["images", "--config", file])).toEqual({ exitCode: 0, stdout: await list(), stderr: "" });
			const { stdout } = await cli(["images", "--config", file, "--output", "json"]);
			expect(JSON.parse(stdout)).toEqual(JSON.parse(await list("--output", "json")));
		});
	});
});
