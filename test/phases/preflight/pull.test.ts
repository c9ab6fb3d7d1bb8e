import { afterEach, describe, expect, it, vi } from "vitest";
import { preflight } from "../../../provider/phases/preflight/preflight";
import { pullImages } from "../../../provider/phases/preflight/pull";
import { node } from "../../support/cluster";
import { MemoryHost } from "../../support/memory-host";
import { subjectOf } from "../../support/preflight-subject";

afterEach(() => void vi.restoreAllMocks());

type Registration = NonNullable<NonNullable<Parameters<typeof subjectOf>[0]>["node"]>["nodeRegistration"];

/** Pulls a control plane's images with such a node registration; all images but the last are on the host. */
async function pull(
	nodeRegistration: Registration = {},
	change: (host: MemoryHost, images: string[]) => void = () => {},
) {
	const log = vi
		.spyOn(console, "log")
		.mockReset()
		.mockImplementation(() => {});
	const host = new MemoryHost();
	const subject = subjectOf({ node: { ...node, nodeRegistration } });
	for (const image of subject.images.slice(0, -1)) host.runtime.images.add(image);
	change(host, subject.images);
	const error = await pullImages(host, subject).then(
		() => "",
		({ message }: Error) => message,
	);
	const pulls = host.runtime.calls.filter((call) => call.startsWith("PullImage")).map((call) => call.slice(10));
	return { error, said: log.mock.calls.map(([line]) => String(line)), pulls, images: subject.images, host };
}

describe("the images of a control plane", () => {
	it("are pulled where they are missing, with a line before and after each", async () => {
		const { error, said, pulls, images } = await pull();
		const missing = images.at(-1)!;
		expect([error, pulls]).toEqual(["", [missing]]);
		expect(said).toEqual([`cp-1: pulls ${missing} (1 of 1)`, `cp-1: has ${missing} after 0 s`]);
	});

	it("are all of kubeadm's, and with `Always` pulled in its order whatever is there", async () => {
		const { pulls } = await pull({ imagePullPolicy: "Always" });
		// `kubeadm config images list --kubernetes-version v1.37.2`.
		expect(pulls).toEqual([
			"registry.k8s.io/kube-apiserver:v1.37.2",
			"registry.k8s.io/kube-controller-manager:v1.37.2",
			"registry.k8s.io/kube-scheduler:v1.37.2",
			"registry.k8s.io/kube-proxy:v1.37.2",
			"registry.k8s.io/coredns/coredns:v1.14.6",
			"registry.k8s.io/pause:3.10.2",
			"registry.k8s.io/etcd:3.7.0-0",
		]);
	});

	it("are only looked for with `Never`, and what is missing is said", async () => {
		const { error, said, pulls } = await pull({ imagePullPolicy: "Never" });
		expect([error, pulls]).toEqual(["", []]);
		expect(said).toEqual([
			expect.stringMatching(
				/^cp-1: warning: \[ImagePull\] image: expected \S+ on the host, got none: the kubelet will pull it\n/,
			),
		]);
	});

	it.each([
		[true, 1],
		[false, 7],
	])("are pulled one after the other unless imagePullSerial is false (%s)", async (imagePullSerial, most) => {
		let running = 0;
		let seen = 0;
		await pull({ imagePullPolicy: "Always", imagePullSerial }, () => {
			vi.spyOn(console, "log").mockImplementation((line: string) => {
				running += /: pulls /.test(line) ? 1 : -1;
				seen = Math.max(seen, running);
			});
		});
		expect(seen).toBe(most);
	});

	it("that cannot be pulled are named in one error, each with what the registry said and the next command, after kubeadm's five tries", async () => {
		const { error, pulls } = await pull({ imagePullPolicy: "Always" }, (host) => {
			host.runtime.fails = (method, image) => {
				if (method !== "PullImage") return undefined;
				if (image.includes("etcd")) return { status: 2, message: "dial tcp: lookup registry.k8s.io: no such host" };
				return image.includes("pause") ? { status: 5, message: `${image}: not found` } : undefined;
			};
		});
		expect(error.split("\n")).toEqual([
			"cp-1 (root@198.18.0.11:22): images of the control plane are missing",
			"[ImagePull] image: expected registry.k8s.io/pause:3.10.2 from its registry, got NOT_FOUND: registry.k8s.io/pause:3.10.2: not found",
			'  next: ssh root@198.18.0.11:22 "ctr -n k8s.io images pull registry.k8s.io/pause:3.10.2"',
			"[ImagePull] image: expected registry.k8s.io/etcd:3.7.0-0 from its registry, got UNKNOWN: dial tcp: lookup registry.k8s.io: no such host",
			'  next: ssh root@198.18.0.11:22 "ctr -n k8s.io images pull registry.k8s.io/etcd:3.7.0-0"',
		]);
		expect(pulls.filter((image) => image.includes("etcd"))).toHaveLength(5);
		expect(pulls.filter((image) => image.includes("pause"))).toHaveLength(1);
	});

	it("that cannot be pulled are a warning where ImagePull is ignored", async () => {
		const ignoring = await pull({ ignorePreflightErrors: ["imagepull"] }, (host) => {
			host.runtime.fails = (method) => (method === "PullImage" ? { status: 5, message: "not found" } : undefined);
		});
		expect(ignoring.error).toBe("");
		expect(ignoring.said.at(-1)).toMatch(
			/^cp-1: warning: \[ImagePull\] image: expected \S+ from its registry, got NOT_FOUND/,
		);
	});

	it("are not the sandbox's: another one of the container runtime is a warning", async () => {
		const { said } = await pull({}, (host) => {
			host.runtime.sandboxImage = "registry.k8s.io/pause:3.8";
		});
		expect(said.at(-1)).toContain(
			"[ImagePull] image: expected registry.k8s.io/pause:3.10.2 as the container runtime's sandbox image, got registry.k8s.io/pause:3.8",
		);
	});

	it("are not asked for before all that is wrong with the host is mended", async () => {
		vi.spyOn(console, "log").mockImplementation(() => {});
		const host = new MemoryHost();
		host.answers(/^check whether it can be a node$/, () => "swap=/dev/sdb2");
		await expect(preflight(host, subjectOf())).rejects.toThrow("[Swap]");
		expect(host.runtime.calls).toEqual(["Status", "RuntimeConfig"]);
	});
});
