import { OBJECT_RECORDS } from "../../hosts/placement/records";
import { staticPod } from "./static-pod";

/** The API server: whose the objects are that were in its API is nothing to know without it. */
export const apiServer = staticPod("kube-apiserver", {
	async tidy({ host }) {
		await host.run({ intent: "forget whose the objects were", script: `rm -rf ${OBJECT_RECORDS}` });
	},
});
