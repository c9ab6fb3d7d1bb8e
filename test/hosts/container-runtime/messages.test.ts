import { describe, expect, it } from "vitest";
import { decodeAnswer, encodeRequest, methodPath } from "../../../provider/hosts/container-runtime/messages";

const hex = (text: string) => Buffer.from(text, "hex");

// The bytes are Go's: proto.Marshal of the same values with k8s.io/cri-api v0.37.2, all fields of theirs set that we pass over.
describe("a message to the container runtime", () => {
	it.each([
		["StopContainer", { containerId: "c1", timeout: 30 }, "0a026331101e"],
		["ContainerStatus", { containerId: "c1" }, "0a026331"],
		["StopPodSandbox", { podSandboxId: "s1" }, "0a027331"],
		["RemovePodSandbox", { podSandboxId: "s1" }, "0a027331"],
		["ListPodSandbox", {}, ""],
		["Status", { verbose: true }, "0801"],
		["RuntimeConfig", {}, ""],
		[
			"ImageStatus",
			{ image: { image: "registry.k8s.io/pause:3.10.2" } },
			"0a1e0a1c72656769737472792e6b38732e696f2f70617573653a332e31302e32",
		],
		[
			"PullImage",
			{ image: { image: "registry.k8s.io/pause:3.10.2" } },
			"0a1e0a1c72656769737472792e6b38732e696f2f70617573653a332e31302e32",
		],
		[
			"ListContainers",
			{
				filter: { state: { state: "CONTAINER_EXITED" }, labelSelector: { "io.kubernetes.container.name": "etcd" } },
			},
			"0a2a1202080222240a1c696f2e6b756265726e657465732e636f6e7461696e65722e6e616d65120465746364",
		],
	] as const)("for %s is what Go's client sends", (method, request, bytes) => {
		expect(Buffer.from(encodeRequest(method, request)).toString("hex")).toBe(bytes);
	});

	it("that lists pods is read, with defaults for what it leaves out", () => {
		const bytes =
			"0a510a027331121e0a09657463642d63702d31120275311a0b6b7562652d73797374656d200218012095cecadadca3aff5182a110a09636f6d706f6e656e7412046574636432060a01611201623a0472756e630a120a027332120c0a016e1a0764656661756c74";
		expect(decodeAnswer("ListPodSandbox", hex(bytes))).toEqual({
			items: [
				{
					id: "s1",
					metadata: { name: "etcd-cp-1", namespace: "kube-system" },
					createdAt: 1795455337123456800,
					labels: { component: "etcd" },
				},
				{ id: "s2", metadata: { name: "n", namespace: "default" }, createdAt: 0, labels: {} },
			],
		});
		expect(decodeAnswer("ListPodSandbox", hex(""))).toEqual({ items: [] });
	});

	it("that lists containers is read", () => {
		const bytes = "0a2e0a026331120273311a080a0465746364100722030a01692a017230013895cecadadca3aff51842060a016c12016d";
		expect(decodeAnswer("ListContainers", hex(bytes))).toEqual({
			containers: [{ id: "c1", state: "CONTAINER_RUNNING", createdAt: 1795455337123456800 }],
		});
	});

	it("that describes a container is read, also an exit code below zero", () => {
		const bytes =
			"0a7a0a02633112090a046574636410ac0218022095cecadadca3aff5182880c8c6fcdfa3aff5183080dcb1d9e3a3aff51838ffffffffffffffffff0142030a01694a017252054572726f725a016d62060a016c12016d72080a022f6312022f687a1a2f7661722f6c6f672f706f64732f702f657463642f372e6c6f6712080a03706964120131";
		expect(decodeAnswer("ContainerStatus", hex(bytes))).toEqual({
			status: {
				id: "c1",
				metadata: { name: "etcd", attempt: 300 },
				state: "CONTAINER_EXITED",
				createdAt: 1795455337123456800,
				startedAt: 1795455338000000000,
				exitCode: -1,
				logPath: "/var/log/pods/p/etcd/7.log",
			},
		});
	});

	it("that says how the runtime is, is read", () => {
		const bytes =
			"0a450a100a0c52756e74696d65526561647910010a310a0c4e6574776f726b52656164791a154e6574776f726b506c7567696e4e6f745265616479220a6e6f206e6574776f726b120c0a06636f6e66696712027b7d1a060a0472756e6322020801";
		expect(decodeAnswer("Status", hex(bytes))).toEqual({
			status: {
				conditions: [
					{ type: "RuntimeReady", status: true, reason: "", message: "" },
					{ type: "NetworkReady", status: false, reason: "NetworkPluginNotReady", message: "no network" },
				],
			},
			info: { config: "{}" },
		});
	});

	it("that says whether an image is there, is read", () => {
		const bytes =
			"0a2f0a087368613235363a31121c72656769737472792e6b38732e696f2f70617573653a332e31302e3220073a030a017812060a0161120162";
		expect(decodeAnswer("ImageStatus", hex(bytes)).image).toEqual({ id: "sha256:1" });
		expect(decodeAnswer("ImageStatus", hex("")).image).toBeNull();
	});

	it("goes to the service that has the method", () => {
		expect(methodPath("PullImage")).toBe("/runtime.v1.ImageService/PullImage");
		expect(methodPath("Status")).toBe("/runtime.v1.RuntimeService/Status");
	});
});
