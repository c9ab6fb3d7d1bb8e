import https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const image = "lab.local/balancer:1";
const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

/** Seconds without an answer that are no failure on a busy machine: twice what keepalived takes to miss a holder that is off. */
const LIMIT = 6;

describe("three control planes and a worker", () => {
	let lab: Lab;
	let stack: TestStack;
	let program: ReturnType<typeof clusterOn>;
	let address: string;
	let worker: LabHost;
	let controlPlanes: LabHost[];

	const serverOf = async (host: LabHost) =>
		(await host.exec("sed -n 's/^ *server: //p' /etc/kubernetes/kubelet.conf", { check: true })).stdout.trim();
	const has = async (host: LabHost) =>
		(await host.exec(`ip -o addr show to ${address}`, { check: true })).stdout !== "";
	/** The only control plane that has the address. */
	const holder = (other?: LabHost) =>
		until("one control plane, another one where it moves, has the address", 60, async (seen) => {
			const on = controlPlanes.filter(({ pid }) => pid !== undefined);
			const holders = (await Promise.all(on.map(has))).flatMap((isHolder, index) => (isHolder ? [on[index]!] : []));
			seen(holders.map(({ name }) => name).join(", "));
			return holders.length === 1 && holders[0] !== other ? holders[0] : undefined;
		});
	const allReady = (names: string) =>
		until("all nodes are Ready", 180, async (seen) => {
			const ready = "get nodes --no-headers -o custom-columns=N:.metadata.name,R:.status.conditions[-1].status";
			const text = (await kubectl((await holder())!, ready)).replace(/ +/g, " ");
			seen(text);
			return text === names ? true : undefined;
		});

	beforeAll(async () => {
		lab = await startLab({ hosts: ["cp-1", "cp-2", "cp-3", "worker-1"].map((name) => ({ name })) });
		controlPlanes = lab.hosts.slice(0, 3);
		worker = lab.hosts[3]!;
		address = lab.hostSubnet.replace(/\.0\/24$/, ".200");
		stack = await testStack("cluster");
		const all = clusterOn(lab);
		const nodes = [...all.cluster.controlPlanes, ...all.cluster.workers!];
		program = { ...all, cluster: { ...all.cluster, controlPlanes: nodes.slice(0, 3), workers: nodes.slice(3) } };
		await say({ virtualIP: { address, images: { haproxy: image, keepalived: image } } });
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	const say = (choice: object) => stack.configure({ ...program, cluster: { ...program.cluster, ...choice } });

	it("come up behind a virtual IP, which one of them has and the worker joins through", async () => {
		await holder();
		expect(await serverOf(worker)).toBe(`https://${address}:8443`);
		expect(await Promise.all(controlPlanes.map(serverOf))).toEqual(
			controlPlanes.map((host) => `https://${host.address}:6443`),
		);
		await allReady("cp-1 True\ncp-2 True\ncp-3 True\nworker-1 True");
	});

	it("answer at the address while the API server of its holder is down, and the address moves", async () => {
		const first = await holder();
		const probe = probing(`https://${address}:8443/readyz`);
		await first.exec(`mv ${manifest} /root/`, { check: true });
		await holder(first);
		expect(await probe.longestGap()).toBeLessThan(LIMIT);
		await first.exec(`mv /root/kube-apiserver.yaml ${manifest}`, { check: true });
		await ready(first);
	});

	it("let the address leave a host before its API server restarts, and serve it all the time", async () => {
		const probe = probing(`https://${address}:8443/readyz`);
		const choice = { virtualIP: { address, images: { haproxy: image, keepalived: image } } };
		await say({ ...choice, apiServer: { extraArgs: [{ name: "event-ttl", value: "2h0m0s" }] } });
		const { text } = await stack.up();
		expect(text).toContain("the virtual IP has moved to another control plane");
		expect(await probe.longestGap()).toBeLessThan(LIMIT);
	});

	it("answer at the address again within seconds after its holder is switched off", async () => {
		const first = await holder();
		const probe = probing(`https://${address}:8443/readyz`);
		await first.kill();
		await holder(first);
		await pause(3000);
		expect(await probe.longestGap()).toBeLessThan(LIMIT);
		await first.start();
		await ready(first);
	});

	it("go over to a proxy on each node, through which the worker goes on when the API server that it uses ends", async () => {
		await say({ localProxy: { image } });
		await stack.up();
		expect(await serverOf(worker)).toBe("https://127.0.0.1:7443");
		expect((await worker.exec("ls /etc/kubernetes/manifests", { check: true })).stdout).toBe("local-proxy.yaml\n");
		expect((await controlPlanes[0]!.exec("ls /etc/kubernetes/manifests", { check: true })).stdout).not.toContain(
			"keepalived",
		);
		const used = await until("the worker's proxy has a connection of the kubelet", 60, async (seen) => {
			const { stdout } = await worker.exec("ss -Htn state established dport = :6443 | awk '{ print $4 }'", {
				check: true,
			});
			seen(stdout);
			return controlPlanes.find((host) => stdout.includes(`${host.address}:`));
		});
		const renewed = async () =>
			kubectl(
				controlPlanes.find((host) => host !== used)!,
				"get lease -n kube-node-lease worker-1 -o jsonpath={.spec.renewTime}",
			);
		await used.exec(`mv ${manifest} /root/`, { check: true });
		const ended = new Date().toISOString();
		await until("the worker renews its lease through another API server", 40, async (seen) => {
			const time = await renewed();
			seen(time);
			return time > ended ? true : undefined;
		});
		await used.exec(`mv /root/kube-apiserver.yaml ${manifest}`, { check: true });
		await ready(used);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});
});

/** Waits until the API server of a host is ready. */
async function ready({ name, address }: LabHost): Promise<void> {
	await until(`the API server of ${name} is ready`, 180, async (seen) => {
		const answer = await get(`https://${address}:6443/readyz`);
		seen(String(answer));
		return answer === 200 ? true : undefined;
	});
}

/** Asks again and again, with a connection of its own each time, until its longest time without an answer 200 is asked for. */
function probing(url: string): { longestGap(): Promise<number> } {
	let longest = 0;
	let isOver = false;
	let last = performance.now();
	const asking = (async () => {
		while (!isOver) {
			const answer = await get(url);
			longest = Math.max(longest, performance.now() - last);
			if (answer === 200) last = performance.now();
			await pause(100);
		}
	})();
	return {
		async longestGap() {
			isOver = true;
			await asking;
			return longest / 1000;
		},
	};
}

/** @returns the status, or the error's code */
function get(url: string): Promise<number | string> {
	return new Promise((resolve) => {
		const request = https.get(url, { rejectUnauthorized: false, agent: false, timeout: 1000 }, (response) => {
			response.resume();
			response.on("end", () => resolve(response.statusCode!));
		});
		request.on("timeout", () => request.destroy(new Error("no answer within 1 s")));
		request.on("error", ({ message }) => resolve(message));
	});
}
