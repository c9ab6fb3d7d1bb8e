import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import type { Discovery } from "../../provider/config/node";
import type { WorkersByDiscovery } from "../clusters/programs/workers-by-discovery/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubeadm, kubectl } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

const token = "abcdef.0123456789abcdef";
const short = "fedcba.fedcba9876543210";

/** Workers that know nothing of their cluster but how to discover it, and a program without a way to a control plane. */
describe("a worker joins a cluster of this package by kubeadm's discovery", () => {
	let lab: Lab;
	let controlPlane: LabHost;
	let workers: LabHost[];
	let clusterStack: TestStack;
	let stack: TestStack;
	let files: HttpsFiles;
	let bare: Map<LabHost, string[]>;
	let program: ReturnType<typeof clusterOn>;
	let caCertHash: string;

	const tokenList = async () => (await kubeadm(controlPlane, ["token", "list"])).stdout;
	/** The token's own discovery. */
	const bootstrapToken = (overrides: Partial<NonNullable<Discovery["bootstrapToken"]>> = {}): Discovery => ({
		bootstrapToken: {
			token,
			apiServerEndpoint: `${controlPlane.address}:6443`,
			caCertHashes: [caCertHash],
			...overrides,
		},
	});
	/** One worker for each. */
	const programOf = (ways: Discovery[], discoveryLimit = "1m"): WorkersByDiscovery => {
		const { controlPlanes: _controlPlanes, workers: machines, bootstrapTokens: _tokens, ...cluster } = program.cluster;
		const timeouts = { discovery: discoveryLimit };
		return { cluster, workers: ways.map((discovery, index) => ({ ...machines![index]!, discovery, timeouts })) };
	};
	const allWays = () =>
		programOf([
			bootstrapToken(),
			{ file: { kubeConfigPath: "/root/join.conf" }, tlsBootstrapToken: token },
			{ file: { kubeConfigPath: `${files.address}/join.conf` } },
		]);

	beforeAll(async () => {
		lab = await startLab({
			hosts: [{ name: "cp-1" }, { name: "by-token" }, { name: "by-file" }, { name: "by-address" }],
		});
		[controlPlane, ...workers] = lab.hosts as [LabHost, ...LabHost[]];
		files = await httpsFiles(lab.gateway);
		for (const worker of workers)
			await worker.exec("cat > /etc/ssl/certs/lab-files.pem", { check: true, input: files.root });
		program = clusterOn(lab);
		clusterStack = await testStack("cluster");
		await clusterStack.configure({
			...program,
			ready: false,
			cluster: {
				...program.cluster,
				workers: [],
				bootstrapTokens: [
					{ token, ttl: "2h", description: "for three workers" },
					{ token: short, ttl: "10s" },
				],
			},
		});
		await clusterStack.up();
		caCertHash = (await clusterStack.outputs()).caCertHash;
		const info = await kubectl(controlPlane, "-n kube-public get cm cluster-info -o jsonpath='{.data.kubeconfig}'");
		await workers[1]!.exec("cat > /root/join.conf", { check: true, input: info });
		files.serve("/join.conf", withUser(info));
		bare = new Map();
		for (const worker of workers) bare.set(worker, await listing(worker));
		stack = await testStack("workers-by-discovery");
	});

	afterAll(async () => {
		files?.stop();
		await lab?.stop();
		await stack?.remove();
		await clusterStack?.remove();
	});

	it("whose token kubeadm lists as it was given", async () => {
		expect(await tokenList()).toMatch(
			/^abcdef\.0123456789abcdef +1h .* authentication,signing +for three workers +system:bootstrappers:kubeadm:default-node-token/m,
		);
	});

	it("and is told of a wrong hash before anything is written", async () => {
		const wrong = `sha256:${"0".repeat(64)}`;
		await stack.configure(programOf([bootstrapToken({ caCertHashes: [wrong] })]));
		const text = await failed(stack.up());
		expect(text).toContain(`expected a CA with the hash ${wrong}, got ${caCertHash}`);
		expect(text).toContain("kubeadm token create --print-join-command");
	});

	it("and is told of a token that has ended, which the cluster has removed and the next up does not bring back", async () => {
		await until("the token is removed", 60, async (seen) => {
			const list = await tokenList();
			seen(list);
			return !list.includes("fedcba") || undefined;
		});
		expect((await clusterStack.preview({ refresh: true })).changes).toEqual([]);
		await stack.configure(programOf([bootstrapToken({ token: short })], "10s"));
		const text = await failed(stack.up());
		expect(text).toContain("it is not signed with the token fedcba");
		expect(text).toContain("layer: credentials: the token has expired");
		expect(text).not.toContain("fedcba9876543210");
	});

	it("and is told of a token with another secret", async () => {
		await stack.configure(programOf([bootstrapToken({ token: "abcdef.fedcba9876543210" })]));
		const text = await failed(stack.up());
		expect(text).toContain("expected a signature with the token abcdef, got another one");
		expect(text).not.toContain("fedcba9876543210");
		const [first] = workers as [LabHost];
		const written = differences(bare.get(first)!, await listing(first));
		expect(written.filter((line) => !line.includes("/var/lib/pulumi-kubeadm"))).toEqual([]);
	});

	it("by token, by file and by https address, with no secret in the preview", async () => {
		await stack.configure(allWays());
		const preview = await stack.preview();
		expect(preview.text).toContain(`${controlPlane.address}:6443`);
		expect(preview.text).not.toContain("0123456789abcdef");
		await stack.up();
		for (const { name } of workers)
			await kubectl(controlPlane, `wait --for=condition=Ready node/${name} --timeout=120s`);
		for (const worker of workers) {
			const found = await worker.exec(
				"ls /etc/kubernetes /etc/kubernetes/pki; grep server: /etc/kubernetes/kubelet.conf",
				{
					check: true,
				},
			);
			expect(found.stdout.split("\n").map((line) => line.trim())).toEqual([
				"/etc/kubernetes:",
				"kubelet.conf",
				"manifests",
				"pki",
				"",
				"/etc/kubernetes/pki:",
				"ca.crt",
				`server: https://${controlPlane.address}:6443`,
				"",
			]);
		}
	});

	it("and differs from nothing afterwards, whatever token the next one would join with", async () => {
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
		const others = allWays();
		await stack.configure({
			...others,
			workers: [{ ...others.workers[0]!, discovery: bootstrapToken({ token: short }) }, ...others.workers.slice(1)],
		});
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("and has its CA where the program says it later, and no longer where it was", async () => {
		const all = allWays();
		const caCertPath = "/etc/ssl/cluster.crt";
		const [first, ...others] = all.workers;
		// As with kubeadm, the kubelet's own settings do not follow by themselves.
		const kubelet = { authentication: { x509: { clientCAFile: caCertPath } } };
		await stack.configure({ ...all, workers: [{ ...first!, caCertPath, kubelet }, ...others] });
		await stack.up();
		const where = async () =>
			(await workers[0]!.exec(`ls ${caCertPath} /etc/kubernetes/pki/ca.crt 2>/dev/null`)).stdout.trim();
		expect(await where()).toBe(caCertPath);
		await stack.configure(all);
		await stack.up();
		expect(await where()).toBe("/etc/kubernetes/pki/ca.crt");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("and joins again where its kubelet's kubeconfig is lost", async () => {
		await stack.configure(allWays());
		await workers[0]!.exec("rm /etc/kubernetes/kubelet.conf && systemctl restart kubelet", { check: true });
		const { changes } = await stack.up({ refresh: true });
		expect(changes).toEqual(["update Kubelet by-token-kubelet"]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("and is refused where the program describes another cluster", async () => {
		const all = allWays();
		await workers[0]!.exec("rm /etc/kubernetes/kubelet.conf && systemctl restart kubelet", { check: true });
		await stack.configure({
			...all,
			cluster: {
				...all.cluster,
				networking: { ...(all.cluster.networking as object), dnsDomain: "other.local" },
				kubelet: { ...(all.cluster.kubelet as object), maxPods: 33 },
			},
		});
		const text = await failed(stack.up({ refresh: true }));
		expect(text).toContain(
			"cluster.networking.dnsDomain: expected cluster.local as the cluster has it, got other.local",
		);
		expect(text).toContain("cluster.kubelet.maxPods: expected nothing as the cluster has it, got 33");
		await stack.configure(all);
		await stack.up({ refresh: true });
	});

	it("and leaves its host as it was, and its node in the cluster, which is said", async () => {
		const { text } = await stack.destroy();
		for (const { name } of workers) expect(text).toContain(`kubectl delete node ${name}`);
		for (const worker of workers) expect(differences(bare.get(worker)!, await listing(worker))).toEqual([]);
		expect((await kubectl(controlPlane, "get nodes -o name")).split("\n").sort()).toEqual(
			["cp-1", ...workers.map(({ name }) => name)].map((name) => `node/${name}`).sort(),
		);
	});

	it("until its token is taken away with the line that gave it", async () => {
		await clusterStack.configure({ ...program, ready: false, cluster: { ...program.cluster, workers: [] } });
		const { changes } = await clusterStack.up({ refresh: true });
		expect(changes.toSorted()).toEqual([
			"delete BootstrapToken test-bootstrap-token-0",
			"delete BootstrapToken test-bootstrap-token-1",
		]);
		expect(await tokenList()).toBe("");
	});
});

/** What an operation said as it failed. */
async function failed(operation: Promise<unknown>): Promise<string> {
	const error = await operation.then(
		() => undefined,
		(reason: Error) => reason,
	);
	expect(error, "it was expected to fail").toBeInstanceOf(Error);
	return error!.message;
}

/** The kubeconfig of cluster-info with the token in it. */
function withUser(kubeconfig: string): string {
	return kubeconfig
		.replace('current-context: ""', "current-context: join")
		.replace(/^contexts:.*$/m, 'contexts:\n- context: {cluster: "", user: join}\n  name: join')
		.replace(/^users:.*$/m, `users:\n- name: join\n  user: {token: ${token}}`);
}

interface HttpsFiles {
	/** `https://address:port` */
	address: string;
	/** PEM of the CA that signed its certificate. */
	root: string;
	serve(path: string, content: string): void;
	stop(): void;
}

/** A server of files with a certificate of a CA of its own, made with openssl. */
async function httpsFiles(address: string): Promise<HttpsFiles> {
	const folder = await mkdtemp(join(tmpdir(), "pulumi-kubeadm-files-"));
	const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "ignore" });
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
	openssl("req", "-x509", ...key, "-subj", "/CN=files root", "-keyout", "root.key", "-out", "root.pem");
	const issuer = ["-CA", "root.pem", "-CAkey", "root.key", "-addext", `subjectAltName=IP:${address}`];
	openssl("req", "-x509", ...key, ...issuer, "-subj", "/CN=files", "-keyout", "server.key", "-out", "server.pem");
	const [root, cert, privateKey] = ["root.pem", "server.pem", "server.key"].map((file) =>
		readFileSync(join(folder, file), "utf8"),
	);
	await rm(folder, { recursive: true });
	const contents = new Map<string, string>();
	const server: Server = createServer({ cert: cert!, key: privateKey! }, ({ url }, response) => {
		const content = contents.get(url!);
		response.writeHead(content === undefined ? 404 : 200).end(content);
	});
	server.listen(0, address);
	await once(server, "listening");
	return {
		address: `https://${address}:${(server.address() as AddressInfo).port}`,
		root: root!,
		serve: (path, content) => void contents.set(path, content),
		stop: () => void server.close(),
	};
}
