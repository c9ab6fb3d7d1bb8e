import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { turnOf } from "../../provider/components/turn";
import type { Host } from "../../provider/resources";

// That the engine stops a roll at a failed worker is seen on hosts.
describe("the turn of a worker", () => {
	const hostSince = (firstContact: number | undefined) => ({ firstContact: pulumi.output(firstContact) }) as Host;
	const [old, fresh] = [hostSince(Date.now() - 86_400_000), hostSince(Date.now())];
	const kubelet = { urn: pulumi.output("made") } as pulumi.Resource;
	const never = new Promise(() => {});
	const isDone = (promise: Promise<unknown>) =>
		Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 200))]);

	it("begins once those before it are done, and ends with its kubelet", async () => {
		expect(await isDone(turnOf(old, [Promise.resolve(), never]).begins)).toBe(false);
		expect(await isDone(turnOf(old, [Promise.resolve()]).begins)).toBe(true);
		const unfinished = { urn: pulumi.output(never) } as unknown as pulumi.Resource;
		expect(await isDone(turnOf(old, []).ends(unfinished))).toBe(false);
		expect(await isDone(turnOf(old, []).ends(kubelet))).toBe(true);
	});

	it("waits where it is not known since when the machine is there", async () => {
		expect(await isDone(turnOf(hostSince(undefined), [never]).begins)).toBe(false);
	});

	it("begins at once on a machine that this run reaches for the first time, and others do not wait for that one", async () => {
		const unfinished = { urn: pulumi.output(never) } as unknown as pulumi.Resource;
		expect(await isDone(turnOf(fresh, [never]).begins)).toBe(true);
		expect(await isDone(turnOf(fresh, [Promise.resolve()]).ends(unfinished))).toBe(true);
		expect(await isDone(turnOf(fresh, [never]).ends(unfinished))).toBe(false);
	});

	it("records no dependency, by which the engine would delete one worker after the other", async () => {
		expect(await turnOf(old, [Promise.resolve()]).begins).toEqual([]);
	});
});
