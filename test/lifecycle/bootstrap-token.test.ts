import { beforeEach, describe, expect, it, vi } from "vitest";
import { type BootstrapTokenArgs, bootstrapToken } from "../../provider/lifecycle/bootstrap-token";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { host as reference } from "../support/cluster";
import { printed, server, useControlPlane } from "../support/control-plane";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

const controlPlanes = [reference];
const token = "abcdef.0123456789abcdef";
const path = (id = "abcdef") => `/api/v1/namespaces/kube-system/secrets/bootstrap-token-${id}`;
const now = new Date("2026-06-01T12:00:00.500Z");
const kind = "BootstrapToken";

const checked = (args: Partial<BootstrapTokenArgs>) =>
	// The engine hands over what the class declares of its inputs, too.
	dispatch.check(kind, {}, { controlPlanes, ...args, givenToken: "" } as never).inputs!;
const created = async (args: Partial<BootstrapTokenArgs>) => {
	const inputs = checked(args);
	const { id, outs } = await dispatch.create(kind, inputs);
	return { id, inputs, state: outs as any };
};
/** What its Secret says, in clear. */
const told = (id?: string) => {
	const { data } = server.objects.get(path(id)) as unknown as { data: Record<string, string> };
	return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text, "base64").toString()]));
};

useControlPlane();
beforeEach(() => {
	server.put("/api/v1/namespaces/kube-system", {
		apiVersion: "v1",
		kind: "Namespace",
		metadata: { name: "kube-system" },
	});
	vi.useFakeTimers({ toFake: ["Date"], now });
});

describe("a bootstrap token that the program gives", () => {
	/** As `kubeadm init` writes it from the same fields: apis/bootstraptoken/v1/utils.go. */
	it("is the Secret that kubeadm makes of it", async () => {
		const { state } = await created({ token, ttl: "2h", description: "for one node" });
		expect(state).toMatchObject({ token, expiration: "2026-06-01T14:00:00Z" });
		expect(server.objects.get(path())).toMatchObject({ type: "bootstrap.kubernetes.io/token" });
		expect(told()).toEqual({
			"token-id": "abcdef",
			"token-secret": "0123456789abcdef",
			description: "for one node",
			expiration: "2026-06-01T14:00:00Z",
			"usage-bootstrap-signing": "true",
			"usage-bootstrap-authentication": "true",
			"auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
		});
	});

	it("lasts for a day, for ever, or until it expires", async () => {
		expect((await created({ token })).state.expiration).toBe("2026-06-02T12:00:00Z");
		expect((await created({ token, ttl: "0s" })).state.expiration).toBe("");
		expect((await created({ token, expires: "2026-06-01T15:00:00.250+02:00" })).state.expiration).toBe(
			"2026-06-01T13:00:00Z",
		);
		expect(told().expiration).toBe("2026-06-01T13:00:00Z");
	});

	it("has ended for good when it has ended: the Secret that the cluster removed is no difference", async () => {
		const { id, inputs, state } = await created({ token, ttl: "1h" });
		vi.setSystemTime(new Date("2026-06-01T13:00:00Z"));
		expect(await dispatch.diff(kind, state, inputs)).toEqual({ changes: false });
		server.objects.delete(path());
		const { props } = await dispatch.read(kind, id, state);
		expect(props).toEqual(state);
		expect(await dispatch.diff(kind, props, inputs)).toEqual({ changes: false });
		await dispatch.remove(kind, id, props);
	});

	it("is gone where its Secret was removed before, and differs where someone edited it", async () => {
		const { id, inputs, state } = await created({ token, groups: ["system:bootstrappers:a"] });
		const secret = server.objects.get(path()) as any;
		secret.data["auth-extra-groups"] = Buffer.from("system:bootstrappers:b").toString("base64");
		const { props } = await dispatch.read(kind, id, state);
		expect(props).toEqual({ ...state, groups: ["system:bootstrappers:b"] });
		const { outs } = await dispatch.update(kind, id, props, inputs);
		expect(outs).toEqual({ ...state, lastUpdate: expect.any(String) });
		expect(told()["auth-extra-groups"]).toBe("system:bootstrappers:a");
		server.objects.delete(path());
		expect((await dispatch.read(kind, id, state)).id).toBe("");
	});

	it("keeps its end when something else of it changes, and begins again with another duration", async () => {
		const { id, state } = await created({ token, ttl: "1h" });
		vi.setSystemTime(new Date("2026-06-01T12:30:00Z"));
		const renamed = await dispatch.update(kind, id, state, checked({ token, ttl: "1h", description: "b" }));
		expect(renamed.outs.expiration).toBe("2026-06-01T13:00:00Z");
		const longer = await dispatch.update(kind, id, renamed.outs, checked({ token, ttl: "3h" }));
		expect(longer.outs.expiration).toBe("2026-06-01T15:30:00Z");
	});

	it("is not made where it has expired already, and says so", async () => {
		const { state } = await created({ token, expires: "2026-01-01T00:00:00Z" });
		expect(state.expiration).toBe("2026-01-01T00:00:00Z");
		expect(server.objects.has(path())).toBe(false);
		expect(printed.join()).toContain("bootstrap token abcdef: expired on 2026-01-01T00:00:00Z and not created");
	});

	it("is made anew under another id, and in place with another secret", async () => {
		const { id, inputs, state } = await created({ token });
		expect(await dispatch.diff(kind, state, checked({ token: "fedcba.0123456789abcdef" }))).toEqual({
			replaces: ["givenToken"],
		});
		const other = checked({ token: "abcdef.fedcba9876543210" });
		expect(await dispatch.diff(kind, state, other)).toEqual({});
		await dispatch.update(kind, id, state, other);
		expect(told()["token-secret"]).toBe("fedcba9876543210");
		expect(inputs.givenToken).toBe(token);
	});

	it("is kept where its resource is renamed", async () => {
		const old = await created({ token });
		const renamed = await created({ token });
		await dispatch.remove(kind, old.id, old.state);
		expect(server.objects.has(path())).toBe(true);
		await dispatch.remove(kind, renamed.id, renamed.state);
		expect(server.objects.has(path())).toBe(false);
	});

	it("is shown in no message", async () => {
		const { failures } = dispatch.check(kind, {}, { controlPlanes, token: `${token}0` });
		expect(JSON.stringify(failures)).not.toContain("0123456789");
		server.fault = ({ method }) => (method === "PATCH" ? { status: 422, message: `no: ${token}` } : undefined);
		await expect(dispatch.create(kind, checked({ token }))).rejects.toThrow(/^(?!.*0123456789)/s);
	});
});

