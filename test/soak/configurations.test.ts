import { readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { type LabHost, until } from "../../lab/index.ts";
import type { Minor } from "../../lab/toolchain/index.ts";
import {
	componentConfigurations,
	describeConfiguration,
	type Subject,
	type WideConfiguration,
} from "../clusters/support/configuration.ts";
import { givenCa } from "../clusters/support/given-ca.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";

const everything = ["Deployment kube-system/coredns", "DaemonSet kube-system/kube-proxy"];

const leaves = "$(find /etc/kubernetes/pki -name '*.crt' ! -name '*ca.crt')";

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

/** An address for all control planes that the cluster itself brings up, as one does whose pods hold it: when its addons are there. */
const shared = (host: LabHost) => host.address.replace(/\d+$/, "200");
const bringUp = (host: LabHost) => `
until kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://${host.address}:6443 -n kube-system get daemonset kube-proxy
do sleep 1; done
ip addr add ${shared(host)}/32 dev host0`;

describeConfiguration(
	"ECDSA keys, short lives, three CAs of its own, and an endpoint that is there after the cluster",
	{
		prepare: async (_lab, folder) => {
			const names = ["ca", "etcd-ca", "front-proxy-ca"];
			const given = names.map(async (name) => [name, await givenCa({ from: -1, until: 30 })]);
			writeFileSync(join(folder, "given.json"), JSON.stringify(Object.fromEntries(await Promise.all(given))));
		},
		meanwhile: async (lab) => {
			const host = lab.host("cp-1");
			await host.exec(["timeout", "300", "sh", "-c", bringUp(host)], { check: true, timeout: 320_000 });
		},
		text: (lab) => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, ttl: 2h0m0s, description: of the file}
nodeRegistration: {taints: []}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${lab.kubernetesVersion}
controlPlaneEndpoint: ${shared(lab.host("cp-1"))}:6443
encryptionAlgorithm: ECDSA-P384
certificateValidityPeriod: 3h0m0s
networking: {podSubnet: ${lab.podSubnet}, serviceSubnet: ${lab.serviceSubnet}}
${componentConfigurations(lab)}`,
		program: (folder) => ({
			authorities: JSON.parse(readFileSync(join(folder, "given.json"), "utf8")),
			workloads: everything,
		}),
		judges: {
			"has leaves of three hours with keys of the curve that was said, each signed by the CA that was given": async (
				subject,
			) => {
				await ofThreeHours(subject);
				const given = JSON.parse(readFileSync(join(subject.folder, "given.json"), "utf8"));
				for (const [name, path] of [["ca"], ["etcd-ca", "etcd/ca"], ["front-proxy-ca"]])
					expect(await subject.say(`cat /etc/kubernetes/pki/${path ?? name}.crt`)).toBe(
						given[name!].certificate.trim(),
					);
			},
			"is reached by its administrator at the endpoint": async ({ host, say }) => {
				expect(await say("grep -o 'server: .*' /etc/kubernetes/admin.conf")).toBe(
					`server: https://${shared(host)}:6443`,
				);
				expect(await kubectl(host, "get --raw /readyz")).toBe("ok");
			},
			"is known to `kubeadm upgrade plan`, every part with its version": known,
			"has all its certificates renewed by kubeadm, with the same life and keys, and differs from nothing": async (
				subject,
			) => {
				await renewed(subject);
				await ofThreeHours(subject);
			},
		},
	},
);

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
			"is known to `kubeadm upgrade plan`, every part with its version": known,
			"has all its certificates renewed by kubeadm, and differs from nothing": renewed,
		},
	};
}

/** kubeadm reads each component's version from the cluster when it plans: one patch release further, as that needs no network. */
async function known({ lab, say }: Subject): Promise<void> {
	const version = `v${lab.kubernetesVersion}`;
	const next = version.replace(/\d+$/, (patch) => `${Number(patch) + 1}`);
	const plan = JSON.parse(await say(`kubeadm upgrade plan --output=json ${next}`));
	const components = plan.availableUpgrades[0].components as { name: string; currentVersion: string }[];
	const list = await say(`kubeadm config images list --kubernetes-version ${version}`);
	const images = new Map(list.split("\n").map((image) => image.split("/").at(-1)!.split(":") as [string, string]));
	const found = Object.fromEntries(components.map(({ name, currentVersion }) => [name, currentVersion]));
	expect(found).toEqual({
		kubeadm: version,
		kubelet: version,
		"kube-apiserver": version,
		"kube-controller-manager": version,
		"kube-scheduler": version,
		// kubeadm takes the API servers' for it, and prints it parsed.
		"kube-proxy": version.slice(1),
		etcd: images.get("etcd"),
		CoreDNS: images.get("coredns"),
	});
}

async function renewed({ stack, say }: Subject): Promise<void> {
	const serials = async () =>
		(await say(`for file in ${leaves}; do openssl x509 -noout -serial -in $file; done`)).split("\n");
	const before = await serials();
	await say("kubeadm certs renew all");
	const after = await serials();
	expect(after.filter((serial) => before.includes(serial))).toEqual([]);
	expect([before.length, new Set(after).size]).toEqual([7, 7]);
	expect((await stack.preview({ refresh: true })).changes).toEqual([]);
}

async function ofThreeHours({ say }: Subject): Promise<void> {
	const { certificates } = JSON.parse(await say("kubeadm certs check-expiration --output=json"));
	const residual = certificates.map((each: { residualTime: number }) => each.residualTime / 3600);
	expect(Math.max(...residual)).toBeLessThanOrEqual(3);
	expect(Math.min(...residual)).toBeGreaterThan(2.7);
	const curves = await say(`for file in ${leaves}; do openssl x509 -noout -text -in $file | grep NIST; done`);
	expect(curves.split("\n").map((line) => line.trim())).toEqual(Array(7).fill("NIST CURVE: P-384"));
	const pki = "/etc/kubernetes/pki";
	const signed = { ca: "apiserver", "etcd/ca": "etcd/server", "front-proxy-ca": "front-proxy-client" };
	for (const [authority, leaf] of Object.entries(signed))
		expect(await say(`openssl verify -CAfile ${pki}/${authority}.crt ${pki}/${leaf}.crt`)).toBe(
			`${pki}/${leaf}.crt: OK`,
		);
}
