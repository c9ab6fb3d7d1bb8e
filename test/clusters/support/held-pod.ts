import type { LabHost } from "../../../lab/index.ts";
import { kubectl } from "./kubeadm.ts";

/** A pod on the worker, and a budget that never lets it go. */
const HELD = `
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: default, labels: { app: db } }
spec:
  nodeName: worker-1
  containers: [{ name: db, image: "registry.k8s.io/pause:3.10", imagePullPolicy: Never }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: db, namespace: default }
spec: { minAvailable: 1, selector: { matchLabels: { app: db } } }
`;

/** Runs the pod `db` on a worker named worker-1, where its disruption budget holds it. */
export async function heldPod(controlPlane: LabHost, worker: LabHost): Promise<void> {
	const image = await worker.exec("ctr -n k8s.io images ls -q | grep /pause: | head -n 1", { check: true });
	const yaml = HELD.replace("registry.k8s.io/pause:3.10", image.stdout.trim());
	await controlPlane.exec("kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -", { check: true, input: yaml });
	await kubectl(controlPlane, "wait --for=condition=Ready pod/db --timeout=60s");
}
