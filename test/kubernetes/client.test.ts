import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Api, api } from "../../provider/kubernetes/api";
import { clusterAccess } from "../../provider/lifecycle/cluster-access";
import { configurationUpload } from "../../provider/lifecycle/configuration-upload";
import { coreDns } from "../../provider/lifecycle/core-dns";
import { kubeProxy } from "../../provider/lifecycle/kube-proxy";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { bootstrapTokenSecret } from "../../provider/render/objects/bootstrap-token";
import { ApiServer } from "../support/api-server";
import { cluster, node, host as reference } from "../support/cluster";
import { controlPlaneOf } from "../support/control-plane";
import type { MemoryHost } from "../support/memory-host";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const controlPlanes = [reference];
const args = { controlPlanes, cluster, node: { ...node, apiServer: { advertiseAddress: "198.18.0.11" } } };

/** One object of each kind that the package renders, and a Node, whose labels and taints it patches. */
const rendered = new Map<string, KubernetesObject>(
	[
		...clusterAccess.check({ ...args, certificate: "CA" }, undefined).objects,
		...configurationUpload.check(args, undefined).objects,
		...coreDns.check(args, undefined).objects,
		...kubeProxy.check(args, undefined).objects,
		bootstrapTokenSecret({ id: "abcdef", secret: "0123456789abcdef", usages: ["signing"], groups: [] }),
		{ apiVersion: "v1", kind: "Node", metadata: { name: "cp-1" }, spec: { taints: [] } },
	].map((object) => [object.kind, object as KubernetesObject]),
);

/** Values that a typed client changes: times, texts where numbers are usual, nulls, and JSON of any shape. */
const value = fc.oneof(
	fc.constantFrom("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456Z", "1000m", null, 0, 1.5, false, {}, []),
	fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text)),
);
const field = fc.constantFrom(
	"fieldOfNoRelease",
	"_continue",
	"x-kubernetes-next",
	"$ref",
	"creationTimestamp",
	"default",
);

/** A rendered object with one more field, somewhere. */
const objects = fc
	.tuple(fc.constantFrom(...rendered.values()), fc.nat(), field, value)
	.map(([object, place, name, item]) => {
		const copy = structuredClone(object);
		const places = objectsIn(copy);
		places[place % places.length]![name] = item;
		return copy;
	});

function objectsIn(item: unknown): Record<string, unknown>[] {
	if (Array.isArray(item)) return item.flatMap(objectsIn);
	if (typeof item !== "object" || item === null) return [];
	return [item as Record<string, unknown>, ...Object.values(item).flatMap(objectsIn)];
}

const clusterRole = (name: string) => ({
	apiVersion: "rbac.authorization.k8s.io/v1",
	kind: "ClusterRole",
	metadata: { name },
	rules: [],
});

let server: ApiServer;
let host: MemoryHost;
let client: Api;

beforeAll(async () => {
	server = await new ApiServer().start();
	host = controlPlaneOf(server);
	client = await api({ controlPlanes });
});
afterAll(() => server.stop());
beforeEach(() => {
	vi.spyOn(console, "log").mockImplementation(() => {});
	clear();
});
afterEach(() => {
	vi.restoreAllMocks();
	server.fault = () => undefined;
	server.words = (object) => object;
});

