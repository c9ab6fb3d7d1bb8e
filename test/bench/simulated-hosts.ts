import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import { ApiServer } from "../support/api-server";

/** What stands in for what, in words. */
export const simulated = [
	"hosts: SSH servers in one process at loopback addresses; each runs real scripts in a real shell (busybox) in a file tree of its own",
	"systemd and kubelet: a script that keeps the state of a unit, and writes the files that a kubelet writes when it joins",
	"control plane: one such host with admin.conf; its API server is an HTTPS server in the same process with objects in memory",
	"left out: preflight checks, container runtime, pod network, images, the network's latency",
];

/** Hosts that are simulated in this process, and the API server behind the first one. */
export interface SimulatedHosts {
	/** Loopback addresses: of the control plane, then of the workers. */
	readonly addresses: string[];
	/** Address of the API server, in the cluster's words. */
	readonly server: string;
	/** Port of the SSH servers. */
	readonly port: number;
	/** Path of the private key that all hosts accept. */
	readonly privateKeyFile: string;
	/** PEM of the CA that the workers trust. */
	readonly caCertificate: string;
	stop(): Promise<void>;
}

const PORT = 2222;
const HEALTH_PORT = 10248;
const API_PORT = 6443;

/** Starts a control plane and workers. @param folder a new one, for keys and file trees */
export async function simulateHosts(folder: string, workers: number): Promise<SimulatedHosts> {
	await mkdir(folder);
	const api = await new ApiServer().start(nodeAddressOf(0));
	api.fault = () => {
		api.requests.length = 0;
		return undefined;
	};
	api.put("/api/v1/namespaces/kube-system", { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } });
	const health = createHttpServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
	const hostKey = await makeKeys(folder);
	const shared = await makeTools(folder);
	const ports = new Map([
		[HEALTH_PORT, () => (health.address() as AddressInfo).port],
		[API_PORT, () => api.port],
	]);
	const hosts: SimulatedHost[] = [];
	for (let index = 0; index <= workers; index++) {
		const tree = join(folder, "hosts", String(index));
		await plant(tree, shared, index);
		if (index === 0) await put(tree, "/etc/kubernetes/admin.conf", api.kubeconfig);
		hosts.push(await serve({ index, tree, hostKey, ports, api }));
	}
	const [, encoded = ""] = /certificate-authority-data: (\S+)/.exec(api.kubeconfig) ?? [];
	return {
		addresses: hosts.map((_, index) => addressOf(index)),
		server: nodeAddressOf(0),
		port: PORT,
		privateKeyFile: join(folder, "id_ed25519"),
		caCertificate: Buffer.from(encoded, "base64").toString(),
		stop: async () => {
			for (const { server, running, clients } of hosts) {
				for (const child of running) child.kill("SIGKILL");
				for (const client of clients) client.end();
				server.close();
			}
			health.close();
			await api.stop();
			await rm(folder, { recursive: true });
		},
	};
}

interface SimulatedHost {
	server: ssh2.Server;
	running: Set<ChildProcess>;
	clients: Set<Connection>;
}

