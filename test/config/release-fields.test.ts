import { describe, expect, it } from "vitest";
import { type ClusterSpec, clusterUnknowns, resolveCluster } from "../../provider/config/cluster";
import { encryptionAlgorithmOf, isEnabled } from "../../provider/config/features";
import { resolveNode } from "../../provider/config/node";
import { UNKNOWN } from "../../provider/facts/unknown";

const of = (kubernetesVersion: string, spec: Partial<ClusterSpec> = {}) =>
	resolveCluster({ kubernetesVersion, ...spec });

describe("a cluster of another minor release", () => {
	it("is refused when the release is not known, with those that are", () => {
		expect(() => of("1.33.1")).toThrow(
			"kubernetesVersion: expected a version that this package knows (1.34, 1.35, 1.36, 1.37), got",
		);
	});

	// The fields: types.go of k8s.io/kubelet v0.35.4, v0.36.3 and v0.37.2; of kubeadm's v1beta4 in 1.34.4 and 1.35.4.
	it("is refused with a field that came later, by its path and the release that it came with", () => {
		const kubelet = { memoryReservationPolicy: "HardReservation", defaultPodSysctls: { "kernel.msgmax": "1" } };
		expect(() => of("1.35.4", { kubelet })).toThrow(
			/kubelet\.memoryReservationPolicy: .*of 1\.35, as Kubernetes knows the field from 1\.36 on, got "HardReservation"[\s\S]*kubelet\.defaultPodSysctls: .*from 1\.37 on/,
		);
		expect(() => of("1.36.3", { kubelet })).toThrow(/^Cluster: kubelet\.defaultPodSysctls: .*from 1\.37 on/);
		of("1.37.2", { kubelet });
		const external = { endpoints: ["http://198.18.0.31:2379"], httpEndpoints: ["http://198.18.0.31:2378"] };
		expect(() => of("1.34.4", { etcd: { external } })).toThrow(/etcd\.external\.httpEndpoints: .*from 1\.35 on/);
		of("1.35.4", { etcd: { external } });
	});

	it("is refused with such a field of one node's kubelet too", () => {
		const node = (version: string) =>
			resolveNode(of(version), { kubelet: { tlsCurvePreferences: [29] } }, "control-plane");
		expect(() => node("1.35.4")).toThrow(/kubelet\.tlsCurvePreferences: .*from 1\.36 on/);
		node("1.36.3");
	});

	it("is refused with a feature gate that its kubeadm does not know, with those that it knows", () => {
		const featureGates = { NodeLocalCRISocket: true };
		expect(() => of("1.37.2", { featureGates })).toThrow(
			/featureGates: .*kubeadm 1\.37 knows \(RootlessControlPlane\)/,
		);
		of("1.36.3", { featureGates });
	});

	it("leaves all open as long as its version or a feature gate is not known", () => {
		expect(clusterUnknowns({ kubernetesVersion: UNKNOWN })).toEqual(["kubernetesVersion"]);
		const etcd = { local: { imageTag: UNKNOWN } };
		expect(clusterUnknowns({ kubernetesVersion: "1.35.4", etcd })).toEqual(["etcd.local.imageTag"]);
		expect(clusterUnknowns({ kubernetesVersion: "1.36.3", etcd })).toEqual([]);
		const featureGates = { RootlessControlPlane: UNKNOWN as never };
		expect(clusterUnknowns({ kubernetesVersion: "1.37.2", featureGates })).toEqual([
			"featureGates.RootlessControlPlane",
		]);
	});
});

describe("a feature of kubeadm", () => {
	// features.go of each release, and where it is asked for.
	it.each([
		["1.34.4", "NodeLocalCRISocket", {}, true],
		["1.34.4", "NodeLocalCRISocket", { NodeLocalCRISocket: false }, false],
		["1.36.3", "NodeLocalCRISocket", { NodeLocalCRISocket: false }, false],
		["1.37.2", "NodeLocalCRISocket", {}, true],
		["1.34.4", "ControlPlaneKubeletLocalMode", { ControlPlaneKubeletLocalMode: false }, false],
		["1.35.4", "ControlPlaneKubeletLocalMode", { ControlPlaneKubeletLocalMode: false }, true],
		["1.36.3", "ControlPlaneKubeletLocalMode", {}, true],
		["1.34.4", "RootlessControlPlane", {}, false],
		["1.37.2", "RootlessControlPlane", { RootlessControlPlane: true }, true],
	])("in %s, %s with %j, is %s", (version, name, featureGates, expected) => {
		expect(isEnabled(of(version, { featureGates }), name)).toBe(expected);
	});

	it("counts more than the field where it says the kind of keys", () => {
		const algorithm = (PublicKeysECDSA: boolean) =>
			encryptionAlgorithmOf(of("1.36.3", { encryptionAlgorithm: "RSA-4096", featureGates: { PublicKeysECDSA } }));
		expect([algorithm(true), algorithm(false)]).toEqual(["ECDSA-P256", "RSA-2048"]);
		expect(encryptionAlgorithmOf(of("1.36.3", { encryptionAlgorithm: "RSA-4096" }))).toBe("RSA-4096");
	});
});