function clear(): void {
	server.objects.clear();
	for (const name of ["kube-system", "kube-public"])
		server.put(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

describe("an object", () => {
	it("is of one of eleven kinds", () => {
		expect([...rendered.keys()].sort()).toEqual([
			"ClusterRole",
			"ClusterRoleBinding",
			"ConfigMap",
			"DaemonSet",
			"Deployment",
			"Node",
			"Role",
			"RoleBinding",
			"Secret",
			"Service",
			"ServiceAccount",
		]);
	});

	it("is sent with every field, known or not, by dry run, apply and patch, and is itself not changed", async () => {
		await fc.assert(
			fc.asyncProperty(objects, async (object) => {
				clear();
				const before = structuredClone(object);
				for (const send of [client.dryRun, client.apply, client.patch]) {
					await send(object);
					expect(server.requests.at(-1)!.body).toEqual(before);
				}
				expect(object).toEqual(before);
			}),
			{ numRuns: 60 },
		);
	});

	it("is received with every field, known or not, by dry run, apply, read and list", async () => {
		await fc.assert(
			fc.asyncProperty(objects, async (object) => {
				clear();
				server.words = () => structuredClone(object);
				const whole = { ...object, metadata: { ...object.metadata, uid: expect.any(String) } };
				const received = ({ metadata, ...rest }: KubernetesObject) => {
					const { resourceVersion: _, ...others } = metadata as { resourceVersion?: string };
					return { ...rest, metadata: others };
				};
				expect(received((await client.dryRun(object))!)).toEqual(whole);
				expect(received(await client.apply(object))).toEqual(whole);
				expect(received((await client.read(object))!)).toEqual(whole);
				expect((await client.list(object.apiVersion, object.kind)).map(received)).toEqual([whole]);
			}),
			{ numRuns: 60 },
		);
	});

	it("would lose fields and microseconds without what we change in the library", async () => {
		const config = new KubeConfig();
		config.loadFromString(server.kubeconfig);
		config.clusters = config.clusters.map((entry) => ({
			...entry,
			server: `https://127.0.0.1:${server.port}`,
			skipTLSVerify: true,
		}));
		const plain = KubernetesObjectApi.makeApiClient(config);
		const object = {
			apiVersion: "v1",
			kind: "ConfigMap",
			metadata: { name: "a", namespace: "default", creationTimestamp: "2026-01-02T03:04:05.123456Z" },
			fieldOfNoRelease: 1,
		};
		server.put("/api/v1/namespaces/default/configmaps/a", object);
		const read = await plain.read(object);
		expect(read).not.toHaveProperty("fieldOfNoRelease");
		expect(JSON.parse(JSON.stringify(read)).metadata.creationTimestamp).toBe("2026-01-02T03:04:05.123Z");
		const { creationTimestamp: _, ...metadata } = object.metadata;
		await plain.patch({ ...object, metadata });
		expect(server.requests.at(-1)!.body).not.toHaveProperty("fieldOfNoRelease");
	});
});

describe("a request", () => {
	it.each(["Editors", "system:Node Editors", "a%b"])("keeps the name %j as it is", async (name) => {
		await client.apply(clusterRole(name));
		expect(await client.read(clusterRole(name))).toMatchObject(clusterRole(name));
		expect(server.requests.at(-1)!.path).toBe(
			`/apis/rbac.authorization.k8s.io/v1/clusterroles/${encodeURIComponent(name)}`,
		);
	});

	it("says that it had no answer in its time, while kinds are discovered too", async () => {
		const next = await new ApiServer().start();
		host.put("/etc/kubernetes/admin.conf", next.kubeconfig, "0600");
		host.listens = next.port;
		next.fault = () => "silent";
		const timeout = AbortSignal.timeout.bind(AbortSignal);
		vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(50));
		const { read } = await api({ controlPlanes }, { patienceSeconds: 0 });
		await expect(read(clusterRole("a"))).rejects.toThrow(
			"Kubernetes API: read rbac.authorization.k8s.io/v1 ClusterRole a: limit of 0 s reached; last observation: The operation was aborted due to timeout (through root@198.18.0.11:22)",
		);
		expect(AbortSignal.timeout).toHaveBeenCalledWith(30_000);
		await next.stop();
	});

	it("is made with the undici of the library, so that the library can use our dispatcher", () => {
		const here = createRequire(import.meta.url);
		const ofLibrary = createRequire(here.resolve("@kubernetes/client-node"));
		expect(ofLibrary.resolve("undici")).toBe(here.resolve("undici"));
	});
});

describe("a kubeconfig on a host", () => {
	const kubeconfig = (user: object, clusterEntry: object = {}) =>
		JSON.stringify({
			"current-context": "a",
			contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
			clusters: [{ name: "a", cluster: { server: "https://198.18.0.11:6443", ...clusterEntry } }],
			users: [{ name: "a", user }],
		});

	it("runs no program on this machine that it names", async () => {
		const marker = join(tmpdir(), `kubeconfig-${process.pid}`);
		const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: [marker] };
		host.put("/etc/kubernetes/admin.conf", kubeconfig({ exec }), "0600");
		await expect((await api({ controlPlanes }, { patienceSeconds: 0 })).read(clusterRole("a"))).rejects.toThrow(
			"Kubernetes API",
		);
		expect(existsSync(marker)).toBe(false);
	});

	it("has no file of this machine read that it names", async () => {
		const here = fileURLToPath(import.meta.url);
		host.put("/etc/kubernetes/admin.conf", kubeconfig({}, { "certificate-authority": here }), "0600");
		await expect(api({ controlPlanes })).rejects.toThrow(
			`kubeconfig: expected the files that it names, got none at ${here} (certificate-authority)`,
		);
	});
});
