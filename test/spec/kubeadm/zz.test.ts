import { it } from "vitest";
import { readFileSync } from "node:fs";
import { parseKubeadmConfig } from "../../../provider/spec/kubeadm";
it("x", () => {
	const head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ";
	const cl = `${head}ClusterConfiguration\nkubernetesVersion: v1.37.2\n`;
	for (const t of [
		`${cl}clusterName: !!binary YQ==\n`, `${cl}clusterName: .nan\n`, `${cl}etcd: {local: {extraEnvs: [{name: .nan}]}}\n`,
		`${cl}---\n${head}JoinConfiguration\n`,
		`${cl}---\n${head}InitConfiguration\n---\n${head}JoinConfiguration\n`,
		`${cl}---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: null\n`,
		`${cl}etcd: {local: {extraEnvs: [null]}}\n`,
		`${cl}...\nfoo: bar\n`,
		`${cl}clusterName: !!str 5\n`, `${cl}proxy: {disabled: !!bool 'yes'}\n`, `${cl}proxy: {disabled: !!bool yes}\n`, `${cl}proxy: {disabled: !!str yes}\n`,
		`${cl}clusterName: !!int 5\n`, `${cl}clusterName: !foo 5\n`,
		`${cl}proxy: {disabled: false}\nfoo\n`, `{"apiVersion":"kubeadm.k8s.io/v1beta4", kind: ClusterConfiguration, kubernetesVersion: v1.37.2}`,`{"apiVersion":"kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "kubernetesVersion": "v1.37.2","proxy":{"disabled":true,"disabled":false}}`,
	]) {
		try { const c = parseKubeadmConfig(t); console.log("OK", JSON.stringify(t.slice(cl.length)), JSON.stringify(c.cluster), !!c.join); } catch (e) { console.log("ERR", JSON.stringify(t.slice(cl.length)), String(e).slice(0,160)); }
	}
});
