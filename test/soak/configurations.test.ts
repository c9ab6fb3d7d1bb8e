import { isIP } from "node:net";
import { expect } from "vitest";
import { until } from "../../lab/index.ts";
import type { Minor } from "../../lab/toolchain/index.ts";
import {
	componentConfigurations,
	describeConfiguration,
	type WideConfiguration,
} from "../hosts/support/configuration.ts";
import { kubectl } from "../hosts/support/kubeadm.ts";

const everything = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];

/** IPv6 of the only host, which leaves it nowhere, and of its pods and services. */
const six = { host: "fd00:18::10", pods: "fd00:18:2::/56", hostPods: "fd00:18:2::/64", services: "fd00:18:1::/108" };

describeConfiguration("both address families", {
	prepare: async ({ host }) => {
		const only = host("cp-1");
		const up = `ip -6 addr add ${six.host}/64 dev host0 nodad; sysctl -qw net.ipv6.conf.all.forwarding=1`;
		await only.exec(`set -e; ${up}`, { check: true });
		const conflist = "/etc/cni/net.d/10-lab.conflist";
		const { plugins, ...rest } = JSON.parse((await only.exec(["cat", conflist], { check: true })).stdout);
		plugins[0].ipam.ranges.push([{ subnet: six.hostPods }]);
		plugins[0].ipam.routes.push({ dst: "::/0" });
		await only.exec(["tee", conflist], { check: true, input: JSON.stringify({ ...rest, plugins }) });
	},
	text: (lab) => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, ttl: 2h0m0s, description: of the file}
nodeRegistration:
  taints: []
  kubeletExtraArgs:
  - {name: node-ip, value: "${lab.host("cp-1").address},${six.host}"}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${lab.kubernetesVersion}
networking:
  podSubnet: ${lab.podSubnet},${six.pods}
  serviceSubnet: ${lab.serviceSubnet},${six.services}
${componentConfigurations(lab)}`,
	program: () => ({ workloads: everything }),
	judges: {
		"has a node with addresses and pod networks of both families": async ({ host }) => {
			const of = (path: string) => kubectl(host, `get node cp-1 -o jsonpath='{${path}}'`);
			expect(await of('.status.addresses[?(@.type=="InternalIP")].address')).toBe(`${host.address} ${six.host}`);
			expect(JSON.parse(await of(".spec.podCIDRs"))).toEqual([host.podSubnet, six.hostPods]);
		},
		"reaches a pod by a service of either family": async ({ host }) => {
			await kubectl(host, "run web --image=lab.local/web:1 --port=8080");
			await kubectl(host, "wait --for=condition=Ready pod/web --timeout=60s");
			await kubectl(host, `expose pod web --overrides='{"spec":{"ipFamilyPolicy":"RequireDualStack"}}'`);
			const addresses: string[] = JSON.parse(await kubectl(host, "get service web -o jsonpath='{.spec.clusterIPs}'"));
			expect(addresses.map(isIP)).toEqual([4, 6]);
			for (const address of addresses) {
				const url = `http://${isIP(address) === 6 ? `[${address}]` : address}:8080`;
				await until(`${url} answers`, 30, async (seen) => {
					const said = await kubectl(host, `exec web -- web get ${url} 2>&1 || true`);
					seen(said);
					return said === "web" || undefined;
				});
			}
			await kubectl(host, "delete pod,service web --now");
		},
	},
});

for (const kubernetes of ["1.34", "1.36"] as const)
	describeConfiguration(`Kubernetes ${kubernetes}`, older(kubernetes));

/** The common options, on hosts with the programs of an older release. */
function older(kubernetes: Minor): WideConfiguration {
	return {
		lab: { kubernetes, hosts: [{ name: "cp-1" }] },
		text: (lab, patches) => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, ttl: 2h0m0s, description: of the file}
patches: {directory: ${patches}}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${lab.kubernetesVersion}
networking: {podSubnet: ${lab.podSubnet}, serviceSubnet: ${lab.serviceSubnet}}
apiServer:
  extraArgs:
  - {name: v, value: "3"}
${componentConfigurations(lab)}`,
		patches: { "kube-scheduler+merge.yaml": "metadata: {labels: {wide.test/patched: older}}\n" },
		program: () => ({ workloads: everything }),
		upgradeDiff: ["-    wide.test/patched: older"],
		judges: {
			"runs that release": async ({ host, lab }) => {
				const versions = await kubectl(host, "get nodes -o jsonpath='{.items[*].status.nodeInfo.kubeletVersion}'");
				expect(versions).toBe(`v${lab.kubernetesVersion}`);
				expect(lab.kubernetesVersion.startsWith(`${kubernetes}.`)).toBe(true);
				expect(JSON.parse(await kubectl(host, "get --raw /version")).gitVersion).toBe(versions);
			},
		},
	};
}
