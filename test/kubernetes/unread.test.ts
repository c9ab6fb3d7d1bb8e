import { describe, expect, it, vi } from "vitest";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { host as reference } from "../support/cluster";
import { host, printed, server, useControlPlane } from "../support/control-plane";
import { plain } from "../support/preview-form";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const configMap = (name: string) => ({
	apiVersion: "v1",
	kind: "ConfigMap",
	metadata: { name, namespace: "default" },
	data: { a: "1" },
});
const inputs = { controlPlanes: [reference], objects: [configMap("a"), configMap("b")] };
const state = { ...inputs, applied: ["v1 ConfigMap default/a", "v1 ConfigMap default/b"] };
const admin = "/etc/kubernetes/admin.conf";

useControlPlane();

describe("a refresh of objects whose control plane is reached and whose API cannot be asked", () => {
	const reasons: Record<string, { cause: () => void; saw: RegExp }> = {
		"as its kubeconfig is lost": {
			cause: () => void host.files.delete(admin),
			saw: /expected a kubeconfig at \/etc\/kubernetes\/admin\.conf, got none/,
		},
		"as its kubeconfig is no YAML": {
			cause: () => host.put(admin, "clusters: [", "0600"),
			saw: /expected a kubeconfig with a current context, got one without/,
		},
		"as its kubeconfig is empty": {
			cause: () => host.put(admin, "", "0600"),
			saw: /expected a kubeconfig with a current context, got one without/,
		},
		"as it refuses the administrator": {
			cause: () => {
				server.fault = ({ path }) =>
					path === "/readyz" ? undefined : { status: 401, message: "the certificate has expired" };
			},
			saw: /401: the certificate has expired/,
		},
	};

	it.each(Object.entries(reasons))("%s, leaves the state as it is and says so", async (_what, { cause, saw }) => {
		cause();
		const { id, props, inputs: read } = await dispatch.read("Addon", "a#1", state);
		expect(id).toBe("a#1");
		expect(plain(props)).toEqual({ ...state, unread: expect.stringMatching(saw) });
		expect(plain(read!)).toEqual({ ...inputs, needsUpdate: expect.stringMatching(saw) });
		expect(printed.at(-1)).toMatch(saw);
	});

	it("as it does not answer for 20 s, leaves the state as it is and says so", async () => {
		host.listens = undefined;
		vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
		let found: Awaited<ReturnType<typeof dispatch.read>> | undefined;
		const read = dispatch.read("Addon", "a#1", state).then((result) => {
			found = result;
		});
		await vi.waitFor(
			async () => {
				await vi.advanceTimersByTimeAsync(1000);
				expect(found).toBeDefined();
			},
			{ timeout: 20_000, interval: 5 },
		);
		await read;
		expect(found!.props.unread).toMatch(/limit of 20 s reached; last observation: .*connection refused/);
	});

	it("makes the next up apply all of them again, whatever became of them, and remove what is no longer wanted", async () => {
		const read = { ...state, unread: "why" };
		expect(await dispatch.diff("Addon", read, inputs)).toEqual({ changes: true });
		server.objects.set("/api/v1/namespaces/default/configmaps/b", configMap("b"));
		const wanted = { ...inputs, objects: [configMap("a")] };
		const { outs } = await dispatch.update("Addon", "a#1", read, wanted);
		expect(plain(outs)).toEqual({
			...wanted,
			applied: ["v1 ConfigMap default/a"],
			resourceId: "a#1",
			program: expect.any(Object),
			lastUpdate: expect.any(String),
		});
		expect([...server.objects.keys()].filter((path) => path.includes("configmaps"))).toEqual([
			"/api/v1/namespaces/default/configmaps/a",
		]);
	});

	it("is over with the next one that finds it", async () => {
		await dispatch.create("Addon", inputs);
		const { props } = await dispatch.read("Addon", "a#1", { ...state, unread: "why" });
		expect(plain(props)).toEqual(state);
	});

	it("is still an error where its host is not reached", async () => {
		hosts.clear();
		await expect(dispatch.read("Addon", "a#1", state)).rejects.toThrow("no route to host");
	});
});
