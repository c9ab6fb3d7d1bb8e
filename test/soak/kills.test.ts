import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { type ClusterState, changesOf, stateOf } from "./support/cluster-state.ts";
import { randomNumbers } from "./support/random-numbers.ts";

/** How many of each kind of operation are killed. */
const count = Number(process.env["KILLS"] ?? 30);
/** A campaign with the seed of another one kills at the same fractions of each operation. */
const seed = Number(process.env["KILLS_SEED"] ?? Date.now() % 1_000_000);

type Kind = "bring-up" | "change" | "destroy";

/**
 * A cluster of one control plane and one worker is brought up, changed and destroyed again and again. Each operation is
 * killed at a random moment, and then ended by what docs/failures.md tells the user to type.
 */
describe(`${count} times a cluster whose bring-up, change and destroy are killed (seed ${seed})`, () => {
	let lab: Lab;
	let stack: TestStack;
	/** Seconds that each operation takes undisturbed. */
	const durations = {} as Record<Kind, number>;
	const undisturbed = {} as { made: ClusterState; changed: ClusterState };
	let bare: Map<string, string[]>;
	let isClean = false;
	const result: Record<Kind, string[]> = { "bring-up": [], change: [], destroy: [] };
	const random = randomNumbers(seed);

	beforeAll(async () => {
		await newHosts();
		durations["bring-up"] = (await stack.up()).duration;
		undisturbed.made = await stateOf(lab);
		await stack.configure(changed());
		durations.change = (await stack.up()).duration;
		undisturbed.changed = await stateOf(lab);
		durations.destroy = (await stack.destroy()).duration;
		// The machine's load changes: an operation that ends before its kill is not counted.
		expect(await left()).toEqual([]);
		isClean = true;
		console.log(`seed ${seed}; undisturbed, in seconds: ${JSON.stringify(durations)}`);
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
		for (const [kind, ends] of Object.entries(result))
			console.log(`${kind}: ${ends.filter((end) => end === "same").length} of ${ends.length}`);
	});

	for (let cycle = 1; cycle <= count; cycle++)
		it(`ends as an undisturbed one: cycle ${cycle}`, { timeout: 1_500_000 }, async () => {
			const moments = { "bring-up": random(), change: random(), destroy: random() };
			const isTakenBack = cycle % 2 === 0;
			if (!isClean) await newHosts();
			isClean = false;
			await stack.configure(program());
			const problems = [
				...(await attempt("bring-up", moments, async (kill) => {
					await kill("up");
					await recover();
					return changesOf(undisturbed.made, await stateOf(lab));
				})),
				...(await attempt("change", moments, async (kill) => {
					await stack.configure(changed());
					await kill("up");
					if (!isTakenBack) await recover();
					else {
						await unlock();
						await stack.configure(program());
						await stack.up();
					}
					return changesOf(isTakenBack ? undisturbed.made : undisturbed.changed, await stateOf(lab));
				})),
				...(await attempt("destroy", moments, async (kill) => {
					await kill("destroy");
					await unlock();
					await stack.destroy();
					return left();
				})),
			];
			expect(problems).toEqual([]);
		});

	/** Kills an operation, lets it end, and writes down how that went. */
	async function attempt(
		kind: Kind,
		moments: Record<Kind, number>,
		scene: (kill: (operation: "up" | "destroy") => Promise<void>) => Promise<string[]>,
	): Promise<string[]> {
		const seconds = moments[kind] * durations[kind];
		let at = `${kind} killed after ${seconds.toFixed(1)} s`;
		let isKilled = false;
		const kill = async (operation: "up" | "destroy") => {
			const { text, finished } = await stack.killed(operation, after(seconds));
			isKilled = !finished;
			at += finished ? " (ended before)" : ` (after "${text.trim().split("\n").at(-1)?.trim()}")`;
		};
		const problems = await scene(kill).catch((error: Error) => [error.message]);
		const end = problems.length === 0 ? "same" : problems.join("\n");
		if (isKilled || problems.length > 0) result[kind].push(end);
		isClean = problems.length === 0;
		console.log(`${at}: ${end}`);
		return problems.map((problem) => `${at}: ${problem}`);
	}

	/** What docs/failures.md says to type after an interrupted `up`. */
	async function recover(): Promise<void> {
		await unlock();
		await stack.command(["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]);
		await stack.up();
	}

	async function unlock(): Promise<void> {
		const cancel = () => stack.command(["cancel", "--yes"]);
		await cancel().catch(async (error: Error) => {
			if (!error.message.includes("failed to load checkpoint: EOF")) throw error;
			console.log("Pulumi was killed while it wrote the state's attributes, which are removed");
			await stack.removeAttributes();
			await cancel();
		});
	}

	async function newHosts(): Promise<void> {
		await lab?.stop();
		await stack?.remove();
		// The same addresses as before: they stand in the files that are compared.
		const subnet = lab && { subnet: lab.hostSubnet };
		lab = await startLab({ ...subnet, hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		bare = new Map();
		for (const host of lab.hosts) bare.set(host.name, await listing(host));
		stack = await testStack("cluster");
		await stack.configure(program());
	}

	function program() {
		return clusterOn(lab, { apiServer: { extraArgs: [grace] } });
	}

	/** The change: a flag of the API server, and a setting of all kubelets. */
	function changed() {
		const { cluster } = program();
		const kubelet = { ...(cluster.kubelet as object), maxPods: 111 };
		return { cluster: { ...cluster, apiServer: { extraArgs: [grace, { name: "v", value: "1" }] }, kubelet } };
	}

	/** What a destroy left: on the hosts and in the state. */
	async function left(): Promise<string[]> {
		const { resources = [] } = await stack.state();
		const onHosts = lab.hosts.map(async (host) => {
			await until("the kubelet's service between two tries", 60, async () => {
				const { stdout } = await host.exec("systemctl show -p SubState kubelet");
				return stdout.includes("auto-restart") || undefined;
			});
			const lines = differences(bare.get(host.name)!, await listing(host)).filter((line) => !line.endsWith(LOCK));
			return lines.map((line) => `${host.name}: ${line}`);
		});
		return [...resources.map(({ urn }: { urn: string }) => `state: ${urn}`), ...(await Promise.all(onHosts)).flat()];
	}
});

/** An API server that need not wait for its watchers makes a change quicker. */
const grace = { name: "shutdown-watch-termination-grace-period", value: "1s" };

/** The lock of a program that was killed lapses by itself, and its file goes with the host's next start. */
const LOCK = "/run/pulumi-kubeadm.lock";

function after(seconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
