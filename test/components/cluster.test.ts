import * as pulumi from "@pulumi/pulumi";
import { Addon, Cluster, type ClusterArgs, type SigningRequest } from "pulumi-kubeadm";
import { describe, expect, it } from "vitest";
import { find, key, type Sent, sent } from "../support/mocks.ts";

/** Run under mocks: what is sent to the engine, in which names, order and secrecy. Lifecycles and hosts are other tests' matter. */
const machine = (name: string, number: number) => ({ name, connection: { host: `198.18.7.${number}` } });
const one = {
	kubernetesVersion: "1.37.2",
	controlPlanes: [machine("cp-1", 11)],
	workers: [machine("worker-1", 21)],
};
const cluster = (args: ClusterArgs) => sent(() => new Cluster("c", args));

/** What has a part in a control plane's files. */
const writesOnHosts = [
	"Certificate",
	"CertificateSigningRequest",
	"Kubeconfig",
	"Kubelet",
	"SharedCertificates",
	"StaticPodManifest",
];

/** All that a resource comes after, as `TYPE NAME`. */
function waitsFor(all: Sent[], resource: string, known = new Set<string>()): Set<string> {
	for (const each of find(all, resource).dependsOn) {
		if (known.has(each)) continue;
		known.add(each);
		waitsFor(all, each, known);
	}
	return known;
}

