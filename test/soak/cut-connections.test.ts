import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";
import { type ClusterState, changesOf, stateOf } from "./support/cluster-state.ts";
import { problemOf } from "./support/problem-of.ts";
import { randomNumbers } from "./support/random-numbers.ts";

/** Which bring-ups are cut: a number of random ones, "all" for one at each command, or the commands of a range as 60-118. */
const wanted = process.env["CUTS"] ?? "12";
/** Another campaign with the same seed cuts at the same fractions of a bring-up. */
const seed = Number(process.env["CUTS_SEED"] ?? Date.now() % 1_000_000);

/**
 * Each command of a bring-up goes through a program on the host that counts it. At one command the SSH connection is cut, with
 * all that goes through it: before the command is run, where its number is odd, and else when it has done its work and has
 * not answered.
 */
describe(`a bring-up whose SSH connection is cut at a command (seed ${seed})`, () => {
	let lab: Lab;
	let stack: TestStack;
	let host: LabHost;
	let bare: string[];
	let undisturbed: ClusterState;
	/** Number of commands of an undisturbed bring-up. */
	let commands: number;
	const random = randomNumbers(seed);

	const program = () => clusterOn(lab, { workers: [] });
	const cutAt = (command: number) =>
		host.exec(`mkdir -p ${FOLDER}; echo 0 >${COUNT}; echo ${command} >${CUT}`, { check: true });
	const left = async () => differences(bare, await listing(host)).filter((line) => !notOurs.test(line));

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		host = lab.hosts[0]!;
		await host.exec(`cat >${PROGRAM} && chmod +x ${PROGRAM}`, { check: true, input: COUNTING });
		await host.exec(`sed -i '1i ForceCommand ${PROGRAM}' /etc/ssh/sshd_config && systemctl reload ssh`, {
			check: true,
		});
		await cutAt(0);
		bare = await listing(host);
		stack = await testStack("cluster");
		await stack.configure(program());
		await stack.up();
		undisturbed = await stateOf(lab);
		commands = Number((await host.exec(`cat ${COUNT}`, { check: true })).stdout);
		await stack.destroy();
		expect(await left()).toEqual([]);
		console.log(`an undisturbed bring-up has ${commands} commands`);
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("ends as an undisturbed one, in the same up or in the next", { timeout: 6 * 3600_000 }, async () => {
		expect(commands).toBeGreaterThan(20);
		const all = Array.from({ length: commands }, (_, index) => index + 1);
		const [first, last] = wanted === "all" ? [1, commands] : wanted.split("-").map(Number);
		const chosen =
			last === undefined
				? Array.from({ length: first! }, () => 1 + Math.floor(random() * commands))
				: all.slice(first! - 1, last);
		const problems: string[] = [];
		const ends = { "in the same up": 0, "in the next up": 0 };
		for (const command of chosen) {
			await cutAt(command);
			const said = await stack.up().then(() => undefined, problemOf);
			ends[said === undefined ? "in the same up" : "in the next up"]++;
			const isCut = (await host.exec(`cat ${CUT}`, { check: true })).stdout.trim() === "done";
			// One bring-up has a command more than another: the last one may not be reached.
			const isReached = isCut || Number((await host.exec(`cat ${COUNT}`, { check: true })).stdout) >= command;
			await host.exec(`echo 0 >${CUT}`, { check: true });
			if (said !== undefined) await stack.up();
			const after = [
				...(isCut || !isReached ? [] : ["the connection was not cut"]),
				...changesOf(undisturbed, await stateOf(lab)),
				...(await stack.preview({ refresh: true })).changes,
			];
			await stack.destroy();
			const found = [...after, ...(await left())].map((line) => `cut at command ${command}: ${line}`);
			console.log(
				`cut at command ${command} of ${commands}: ${said ?? (isReached ? "ended" : "not reached")}; ${found.join("\n") || "same"}`,
			);
			problems.push(...found);
		}
		console.log(JSON.stringify(ends));
		expect(problems).toEqual([]);
	});
});

const FOLDER = "/run/counted-commands";
const COUNT = `${FOLDER}/count`;
const CUT = `${FOLDER}/cut`;
const PROGRAM = "/usr/local/bin/counted-command";

/** Runs what an SSH client asks for, and cuts the connection at the command with the number in `CUT`. */
const COUNTING = `#!/bin/bash
mkdir -p ${FOLDER}
exec {lock}>${FOLDER}/lock
flock $lock
number=$(($(cat ${COUNT}) + 1))
echo $number >${COUNT}
exec {lock}>&-
[ "$(cat ${CUT})" = $number ] || exec bash -c "$SSH_ORIGINAL_COMMAND"
echo done >${CUT}
[ $((number % 2)) = 1 ] || bash -c "$SSH_ORIGINAL_COMMAND" >/dev/null 2>&1
kill -KILL $PPID
`;

/** What the program that counts writes. */
const notOurs = /\/run\/counted-commands(\/|$)/;