describe("a bootstrap token that is made here", () => {
	it("is made anew when it has ended or is gone", async () => {
		const { id, inputs, state } = await created({ ttl: "1h" });
		expect(state.token).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/);
		expect(await dispatch.diff(kind, state, inputs)).toEqual({ changes: false });
		vi.setSystemTime(new Date("2026-06-01T13:00:00Z"));
		expect(await dispatch.diff(kind, state, inputs)).toEqual({ changes: true });
		const { outs } = await dispatch.update(kind, id, state, inputs);
		expect(outs.expiration).toBe("2026-06-01T14:00:00Z");
		server.objects.delete(path(state.token.split(".")[0]));
		expect((await dispatch.read(kind, id, state)).id).toBe("");
	});

	it("ends for good where the program says when", async () => {
		const { id, inputs, state } = await created({ expires: "2026-06-01T13:00:00Z" });
		vi.setSystemTime(new Date("2026-06-01T13:00:00Z"));
		server.objects.delete(path(state.token.split(".")[0]));
		const { props } = await dispatch.read(kind, id, state);
		expect(await dispatch.diff(kind, props, inputs)).toEqual({ changes: false });
	});
});

it("bootstrapToken.check keeps the given token under a name that no output has", () => {
	const { token: _output, ...inputs } = bootstrapToken.check({ controlPlanes, token }, undefined) as any;
	expect(inputs).toEqual({
		controlPlanes,
		givenToken: token,
		ttl: "24h0m0s",
		usages: ["signing", "authentication"],
		groups: ["system:bootstrappers:kubeadm:default-node-token"],
	});
});
