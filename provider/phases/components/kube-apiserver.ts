import { OBJECT_RECORDS } from "../../hosts/placement/records";
import { staticPod } from "./static-pod";

/** kube-apiserver: a static pod. Removing the API server also drops the records of object owners. */
export const kubeApiserver = staticPod("kube-apiserver", {
	async tidy({ host }) {
		await host.run({ intent: "drop the records of object owners", script: `rm -rf ${OBJECT_RECORDS}` });
	},
});
