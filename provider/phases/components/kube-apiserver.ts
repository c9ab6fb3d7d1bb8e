import { OBJECT_RECORDS } from "../../hosts/placement/records";
import { staticPod } from "./static-pod";

/** kube-apiserver: a static pod. `clean` also removes the records on the host of which resource owns which API object. */
export const kubeApiserver = staticPod("kube-apiserver", {
	async tidy({ host }) {
		await host.run({ intent: "drop the records of object owners", script: `rm -rf ${OBJECT_RECORDS}` });
	},
});
