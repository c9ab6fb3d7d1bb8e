import { images as imagesOf } from "../render/images";
import { command } from "./command";
import { configOptions, readConfiguration } from "./configuration";

/** Command `images`: lists the images that a cluster needs, as `kubeadm config images list` does. */
export const images = command({
	summary: "list the images that a cluster needs",
	description: "Prints the images of a cluster, one per line, as `kubeadm config images list` does.",
	options: configOptions,
	examples: ["images --config kubeadm.yaml"],
	failure: 1,

	async run({ config, "kubernetes-version": kubernetesVersion }) {
		const { cluster } = await readConfiguration(config, { kubernetesVersion });
		const list = imagesOf(cluster);
		return {
			exitCode: 0,
			text: list.map((image) => `${image}\n`).join(""),
			json: { kind: "Images", apiVersion: "output.kubeadm.k8s.io/v1alpha3", images: list },
		};
	},
});