function addressOf(index: number): string {
	return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

/** Address that a host tells as its own. Nothing is sent there. */
function nodeAddressOf(index: number): string {
	return addressOf(index).replace("127.1", "198.18");
}

/** Makes the key that all hosts accept. @returns the private key that all hosts show */
function makeKeys(folder: string): Promise<string> {
	for (const name of ["id_ed25519", "host_key"])
		execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
	return readFile(join(folder, "host_key"), "utf8");
}

/** Programs of busybox that the package's scripts call. */
const applets =
	"sh awk base64 basename cat chmod chown cp cut date dd dirname echo env find grep head hostname id ln ls mkdir mv nproc printf readlink rm rmdir sed sha256sum sleep sort stat sync tail test timeout touch tr true uname wc xargs [";

/** Stands in for systemd with one unit, and for the kubelet that joins when it starts. */
const SYSTEMCTL = `#!/bin/sh
state=/run/kubelet.state
case "$1 $2" in
"start "* | "restart "*)
	if [ -f /etc/kubernetes/bootstrap-kubelet.conf ]; then
		mkdir -p /var/lib/kubelet/pki
		sed 's/token: .*/client-certificate: \\/var\\/lib\\/kubelet\\/pki\\/kubelet-client-current.pem/' /etc/kubernetes/bootstrap-kubelet.conf >/etc/kubernetes/kubelet.conf
		echo simulated >/var/lib/kubelet/pki/kubelet-client-current.pem
	fi
	echo active >$state ;;
"stop "*) rm -f $state ;;
"is-active "*)
	case " $* " in *" --quiet "*) exec >/dev/null ;; esac
	case " $* " in *" kubelet "*) ;; *) exit 3 ;; esac
	cat $state 2>/dev/null || { echo inactive; exit 3; } ;;
"is-enabled "*) case " $* " in *" --quiet "*) ;; *) echo enabled ;; esac ;;
"show "*) [ -f $state ] && echo 1 || echo 0 ;;
"cat "*) echo "[Unit]" ;;
esac
`;

/** Answers with the host's one address. */
const IP = `#!/bin/sh
case " $* " in *" inet6 "* | *" dev lo "*) ;; *) echo "2: host0 inet $(cat /etc/address)/8 scope global host0" ;; esac
`;

/** Makes the folder with what all trees have: busybox under the names of its programs, flock, and their libraries. */
async function makeTools(folder: string): Promise<string> {
	const shared = join(folder, "shared");
	const which = (name: string) =>
		execFileSync("sh", ["-c", `command -v ${name}`])
			.toString()
			.trim();
	const [busybox, flock] = [which("busybox"), which("flock")];
	const libraries = [busybox, flock].flatMap((file) =>
		[
			...execFileSync("ldd", [file])
				.toString()
				.matchAll(/(\/\S+) \(/g),
		].map(([, path]) => path!),
	);
	for (const path of new Set(libraries)) await put(shared, path, await readFile(path), 0o755);
	await put(shared, "/bin/busybox", await readFile(busybox), 0o755);
	await put(shared, "/bin/flock", await readFile(flock), 0o755);
	for (const applet of applets.split(" ")) await symlink("busybox", join(shared, "bin", applet));
	await put(shared, "/bin/systemctl", SYSTEMCTL, 0o755);
	await put(shared, "/bin/ip", IP, 0o755);
	await put(shared, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	await put(shared, "/etc/group", "root:x:0:\n");
	await put(shared, "/proc/uptime", "1000.00 1000.00\n");
	await put(shared, "/proc/net/route", "Iface Destination\nhost0 00000000\n");
	await put(shared, "/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
	return shared;
}

/** Plants the file tree of one host. What all trees have is linked. */
async function plant(tree: string, shared: string, index: number): Promise<void> {
	await mkdir(dirname(tree), { recursive: true });
	execFileSync("cp", ["-al", shared, tree]);
	for (const path of ["run", "tmp", "dev", "var/lib", "usr/libexec"])
		await mkdir(join(tree, path), { recursive: true });
	execFileSync("mknod", ["-m", "666", join(tree, "dev/null"), "c", "1", "3"]);
	await put(tree, "/etc/machine-id", `${String(index).padStart(32, "0")}\n`);
	await put(tree, "/etc/address", `${nodeAddressOf(index)}\n`);
}

async function put(tree: string, path: string, content: string | Buffer, mode = 0o644): Promise<void> {
	const file = join(tree, path);
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, content, { mode });
}

/** Serves one host over SSH. */
async function serve({
	index,
	tree,
	hostKey,
	ports,
	api,
}: {
	index: number;
	tree: string;
	hostKey: string;
	ports: ReadonlyMap<number, () => number>;
	api: ApiServer;
}): Promise<SimulatedHost> {
	const running = new Set<ChildProcess>();
	const clients = new Set<Connection>();
	const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
		clients.add(client);
		client.once("close", () => clients.delete(client));
		// A client that ends in the middle is the client's matter.
		client.on("error", () => {});
		client.on("authentication", (attempt) => (attempt.method === "publickey" ? attempt.accept() : attempt.reject()));
		client.on("session", (accept) => {
			accept().on("exec", (start, _refuse, { command }) => {
				const child = spawn("chroot", [tree, "/bin/sh", "-c", command], {
					stdio: "pipe",
					env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
				});
				running.add(child);
				pass(child, start());
				child.once("exit", () => {
					running.delete(child);
					registerNode(api, tree, index);
				});
			});
		});
		client.on("tcpip", (accept, refuse, { destPort }) => {
			const port = ports.get(destPort);
			if (!port) return refuse();
			const [stream, socket] = [accept(), connect(port(), "127.0.0.1")];
			socket.on("error", () => stream.destroy());
			stream.on("error", () => socket.destroy());
			stream.pipe(socket).pipe(stream);
		});
	});
	server.listen(PORT, addressOf(index));
	await once(server, "listening");
	return { server, running, clients };
}

function pass(child: ChildProcess, channel: ServerChannel): void {
	channel.pipe(child.stdin!);
	child.stdin!.on("error", () => {});
	child.stdout!.pipe(channel, { end: false });
	child.stderr!.pipe(channel.stderr, { end: false });
	child.once("close", (code, signal) => {
		if (signal) channel.exit(signal);
		else channel.exit(code ?? 0);
		channel.end();
	});
}

/** A kubelet that has started registers its node. */
function registerNode(api: ApiServer, tree: string, index: number): void {
	const path = `/api/v1/nodes/worker-${index}`;
	if (index === 0 || api.objects.has(path) || !existsSync(join(tree, "run/kubelet.state"))) return;
	api.put(path, { apiVersion: "v1", kind: "Node", metadata: { name: `worker-${index}` } });
}