describe("Cluster", () => {
	it.each<[string, string[], object | undefined]>([
		["it goes without nothing", [], undefined],
		[
			"it gets no certificates and no kubeconfigs",
			["certs", "kubeconfig"],
			{ ca: { certificate: "ca", privateKey: "key" } },
		],
		["its CA signs elsewhere", [], { ca: { certificate: "given CA" } }],
		["its CA signs elsewhere and nothing is shared", ["certs", "kubeconfig"], { ca: { certificate: "given CA" } }],
	])(
		"writes nothing on a control plane before its preflight has passed where %s",
		async (_title, skipPhases, given) => {
			const node = { ...machine("cp-1", 11), skipPhases };
			const all = await cluster({ ...one, controlPlanes: [node], authorities: given });
			const written = all.filter(({ type, name }) => name.startsWith("c-cp-1-") && writesOnHosts.includes(type));
			const early = written.filter((resource) => !waitsFor(all, key(resource)).has("Preflight c-cp-1-preflight"));
			expect(written.length).toBeGreaterThan(4);
			expect(early.map(key)).toEqual([]);
		},
	);

	it("is refused where a CA that signs is only in place on the host", async () => {
		const skips = (...skipPhases: string[]) =>
			cluster({ ...one, controlPlanes: [{ ...machine("cp-1", 11), skipPhases }] });
		await expect(skips("certs")).rejects.toThrow(
			"authorities.ca: expected the CA that is in place, since the phase certs/ca is skipped, got none",
		);
		await expect(skips("certs/etcd-ca")).rejects.toThrow(/^authorities\.etcd-ca: expected the CA that is in place/m);
		const unused = ["certs/front-proxy-ca", "certs/front-proxy-client"];
		expect((await skips(...unused)).map(key)).not.toContain("Certificate c-cp-1-front-proxy-client");
	});

	it("has facts in sight that the program says, and the others when the machine says them", async () => {
		const facts = { hostname: "cp-1", defaultRouteAddress: "198.18.7.99" };
		const all = await cluster({ ...one, controlPlanes: [{ ...machine("cp-1", 11), facts }] });
		const { node } = find(all, "StaticPodManifest c-cp-1-etcd").inputs;
		expect(node.facts).toMatchObject({
			...facts,
			cgroupVersion: 2,
			caCertificateDirectories: ["/etc/ca-certificates"],
		});
		expect(node.localAPIEndpoint.advertiseAddress).toBe("198.18.7.99");
	});

	it("has an address in sight that the program says of a machine that nobody has asked yet", async () => {
		const facts = { defaultRouteAddress: "198.18.7.99" };
		const args = { ...one, workers: [], controlPlanes: [{ ...machine("cp-1", 11), facts }] };
		const all = await sent(() => new Cluster("c", args), {}, { preview: true });
		expect(find(all, "ClusterIdentity c").inputs).toMatchObject({
			members: [{ name: "cp-1", address: "198.18.7.99" }],
		});
	});

	it.each([
		["0.0.0.0", "198.18.7.99"],
		["::", "fd00::99"],
		["127.0.0.1", "198.18.7.77"],
	])("advertises for %s what the host chooses", async (advertiseAddress, chosen) => {
		const facts = {
			defaultRouteAddress: "198.18.7.99",
			defaultRouteIPv6Address: "fd00::99",
			loopbackAddress: "198.18.7.77",
		};
		const node = { ...machine("cp-1", 11), facts, localAPIEndpoint: { advertiseAddress } };
		const all = await cluster({ ...one, controlPlanes: [node] });
		expect(find(all, "StaticPodManifest c-cp-1-etcd").inputs.node.localAPIEndpoint.advertiseAddress).toBe(chosen);
	});

	it("names its resources after the cluster, the node and kubeadm's own names", async () => {
		expect((await cluster(one)).map(key)).toEqual([
			"Certificate c-cp-1-apiserver",
			"Certificate c-cp-1-apiserver-etcd-client",
			"Certificate c-cp-1-apiserver-kubelet-client",
			"Certificate c-cp-1-etcd-healthcheck-client",
			"Certificate c-cp-1-etcd-peer",
			"Certificate c-cp-1-etcd-server",
			"Certificate c-cp-1-front-proxy-client",
			"CertificateAuthority c-ca",
			"CertificateAuthority c-etcd-ca",
			"CertificateAuthority c-front-proxy-ca",
			"Cluster c",
			"ClusterAccess c-access",
			"ClusterIdentity c",
			"ConfigurationUpload c-configuration",
			"ControlPlaneNode c-cp-1",
			"CoreDns c-coredns",
			"EtcdData c-cp-1-etcd-data",
			"Gate c-cp-1-gate",
			"Host c-cp-1",
			"Host c-worker-1",
			"Kubeconfig c-cp-1-admin.conf",
			"Kubeconfig c-cp-1-controller-manager.conf",
			"Kubeconfig c-cp-1-scheduler.conf",
			"Kubeconfig c-super-admin.conf",
			"Kubelet c-cp-1-kubelet",
			"Kubelet c-worker-1-kubelet",
			"KubeProxy c-kube-proxy",
			"NodeRegistration c-cp-1-node",
			"NodeRegistration c-worker-1-node",
			"Preflight c-cp-1-preflight",
			"ServiceAccountKey c-sa",
			"SharedCertificates c-cp-1-shared",
			"StaticPodManifest c-cp-1-etcd",
			"StaticPodManifest c-cp-1-kube-apiserver",
			"StaticPodManifest c-cp-1-kube-controller-manager",
			"StaticPodManifest c-cp-1-kube-scheduler",
			"WorkerNode c-worker-1",
		]);
	});

	describe("with an external CA", () => {
		const own = { certificate: "own certificate", privateKey: "own key" };
		const external = { ...one, authorities: { ca: { certificate: "external" }, "front-proxy-ca": own } };
		const asked: Omit<SigningRequest, "csr">[] = [];
		const sign = ({ csr, ...request }: SigningRequest) => {
			asked.push(request);
			return csr.apply((pem) => `signed ${pem}`);
		};

		it("asks the program to sign what that CA signs, and only that", async () => {
			asked.length = 0;
			const all = await cluster({ ...external, sign });
			expect(asked.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
				{ node: "cp-1", name: "admin.conf", authority: "ca", usages: ["clientAuth"] },
				{ node: "cp-1", name: "apiserver", authority: "ca", usages: ["serverAuth"] },
				{ node: "cp-1", name: "apiserver-kubelet-client", authority: "ca", usages: ["clientAuth"] },
				{ node: "cp-1", name: "controller-manager.conf", authority: "ca", usages: ["clientAuth"] },
				{ node: "cp-1", name: "kubelet.conf", authority: "ca", usages: ["clientAuth"] },
				{ node: "cp-1", name: "scheduler.conf", authority: "ca", usages: ["clientAuth"] },
				{ node: "c", name: "super-admin.conf", authority: "ca", usages: ["clientAuth"] },
			]);
			const requests = all.filter(({ type }) => type === "CertificateSigningRequest");
			expect(requests.map(({ name }) => name).sort()).toEqual(
				asked.map(({ node, name }) => `${node === "c" ? "c" : `c-${node}`}-${name}-csr`).sort(),
			);
			for (const of of ["Certificate c-cp-1-apiserver", "Kubeconfig c-cp-1-admin.conf", "Kubelet c-cp-1-kubelet"])
				expect(find(all, of).inputs).toMatchObject({ certificate: "signed mock csr" });
			expect(find(all, "Certificate c-cp-1-front-proxy-client").inputs).not.toHaveProperty("certificate");
			expect(find(all, "Certificate c-cp-1-etcd-server").inputs).not.toHaveProperty("certificate");
		});

		it("says so where it is rendered, and gives that CA no key", async () => {
			const all = await cluster(external);
			expect(find(all, "StaticPodManifest c-cp-1-kube-controller-manager").inputs.cluster.externalCA).toBe(true);
			expect(find(all, "CertificateAuthority c-ca").inputs).toMatchObject({ certificate: "external", privateKey: "" });
			const requests = all.filter(({ type }) => type === "CertificateSigningRequest").map(key);
			expect(requests).toHaveLength(7);
			expect(find(all, "Kubeconfig c-super-admin.conf").dependsOn).toContain(
				"CertificateSigningRequest c-super-admin.conf-csr",
			);
			for (const of of ["Certificate c-cp-1-apiserver", "Kubeconfig c-cp-1-admin.conf", "Kubelet c-cp-1-kubelet"]) {
				expect(find(all, of).inputs).not.toHaveProperty("certificate");
				expect(find(all, of).dependsOn).toEqual(
					expect.arrayContaining(requests.filter((request) => request.includes("c-cp-1-"))),
				);
			}
			const others = await cluster({ ...one, authorities: { "etcd-ca": { certificate: "external" } } });
			expect(find(others, "StaticPodManifest c-cp-1-etcd").inputs.cluster).not.toHaveProperty("externalCA");
		});
	});

	it("takes at most 25 resources for a control plane and 4 for a worker", async () => {
		const all = await cluster({
			...one,
			controlPlanes: [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)],
		});
		const of = (node: string) => all.filter(({ name }) => name === `c-${node}` || name.startsWith(`c-${node}-`)).length;
		expect(of("cp-1")).toBeLessThanOrEqual(25);
		expect(of("cp-2")).toBeLessThanOrEqual(25);
		expect(of("worker-1")).toBeLessThanOrEqual(4);
		const rest = all.length - of("cp-1") - of("cp-2") - of("cp-3") - of("worker-1");
		expect(rest).toBeLessThanOrEqual(12);
	});

	it("changes nothing that is there when a worker is added, moved in the list or removed", async () => {
		const workers = [machine("worker-1", 21), machine("worker-2", 22), machine("worker-3", 23)];
		// The order of a roll is shown, and no input of the state.
		const made = async (args: ClusterArgs) =>
			(await cluster(args)).map(({ inputs: { rollsAfter: _order, ...inputs }, ...rest }) => ({ ...rest, inputs }));
		const three = await made({ ...one, workers });
		expect(await made({ ...one, workers: [workers[2]!, workers[0]!, workers[1]!] })).toEqual(three);
		expect(await made({ ...one, workers: [workers[0]!, workers[2]!] })).toEqual(
			three.filter(({ name }) => !name.includes("worker-2")),
		);
	});

	it("sends the order of a roll with each worker's kubelet: one by one, or so many at once after the first", async () => {
		const workers = ["worker-1", "worker-2", "worker-3", "worker-4"].map((name, index) => machine(name, 21 + index));
		const orderIn = async (rollout: ClusterArgs["rollout"]) => {
			const all = await cluster({ ...one, workers, rollout });
			return workers.map(({ name }) => find(all, `Kubelet c-${name}-kubelet`).inputs.rollsAfter);
		};
		expect(await orderIn(undefined)).toEqual([undefined, ["worker-1"], ["worker-2"], ["worker-3"]]);
		expect(await orderIn({ maxUnavailable: "50%", order: ["worker-3"] })).toEqual([
			["worker-3"],
			["worker-3"],
			undefined,
			["worker-1"],
		]);
	});

	it("sends the order of a roll with what restarts something on a control plane", async () => {
		const controlPlanes = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];
		const virtualIP = { address: "198.18.0.100" };
		const all = await cluster({ ...one, controlPlanes, virtualIP });
		for (const part of ["StaticPodManifest c-NODE-etcd", "Kubelet c-NODE-kubelet", "VirtualIP c-NODE-virtual-ip"])
			expect(
				controlPlanes.map(({ name }) => find(all, part.replace("NODE", name as string)).inputs.rollsAfter),
				part,
			).toEqual([undefined, ["cp-1"], ["cp-2"]]);
		expect(find(all, "Gate c-cp-3-gate").inputs.rollsAfter).toEqual(["cp-2"]);
	});

	it("gives each gate what was last placed of the certificates and kubeconfigs that its components read", async () => {
		const all = await cluster(one);
		const names = [
			...["apiserver", "apiserver-kubelet-client", "apiserver-etcd-client", "front-proxy-client"],
			...["etcd-server", "etcd-peer", "etcd-healthcheck-client"],
			...["admin.conf", "controller-manager.conf", "scheduler.conf"],
		];
		expect(find(all, "Gate c-cp-1-gate").inputs.credentials).toEqual(
			Object.fromEntries(names.map((name) => [name, { "/mock": "placed" }])),
		);
	});

	it("lets what restarts something wait for the gate of the control plane before, and the API's objects for all gates", async () => {
		const controlPlanes = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];
		const all = await cluster({ ...one, controlPlanes });
		const gatesOf = (resource: string) => find(all, resource).dependsOn.filter((name) => name.startsWith("Gate"));
		for (const resource of ["Kubelet c-NODE-kubelet", "StaticPodManifest c-NODE-etcd"]) {
			expect(gatesOf(resource.replace("NODE", "cp-1"))).toEqual([]);
			expect(gatesOf(resource.replace("NODE", "cp-2"))).toEqual(["Gate c-cp-1-gate"]);
			expect(gatesOf(resource.replace("NODE", "cp-3"))).toEqual(["Gate c-cp-2-gate"]);
		}
		for (const resource of ["ControlPlaneNode c-cp-2", "Preflight c-cp-2-preflight", "Certificate c-cp-2-apiserver"])
			expect(gatesOf(resource)).toEqual([]);
		expect(find(all, "ClusterAccess c-access").dependsOn).toEqual(
			expect.arrayContaining(["Gate c-cp-1-gate", "Gate c-cp-2-gate", "Gate c-cp-3-gate"]),
		);
		expect(find(all, "Gate c-cp-2-gate").dependsOn).toEqual(
			expect.arrayContaining(["Kubelet c-cp-2-kubelet", "StaticPodManifest c-cp-2-etcd"]),
		);
	});

	it("waits in the end for each control plane, also in a founding, where the gates between them do not", async () => {
		const controlPlanes = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];
		const all = await cluster({ ...one, controlPlanes });
		for (const { name } of controlPlanes) {
			const last = find(all, `Gate c-${name}-serves`);
			expect(last.dependsOn).toContain("ClusterAccess c-access");
			expect([last.inputs["waitsInFounding"], find(all, `Gate c-${name}-gate`).inputs["waitsInFounding"]]).toEqual([
				true,
				undefined,
			]);
		}
	});

	it.each([
		["founds the cluster on empty hosts", "static pods of all", 0, 0],
		["goes on with a founding that was cut off", "gate before", -86_400_000, 0],
		["finds a host with static pods", "gate before", 0, undefined],
	])("lets the kubelet of a control plane wait, in an up that %s, for the %s", async (_, what, founded, empty) => {
		const controlPlanes = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];
		const at = (ago: number | undefined) => (ago === undefined ? undefined : Date.now() + ago);
		const made = { ClusterIdentity: { foundedAt: at(founded) }, Preflight: { emptyAt: at(empty) } };
		const all = await sent(() => void new Cluster("c", { ...one, controlPlanes }), {}, { made });
		const others = (resource: string) =>
			find(all, resource).dependsOn.filter((name) => /(Gate|Kubelet|StaticPodManifest) c-cp-2-/.test(name));
		const isFounding = what === "static pods of all";
		const pods = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
		expect(others("Kubelet c-cp-3-kubelet")).toEqual(
			isFounding ? pods.map((pod) => `StaticPodManifest c-cp-2-${pod}`) : ["Gate c-cp-2-gate"],
		);
		for (const resource of ["EtcdData c-cp-3-etcd-data", "StaticPodManifest c-cp-3-etcd"])
			expect(others(resource), resource).toEqual(isFounding ? [] : ["Gate c-cp-2-gate"]);
	});

	it("plans nothing else where the lines of its control planes change places", async () => {
		const controlPlanes = [machine("cp-1", 11), machine("cp-2", 12), machine("cp-3", 13)];
		const plain = ({
			dependsOn: _order,
			inputs: { members: _members, rollsAfter: _roll, ...inputs },
			...resource
		}: Sent) => ({
			...resource,
			inputs,
		});
		const ordered = await cluster({ ...one, controlPlanes });
		const reversed = await cluster({ ...one, controlPlanes: controlPlanes.toReversed() });
		const withoutMembers = (all: Sent[]) => all.map(plain).filter(({ type }) => type !== "ClusterIdentity");
		expect(withoutMembers(reversed)).toEqual(withoutMembers(ordered));
		// Of the members the identity's lifecycle keeps the founder and the order of the founding.
		expect(find(reversed, "ClusterIdentity c").inputs.members).toHaveLength(3);
	});

	it("has its super-admin.conf and its API's address of the founder that the identity names, wherever it stands", async () => {
		const controlPlanes = [machine("cp-2", 12), { ...machine("cp-1", 11), skipPhases: ["show-join-command"] }];
		const at = (node: ReturnType<typeof machine>, advertiseAddress: string) => ({
			...node,
			localAPIEndpoint: { advertiseAddress },
		});
		const all = await cluster({
			...one,
			controlPlanes: [at(controlPlanes[0]!, "198.18.7.2"), at(controlPlanes[1]!, "198.18.7.1")],
		});
		const superAdmin = all.filter(({ name }) => name.endsWith("super-admin.conf"));
		expect(superAdmin.map(({ name }) => name)).toEqual(["c-super-admin.conf"]);
		expect(superAdmin[0]!.inputs).toMatchObject({
			host: { connection: { host: "198.18.7.11" } },
			node: { name: "cp-1", skipPhases: ["show-join-command"] },
		});
		expect(find(all, "ClusterAccess c-access").inputs.controlPlanes[0].connection.host).toBe("198.18.7.11");
		expect(find(all, "CoreDns c-coredns").inputs.node.name).toBe("cp-1");
		for (const kubelet of ["c-cp-1-kubelet", "c-cp-2-kubelet", "c-worker-1-kubelet"])
			expect(find(all, `Kubelet ${kubelet}`).inputs.node.apiServer.advertiseAddress).toBe("198.18.7.1");
		expect(find(all, "Preflight c-cp-1-preflight").inputs.joins).toBe(false);
		expect(find(all, "Preflight c-cp-2-preflight").inputs.joins).toBe(true);
	});

	it("lets resources of a program wait until the control planes are registered, with their taint", async () => {
		const all = await sent(() => new Addon("own", { api: new Cluster("c", one).api, yaml: "a: 1" }));
		expect(find(all, "Addon own").dependsOn).toEqual(
			expect.arrayContaining(["ClusterAccess c-access", "NodeRegistration c-cp-1-node"]),
		);
	});

	it("founds etcd with the addresses of the control planes: as said, else that of the default route", async () => {
		const said = { ...machine("cp-2", 12), localAPIEndpoint: { advertiseAddress: "198.18.7.99" } };
		const all = await cluster({ ...one, controlPlanes: [machine("cp-1", 11), said] });
		expect(find(all, "ClusterIdentity c").inputs.members).toEqual([
			{ name: "cp-1", address: "198.18.7.10" },
			{ name: "cp-2", address: "198.18.7.99" },
		]);
		expect(find(all, "Kubelet c-worker-1-kubelet").inputs.node.apiServer).toEqual({
			advertiseAddress: "198.18.7.10",
			bindPort: 6443,
		});
	});

	it("makes the administrator's kubeconfig when a program asks for it, once", async () => {
		const all = await sent(() => {
			const made = new Cluster("c", one);
			return [made.kubeconfig, made.kubeconfig];
		});
		expect(all.filter(({ name }) => name === "c-kubeconfig")).toHaveLength(1);
		expect(find(all, "Kubeconfig c-kubeconfig")).toMatchObject({ parent: "Cluster c", secretOutputs: ["kubeconfig"] });
	});

	it("makes the token of the join command when a program asks for it, once, and keeps the command secret", async () => {
		let command: unknown;
		const all = await sent(() => {
			const made = new Cluster("c", { ...one, controlPlaneEndpoint: "api.example.test" });
			command = made.joinCommand;
			return [made.joinCommand, command];
		});
		expect(all.filter(({ type }) => type === "BootstrapToken").map(({ name }) => name)).toEqual(["c-join-token"]);
		expect(find(all, "BootstrapToken c-join-token").parent).toBe("Cluster c");
		const output = command as pulumi.Output<string>;
		expect(await pulumi.isSecret(output)).toBe(true);
	});

	it("tells where each API server is", async () => {
		let urls: Promise<unknown> | undefined;
		await sent(() => {
			const { endpoints } = new Cluster("c", one);
			urls = new Promise((resolve) => pulumi.output(endpoints).apply(resolve));
		});
		expect(await urls).toEqual({ "cp-1": "https://198.18.7.10:6443" });
	});

	it("gives each node's removal its own limit for the drain", async () => {
		const slow = (node: ReturnType<typeof machine>) => ({ ...node, drainTimeoutSeconds: 600 });
		const all = await cluster({ ...one, workers: [machine("worker-1", 21), slow(machine("worker-2", 22))] });
		expect(find(all, "NodeRegistration c-worker-1-node").inputs).not.toHaveProperty("drainTimeoutSeconds");
		expect(find(all, "NodeRegistration c-worker-2-node").inputs.drainTimeoutSeconds).toBe(600);
		expect(find(all, "Kubelet c-worker-2-kubelet").inputs.node).not.toHaveProperty("drainTimeoutSeconds");
		const first = await cluster({ ...one, controlPlanes: [slow(machine("cp-1", 11))] });
		expect(find(first, "NodeRegistration c-cp-1-node").inputs.drainTimeoutSeconds).toBe(600);
	});

	it("has its API server, etcd member and clients at one address, in its usual spelling, where any is asked for", async () => {
		const at = async (localAPIEndpoint: object) => {
			const all = await cluster({ ...one, controlPlanes: [{ ...machine("cp-1", 11), localAPIEndpoint }] });
			const [member] = find(all, "ClusterIdentity c").inputs.members;
			const { localAPIEndpoint: own } = find(all, "Kubelet c-cp-1-kubelet").inputs.node;
			expect([own.advertiseAddress, find(all, "Kubelet c-worker-1-kubelet").inputs.node.apiServer]).toEqual([
				member.address,
				own,
			]);
			return `${own.advertiseAddress} ${own.bindPort}`;
		};
		expect(await at({ advertiseAddress: "0.0.0.0", bindPort: 0 })).toBe("198.18.7.10 6443");
		expect(await at({ advertiseAddress: "" })).toBe("198.18.7.10 6443");
		expect(await at({ advertiseAddress: "FD00:0::1", bindPort: 7443 })).toBe("fd00::1 7443");
		expect(await at(pulumi.output({ advertiseAddress: pulumi.output("::") }))).toBe("198.18.7.10 6443");
	});

	it("gives the administrator's kubeconfig the controlPlaneEndpoint, with a port", async () => {
		const server = async (controlPlaneEndpoint?: string) => {
			const all = await sent(() => new Cluster("c", { ...one, controlPlaneEndpoint }).kubeconfig);
			return find(all, "Kubeconfig c-kubeconfig").inputs.user.server;
		};
		expect(await server("fd00::1")).toBe("https://[fd00::1]:6443");
		expect(await server("[fd00::1]:8443")).toBe("https://[fd00::1]:8443");
		expect(await server()).toBe("https://198.18.7.10:6443");
		expect(await server("api.example.test")).toBe("https://api.example.test:6443");
		expect(await server("api.example.test:8443")).toBe("https://api.example.test:8443");
	});

	it("sends each key and each secret of a connection as a secret, and the rest of the connection in sight", async () => {
		const connection = {
			host: "198.18.7.11",
			user: "admin",
			password: "secret password",
			privateKey: "secret key",
			privateKeyPassword: "secret passphrase",
			proxy: { host: "198.18.7.1", password: "secret of the bastion" },
		};
		const all = await cluster({ ...one, controlPlanes: [{ name: "cp-1", connection }] });
		expect(inClear(all)).toEqual([]);
		expect(find(all, "Host c-cp-1").secrets.sort()).toEqual([
			"connection.password",
			"connection.privateKey",
			"connection.privateKeyPassword",
			"connection.proxy.password",
		]);
	});

	it("keeps keys and kubeconfigs that it puts out secret, and gives workers no key", async () => {
		const all = await cluster(one);
		for (const ca of ["c-ca", "c-etcd-ca", "c-front-proxy-ca"])
			expect(find(all, `CertificateAuthority ${ca}`).secretOutputs).toEqual(["privateKey"]);
		expect(find(all, "ServiceAccountKey c-sa").secretOutputs).toEqual(["privateKey"]);
		expect(find(all, "Kubelet c-worker-1-kubelet").inputs.authority).toEqual({ certificate: "mock certificate" });
		expect(find(all, "Kubelet c-cp-1-kubelet").inputs.authority.privateKey).toBe("mock key");
	});

	it("takes CAs and a service account key of one's own as secrets, made by other resources or not", async () => {
		const all = await cluster({
			...one,
			authorities: { ca: { certificate: "own certificate", privateKey: pulumi.output("secret own key") } },
			serviceAccountKey: "secret own service account key",
		});
		const ca = find(all, "CertificateAuthority c-ca");
		expect(ca.inputs).toMatchObject({ name: "ca", certificate: "own certificate", privateKey: "secret own key" });
		expect(find(all, "ServiceAccountKey c-sa").inputs.privateKey).toBe("secret own service account key");
		expect(find(all, "CertificateAuthority c-etcd-ca").inputs).not.toHaveProperty("privateKey");
		expect(inClear(all)).toEqual([]);
	});

	it("refuses a cluster without a control plane, and a node named twice", async () => {
		await expect(cluster({ ...one, controlPlanes: [] })).rejects.toThrow(
			"controlPlanes: expected one machine, got none",
		);
		await expect(cluster({ ...one, workers: [machine("cp-1", 21)] })).rejects.toThrow(
			'workers[0].name: expected each node\'s name once, got "cp-1" again, as in controlPlanes[0]',
		);
	});
});

/** Inputs with a key or a secret that are not marked so. */
function inClear(all: Sent[]): string[] {
	return all.flatMap((resource) =>
		leaves(resource.inputs)
			.filter(
				([path, value]) => /^secret|^mock (service account )?key$/.test(value) && !resource.secrets.includes(path),
			)
			.map(([path]) => `${key(resource)} ${path}`),
	);
}

function leaves(value: any, path = ""): [string, string][] {
	if (value === null || typeof value !== "object") return [[path, String(value)]];
	return Object.entries(value).flatMap(([name, part]) => leaves(part, path ? `${path}.${name}` : name));
}
