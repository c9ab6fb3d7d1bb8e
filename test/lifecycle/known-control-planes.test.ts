import { expect, it } from "vitest";
import { UNKNOWN } from "../../provider/facts/unknown";
import * as dispatch from "../../provider/lifecycle/dispatch";
import { plain } from "../support/preview-form";

const at = (last: number, hostKey = `ssh-ed25519 ${last}`) => ({ connection: { host: `198.18.0.${last}` }, hostKey });
const ready = (controlPlanes: object[]) => ({ controlPlanes, nodes: ["cp-1"] });
const checked = (controlPlanes: object[], old: object = {}) =>
	dispatch.check("ClusterReady", old as never, ready(controlPlanes)).inputs!;
const three = [11, 12, 13].map((last) => at(last));

it("a control plane that is added, and another order, change no resource in the API", async () => {
	const old = checked(three);
	const grown = checked([at(14, UNKNOWN), at(13), at(12), at(11)], old);
	expect(grown).toEqual(old);
	expect(await dispatch.diff("ClusterReady", old, grown)).toEqual({ changes: false });
});

it("a control plane that leaves, or has another key, is known to each resource", () => {
	const old = checked(three);
	for (const now of [
		[at(12), at(13)],
		[at(11, "ssh-ed25519 new"), at(12), at(13)],
	])
		expect(plain(checked(now, old))["controlPlanes"]).toEqual(now);
});

it("the second control plane is known to each resource, as one alone does not serve while it restarts", () => {
	const now = [at(11), at(12)];
	expect(plain(checked(now, checked([at(11)])))["controlPlanes"]).toEqual(now);
});
