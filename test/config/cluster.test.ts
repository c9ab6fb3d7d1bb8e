import { describe, expect, it } from "vitest";
import { type ClusterSpec, clusterUnknowns, resolveCluster } from "../../provider/config/cluster";
import { type Problem, SpecError } from "../../provider/config/problems";
import { UNKNOWN } from "../../provider/facts/unknown";

describe("a cluster", () => {
	it("gets kubeadm's defaults", () => {
		const list = { extraArgs: [], extraVolumes: [], extraEnvs: [] };
		expect(resolveCluster({ kubernetesVersion: "1.37.2" })).toEqual({
			kubernetesVersion: "v1.37.2",
			clusterName: "kubernetes",
			networking: { serviceSubnet: "10.96.0.0/12", dnsDomain: "cluster.local" },
			etcd: { local: { dataDir: "/var/lib/etcd", extraArgs: [], extraEnvs: [], serverCertSANs: [], peerCertSANs: [] } },
			apiServer: { ...list, certSANs: [] },
			controllerManager: list,
			scheduler: list,
			dns: { disabled: false },
			proxy: { disabled: false },
			imageRepository: "registry.k8s.io",
			certificatesDir: "/etc/kubernetes/pki",
			encryptionAlgorithm: "RSA-2048",
			certificateValidityPeriod: "8760h0m0s",
			caCertificateValidityPeriod: "87600h0m0s",
			featureGates: {},
			proxyEnvs: [],
		});
	});

	it("is refused with all problems at once, each with its path, what was expected and what was given", () => {
		const spec = {
			kubernetesVersion: "1.37.2",
			networkin: {},
			apiServer: { certSans: [], extraArgs: [{ name: "a", value: 1 }] },
			kubelet: { maxPods: "many", syncFrequency: "soon" },
		};
		expect(problemsOf(spec)).toEqual([
			{ path: "apiServer.extraArgs[0].value", message: "expected a string, got 1" },
			{ path: "apiServer.certSans", message: 'unknown field, did you mean "certSANs"?' },
			{ path: "kubelet.syncFrequency", message: 'expected a duration such as 1h30m or 10s, got "soon"' },
			{ path: "kubelet.maxPods", message: 'expected an integer, got "many"' },
			{ path: "networkin", message: 'unknown field, did you mean "networking"?' },
		]);
	});

	it("is refused with all broken rules at once", () => {
		const spec = {
			kubernetesVersion: "1.20.3",
			networking: { serviceSubnet: "10.0.0.0/8", podSubnet: "10.0.0.0/25" },
			apiServer: { certSANs: ["fine.example", "not_fine"] },
			certificatesDir: "pki",
		};
		expect(problemsOf(spec)).toEqual([
			{
				path: "kubernetesVersion",
				message: 'expected a version that this package knows (1.34, 1.35, 1.36, 1.37), got "1.20.3"',
			},
			{
				path: "networking.serviceSubnet",
				message: 'expected a subnet with a mask of at least 12 bits, got "10.0.0.0/8"',
			},
			{
				path: "networking.podSubnet",
				message:
					'expected a mask from 8 to 24 bits, so that it holds the nodes\' subnets of 24 bits, got "10.0.0.0/25"',
			},
			{
				path: "apiServer.certSANs[1]",
				message: 'expected an IP address, a DNS name or a DNS name that begins with *., got "not_fine"',
			},
			{ path: "certificatesDir", message: 'expected an absolute path, got "pki"' },
		]);
	});

	it("is refused without a version, and with a label that moves", () => {
		expect(problemsOf({})).toEqual([
			{ path: "kubernetesVersion", message: "expected a version such as 1.37.2, got nothing" },
		]);
		expect(problemsOf({ kubernetesVersion: "stable-1" })).toEqual([
			{
				path: "kubernetesVersion",
				message:
					'expected a version of 1.34, 1.35, 1.36, 1.37 such as 1.37.2, not a label, which changes its meaning by itself, got "stable-1"',
			},
		]);
	});

	it("is refused with both kinds of etcd, and with half of an external one's certificates", () => {
		const external = { endpoints: ["https://198.18.0.1:2379"] };
		expect(problemsOf({ kubernetesVersion: "1.37.2", etcd: { local: {}, external } })).toEqual([
			{
				path: "etcd",
				message:
					'expected one of local and external, got {"local":{},"external":{"endpoints":["https://198.18.0.1:2379"]}}',
			},
		]);
		const half = { endpoints: ["http://198.18.0.1:2379"], certFile: "/client.crt" };
		expect(problemsOf({ kubernetesVersion: "1.37.2", etcd: { external: half } }).map(({ path }) => path)).toEqual([
			"etcd.external",
			"etcd.external.endpoints[0]",
		]);
		const nothing = { certFile: "/client.crt" } as typeof half;
		expect(problemsOf({ kubernetesVersion: "1.37.2", etcd: { external: nothing } })).toEqual([
			{ path: "etcd.external", message: 'expected certFile and keyFile, or neither, got {"certFile":"/client.crt"}' },
			{ path: "etcd.external.endpoints", message: "expected at least one, got []" },
		]);
	});

	it("may hold what is not known yet, alone or inside longer texts", () => {
		const spec: ClusterSpec = {
			kubernetesVersion: "1.37.2",
			controlPlaneEndpoint: `${UNKNOWN}:6443`,
			networking: { podSubnet: UNKNOWN, serviceSubnet: `${UNKNOWN}/16`, dnsDomain: UNKNOWN },
			apiServer: { certSANs: [UNKNOWN], extraArgs: [{ name: "a", value: `x${UNKNOWN}` }] },
			dns: { disabled: UNKNOWN as never },
			kubelet: { maxPods: UNKNOWN as never, syncFrequency: UNKNOWN },
			certificateValidityPeriod: UNKNOWN,
		};
		const cluster = resolveCluster(spec);
		expect(cluster.networking.podSubnet).toBe(UNKNOWN);
		expect(cluster.kubelet?.maxPods).toBe(UNKNOWN);
		expect(clusterUnknowns(spec)).toEqual(["dns.disabled"]);
	});

	it("is told of each network and name that is wrong, at its place, and what was probably meant", () => {
		const spec = {
			kubernetesVersion: "1.37.2",
			networking: { serviceSubnet: "10.0.0.0/30,fd00::/64", podSubnet: "10.1.0.0/16,fd01::/20" },
			controllerManager: { extraArgs: [{ name: "node-cidr-mask-size-ipv4", value: "large" }] },
			featureGates: { RootlesControlPlane: true, Other: true },
			encryptionAlgorithm: "RSA2048",
		};
		const found = problemsOf(spec).map(({ path, message }) => [path, message.replace(/^.*, got /, "")]);
		expect(found).toEqual([
			["networking.serviceSubnet", '"10.0.0.0/30"'],
			["networking.serviceSubnet", '"fd00::/64"'],
			["controllerManager.extraArgs[0].value", '"large"'],
			["networking.podSubnet", '"fd01::/20"'],
			["encryptionAlgorithm", '"RSA2048"; did you mean "RSA-2048"?'],
			["featureGates", '"RootlesControlPlane"; did you mean "RootlessControlPlane"?'],
			["featureGates", '"Other"'],
		]);
	});

	it("keeps passwords of addresses and values of variables out of what is said of them", () => {
		const spec = {
			kubernetesVersion: "1.37.2",
			imageRepository: "https://user:pass@word@registry.example",
			etcd: { external: { endpoints: ["http://user:password@198.18.0.1"], caFile: "/a" } },
			apiServer: { extraEnvs: [{ name: "A", value: 123456 }] },
			proxyEnvs: ["HTTPS_PROXY=https://user:password@proxy.example"],
		};
		const found = problemsOf(spec).map(({ message }) => message.replace(/^.*, got /, ""));
		expect(found).toEqual([
			"something else",
			"something else",
			'"http://user:[secret]@198.18.0.1"',
			'"https://user:[secret]@registry.example"',
		]);
	});

	it("may have a list that is not known yet where an empty one would be refused", () => {
		const external = { endpoints: UNKNOWN as unknown as string[] };
		expect(() => resolveCluster({ kubernetesVersion: "1.37.2", etcd: { external } })).not.toThrow();
	});

	it("tells which objects and lists are not known yet in one piece", () => {
		const spec = {
			kubernetesVersion: "1.37.2",
			networking: UNKNOWN,
			apiServer: { extraArgs: UNKNOWN, extraVolumes: [UNKNOWN], certSANs: UNKNOWN },
			kubelet: { evictionHard: UNKNOWN },
			etcd: { local: UNKNOWN },
		} as never as ClusterSpec;
		expect(clusterUnknowns(spec)).toEqual([
			"etcd.local",
			"networking",
			"apiServer.extraArgs",
			"apiServer.extraVolumes[0]",
			"apiServer.certSANs",
			"kubelet.evictionHard",
		]);
		expect(resolveCluster(spec).networking.serviceSubnet).toBe("10.96.0.0/12");
	});
});

function problemsOf(spec: object): readonly Problem[] {
	try {
		resolveCluster(spec as ClusterSpec);
	} catch (error) {
		if (error instanceof SpecError) return error.problems;
		throw error;
	}
	throw new Error("expected the cluster to be refused, got none");
}
