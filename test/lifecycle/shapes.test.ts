import { describe, expect, it, vi } from "vitest";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { lifecycles } from "../../provider/lifecycle/lifecycles";
import { connectionSecrets } from "../../provider/lifecycle/shape";
import { shapes } from "../../provider/lifecycle/shapes";
import * as resources from "../../provider/resources";
import { host } from "../support/cluster";
import { MemoryHost } from "../support/memory-host";
import { find, sent } from "../support/mocks";
import { hosts } from "../support/reachable";

vi.mock("../../provider/hosts/reach", () => import("../support/reachable"));

it("there is one shape, one lifecycle and one class for each kind of resource", () => {
	const classes = Object.keys(resources).filter((name) => /^[A-Z]/.test(name));
	expect(Object.keys(lifecycles).sort()).toEqual(Object.keys(shapes).sort());
	expect(classes.sort()).toEqual(Object.keys(shapes).sort());
});

describe("what a shape calls secret", () => {
	it("is no value of an error message, wherever in the inputs it stands", async () => {
		const names = new Set([
			...connectionSecrets,
			...Object.values(shapes).flatMap(({ secrets = [] }: { secrets?: readonly string[] }) =>
				secrets.map((path) => path.split(".").at(-1)!),
			),
		]);
		expect([...names].sort()).toEqual([
			"kubeconfig",
			"password",
			"placedManifest",
			"privateKey",
			"privateKeyPassword",
			"secretboxKey",
			"serviceAccountKey",
			"tlsBootstrapToken",
			"token",
		]);
		hosts.set(host.connection.host, new MemoryHost());
		for (const name of [...names, "givenToken"]) {
			const create = vi.spyOn(lifecycles.HostFile, "create").mockRejectedValue(new Error("got the word of it"));
			const failure = dispatch.create("HostFile", { host, inside: [{ [name]: "the word of it", other: "got" }] });
			await expect(failure, name).rejects.toThrow("got [secret]");
			create.mockRestore();
		}
	});

	it("is sent as a secret, whatever else its argument is given with", async () => {
		const all = await sent(() => {
			const authority = { certificate: "certificate", privateKey: "key" };
			new resources.SharedCertificates("shared", {
				host: { connection: { ...host.connection, password: "word" } },
				cluster: { kubernetesVersion: "1.37.2" },
				authorities: { ca: authority, "front-proxy-ca": authority },
				serviceAccountKey: "key",
			});
		});
		expect(find(all, "SharedCertificates shared").secrets.sort()).toEqual([
			"authorities.ca.privateKey",
			"authorities.front-proxy-ca.privateKey",
			"host.connection.password",
			"serviceAccountKey",
		]);
	});
});
