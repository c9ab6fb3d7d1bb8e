import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn, nodesOn } from "../clusters/support/cluster.ts";
import { etcdctl, voters } from "../clusters/support/etcd.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { startClient } from "./support/api-client.ts";
import { type ClusterState, changesOf, stateOf } from "./support/cluster-state.ts";
import { problemOf } from "./support/problem-of.ts";
import { randomNumbers } from "./support/random-numbers.ts";

const image = "lab.local/balancer:1";
const all = ["cp-1", "cp-2", "cp-3"];

/** How many rolls and bring-ups are killed. */
const kills = Number(process.env["KILLS"] ?? 3);
/** Another campaign with the same seed strikes at the same fractions of each operation. */
const seed = Number(process.env["KILLS_SEED"] ?? Date.now() % 1_000_000);

/** Faults that strike while a flag of the API servers rolls over three control planes behind a virtual IP. */
describe(`a roll over three control planes (seed ${seed})`, () => {
	let lab: Lab;
	let stack: TestStack;
	let undisturbed: ClusterState;
	/** Seconds of an undisturbed bring-up and roll. */
	const durations = { bringUp: 0, roll: 0 };
	let hours = 1;
	const bare = new Map<string, string[]>();
	const random = randomNumbers(seed);
	const passphrase = "of-both-stacks";
	const host = (name: string) => lab.hosts.find((each) => each.name === name)!;
	const anyHost = () => host(all[Math.floor(random() * all.length)]!);

	const program = () => {
		const virtualIP = {
			address: lab.hostSubnet.replace(/\.0\/24$/, ".200"),
			images: { haproxy: image, keepalived: image },
		};
		const apiServer = { extraArgs: [{ name: "event-ttl", value: `${hours}h0m0s` }] };
		return clusterOn(lab, { controlPlanes: nodesOn(lab, all), workers: [], virtualIP, apiServer });
	};
	const say = () => stack.configure(program());
	const state = () => stateOf(lab, (text) => text.replaceAll(/(event-ttl(\W|\\n|value)+)\d+h0m0s/g, "$1TIME"));
	/** A random moment of an undisturbed roll. */
	const moment = () => pause(random() * durations.roll * 1000);

	/** A client works while a flag rolls and a fault strikes; the next `up` makes all as it was to be. */
	const struck = async (strike: (roll: () => Promise<unknown>) => Promise<void>, recover = async () => {}) => {
		hours++;
		await say();
		expect(await hostsWithFlag()).toEqual([]);
		const { stdout } = await host("cp-1").exec("cat /etc/kubernetes/admin.conf", { check: true });
		const stop = await startClient(stdout);
		let seen = "";
		try {
			await strike(async () => {
				seen = await stack.up().then(() => "ended", problemOf);
			});
			await recover();
			await stack.up();
		} finally {
			const { requests, failed, failedTwice, lost, slowest } = await stop();
			console.log(
				JSON.stringify({ requests, failed, failedTwice, lost, slowest: Number(slowest.toFixed(1)), roll: seen }),
			);
			expect(lost).toBe(0);
		}
		expect(await hostsWithFlag()).toEqual(all);
		await isAsUndisturbed();
	};
	/** Names of the control planes whose API server's manifest has the flag that rolls. */
	const hostsWithFlag = async () => {
		const script = `grep -q event-ttl=${hours}h0m0s /etc/kubernetes/manifests/kube-apiserver.yaml`;
		const codes = await Promise.all(lab.hosts.map((each) => each.exec(script)));
		return all.filter((_, index) => codes[index]!.exitCode === 0);
	};
	/** What docs/failures.md says to type after a kill, before `up`. */
	const clearUp = async () => {
		await stack.command(["cancel", "--yes"]);
		await stack.command(["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]);
	};
	const isAsUndisturbed = async () => {
		expect(await voters(host("cp-1"))).toEqual(all);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		expect(changesOf(undisturbed, await state()).filter((line) => !ofClient.test(line))).toEqual([]);
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: all.map((name) => ({ name })) });
		for (const each of lab.hosts) bare.set(each.name, await listing(each));
		stack = await testStack("cluster", passphrase);
		await say();
		durations.bringUp = (await stack.up()).duration;
		hours++;
		await say();
		durations.roll = (await stack.up()).duration;
		undisturbed = await state();
		console.log(`undisturbed, in seconds: ${JSON.stringify(durations)}`);
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is finished where etcd's leader is killed meanwhile", async () => {
		await struck(async (roll) => {
			const rolling = roll();
			await moment();
			await (await leader(lab)).exec("kill -9 $(pidof etcd)");
			await rolling;
		});
	});

	it("stops where a control plane is switched off, and is finished when it is back", async () => {
		await struck(async (roll) => {
			const rolling = roll();
			await moment();
			const struckHost = anyHost();
			await struckHost.kill();
			await rolling;
			await struckHost.start();
		});
	});

	it("is finished where a control plane is cut off from the others for 30 seconds", async () => {
		await struck(async (roll) => {
			const rolling = roll();
			await moment();
			const cut = anyHost();
			const others = lab.hosts.filter((each) => each !== cut).map(({ address }) => address);
			const rules = (verb: "I" | "D") =>
				others.map((address) => `iptables -${verb} INPUT -s ${address} -j DROP`).join("\n");
			await cut.exec(rules("I"), { check: true });
			await pause(30_000);
			await cut.exec(rules("D"), { check: true });
			await rolling;
		});
	});

	it("ends in order at Ctrl-C, and the next up goes on", async () => {
		await struck(async () => {
			const { text, finished } = await stack.interrupted(moment());
			if (!finished) expect(text).toContain("update canceled");
		});
	});

	it("goes on where a control plane has restarted between preview and up", async () => {
		await struck(async (roll) => {
			await stack.preview();
			const restarted = anyHost();
			await restarted.powerOff();
			await restarted.start();
			await roll();
		});
	});

	it("holds off a second run of the same program, which says for whom it waits and then makes its own change", async () => {
		const second = await testStack("cluster", passphrase);
		await second.take(await stack.stored());
		const runs = async (roll: () => Promise<unknown>) => {
			const rolling = roll();
			hours++;
			await second.configure(program());
			hours--;
			await pause(5000);
			const { text, changes } = await second.up();
			await rolling;
			expect(text).toMatch(/waits for another run of the Pulumi program test\/test .* which works there since /);
			for (const name of all) expect(changes).toContain(`update StaticPodManifest test-${name}-kube-apiserver`);
		};
		// The first one does not know what the second has changed.
		await struck(runs, async () => void (await stack.up({ refresh: true })));
		// The second run's value is not the next roll's.
		hours++;
		await second.remove();
	});

	it("is finished where the hosts' SSH servers refuse bursts of connections", async () => {
		const limit = "sed -i '/^MaxStartups/d; 1i MaxStartups 1:90:3' /etc/ssh/sshd_config && systemctl reload ssh";
		for (const each of lab.hosts) await each.exec(limit, { check: true });
		await struck(async (roll) => void (await roll()));
		const usual = "sed -i '/^MaxStartups/d' /etc/ssh/sshd_config && systemctl reload ssh";
		for (const each of lab.hosts) await each.exec(usual, { check: true });
	});

	it("is finished by the next up where its SSH connections are cut five times", async () => {
		await struck(async (roll) => {
			let isOver = false;
			const rolling = roll().finally(() => {
				isOver = true;
			});
			for (let cut = 0; cut < 5 && !isOver; cut++) {
				await pause((random() * durations.roll * 1000) / 3);
				await anyHost().exec("pkill -KILL -f 'sshd.*root@'");
			}
			await rolling;
		});
	});

	it("is finished where a member's disk stalls for three seconds, again and again", async () => {
		await struck(async (roll) => {
			let isOver = false;
			const rolling = roll().finally(() => {
				isOver = true;
			});
			const slow = anyHost();
			for (let stall = 0; stall < 20 && !isOver; stall++) {
				await slow.exec("pid=$(pidof etcd) && kill -STOP $pid && sleep 3 && kill -CONT $pid");
				await pause(2000);
			}
			await rolling;
		});
	});

	for (let kill = 1; kill <= kills; kill++)
		it(`is finished where pulumi is killed: ${kill} of ${kills}`, async () => {
			await struck(async () => void (await stack.killed("up", moment())), clearUp);
		});

	for (let kill = 1; kill <= kills; kill++)
		it(`begins with a bring-up that goes on where pulumi is killed: ${kill} of ${kills}`, async () => {
			await stack.destroy();
			for (const each of lab.hosts)
				expect(differences(bare.get(each.name)!, await listing(each)).filter((line) => !notOurs.test(line))).toEqual(
					[],
				);
			await stack.killed("up", pause(random() * durations.bringUp * 1000));
			await clearUp();
			await stack.up();
			await isAsUndisturbed();
		});
});

/** The lock of a program that was killed lapses by itself; the SSH server's settings are this test's own. */
const notOurs = /\/run\/pulumi-kubeadm\.lock$|\/etc\/ssh\/sshd_config$/;

/** The object that the client counts in. */
const ofClient = /ConfigMap default\/counted$/;

/** The host whose etcd member leads. */
function leader(lab: Lab): Promise<LabHost> {
	return until("a leader among etcd's members", 60, async () => {
		for (const host of lab.hosts) {
			const { stdout } = await host.exec(`${etcdctl} endpoint status -w json`);
			const [status] = stdout.trim() === "" ? [] : (JSON.parse(stdout) as { Status: { header: Id; leader: number } }[]);
			if (status && status.Status.header.member_id === status.Status.leader) return host;
		}
		return undefined;
	});
}

interface Id {
	member_id: number;
}
