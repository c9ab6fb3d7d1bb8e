import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromYaml, toYaml } from "../../../provider/go/yaml/write";
import { checkCluster } from "../../../provider/phases/discovery/check-cluster";
import { discover } from "../../../provider/phases/discovery/discover";
import { isSigned } from "../../../provider/phases/discovery/signature";
import { hashesOf, isPinned } from "../../../provider/pki/authorities";
import { issueAuthority, issueLeaf } from "../../../provider/pki/issue";
import { keyPem } from "../../../provider/pki/keys";
import { ApiServer } from "../../support/api-server";
import { MemoryHost } from "../../support/memory-host";

const CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
const id = "abcdef";
const secret = "0123456789abcdef";
const token = `${id}.${secret}`;
const endpoint = "198.18.0.11:6443";

/** What openssl makes of some input. */
const openssl = (input: string | Buffer, ...words: string[]) =>
	execFileSync("openssl", words, { input, stdio: ["pipe", "pipe", "ignore"] });

/** A signature as the cluster's controller writes it, made with openssl. */
const signature = (content: string, key = secret, kid = id) => {
	const header = Buffer.from(`{"alg":"HS256","kid":"${kid}"}`).toString("base64url");
	const signed = `${header}.${Buffer.from(content).toString("base64url")}`;
	return `${header}..${openssl(signed, "dgst", "-sha256", "-hmac", key, "-binary").toString("base64url")}`;
};

/** `sha256:…` of a CA's public key by kubeadm's documented command. */
const hashByOpenssl = (certificate: string) => {
	const key = openssl(certificate, "x509", "-pubkey", "-noout");
	const der = openssl(key, "pkey", "-pubin", "-outform", "der");
	return `sha256:${openssl(der, "dgst", "-sha256", "-r").toString().slice(0, 64)}`;
};

const issued = async (sans: string[], validity = 3600, now = new Date()) => {
	const subject = { name: "test", ca: "ca" as const, organizations: [], algorithm: "ECDSA-P256" as const };
	const root = { ...subject, commonName: "a root", usages: [], sans: [], validity: 3600 * 24 };
	const authority = await issueAuthority(root as never, now);
	const leaf = { ...subject, commonName: "a server", usages: ["serverAuth" as const], sans, validity };
	const { certificate, key } = await issueLeaf(leaf, authority as never, now);
	return { root: authority.certificate, certificate, key: keyPem(key) };
};

let server: ApiServer;
let host: MemoryHost;
let authority: string;
let files: Server | undefined;
const lines: string[] = [];

/** cluster-info as kubeadm makes it, and signed. */
const putClusterInfo = (data: Record<string, string>) =>
	server.put(CLUSTER_INFO, {
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata: { name: "cluster-info", namespace: "kube-public" },
		data,
	} as never);
const kubeconfigOf = (certificate: string, address = "https://198.18.0.11:6443") =>
	toYaml({
		apiVersion: "v1",
		clusters: [
			{
				cluster: { "certificate-authority-data": Buffer.from(certificate).toString("base64"), server: address },
				name: "",
			},
		],
		contexts: null,
		"current-context": "",
		kind: "Config",
		users: null,
	});
const byToken = (overrides: object = {}, timeoutSeconds = 5) =>
	discover(
		host,
		{
			bootstrapToken: {
				token,
				apiServerEndpoint: endpoint,
				caCertHashes: [hashByOpenssl(authority)],
				...overrides,
			},
		},
		timeoutSeconds,
	);
const failure = async (attempt: Promise<unknown>): Promise<string> => {
	const error = await attempt.then(
		() => undefined,
		(reason: Error) => reason,
	);
	expect(error).toBeInstanceOf(Error);
	expect([error!.message, ...lines].join("\n")).not.toContain(secret);
	return error!.message;
};

beforeEach(async () => {
	server = await new ApiServer().start("198.18.0.11", { anonymous: true });
	host = new MemoryHost("root@198.18.0.12:22");
	host.listens = server.port;
	const { clusters } = fromYaml(server.kubeconfig) as { clusters: [{ cluster: Record<string, string> }] };
	authority = Buffer.from(clusters[0].cluster["certificate-authority-data"]!, "base64").toString();
	const kubeconfig = kubeconfigOf(authority);
	putClusterInfo({ kubeconfig, [`jws-kubeconfig-${id}`]: signature(kubeconfig) });
	lines.length = 0;
	vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
});
afterEach(async () => {
	vi.restoreAllMocks();
	await server.stop();
	files?.close();
	files = undefined;
});

describe("the signature of cluster-info", () => {
	/** From k8s.io/cluster-bootstrap/token/jws/jws_test.go. */
	const content = "Hello from the other side. I must have called a thousand times.";
	const known = "eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8";
	const by = { content, id: "joshua", secret: "my voice is my passcode" };

	it("is the one of Kubernetes' own tests", () => {
		expect(isSigned(known, by)).toBe(true);
		expect(
			isSigned("eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..7Ui1ALizW4jXphVUB7xUqC9vLYLL9RZeOFfVLoB7Tgk", {
				...by,
				content: "",
			}),
		).toBe(true);
	});

	it("is not that of another content, secret or id, nor one with something behind it", () => {
		expect(isSigned(known, { ...by, content: `${content} ` })).toBe(false);
		expect(isSigned(known, { ...by, secret: "my voice is your passcode" })).toBe(false);
		expect(isSigned(known, { ...by, id: "david" })).toBe(false);
		expect(isSigned(`${known}foo`, by)).toBe(false);
		expect(isSigned("", by)).toBe(false);
	});

	it("is the one that openssl makes", () => {
		expect(isSigned(signature("a text"), { content: "a text", id, secret })).toBe(true);
	});
});

describe("the hash of a CA", () => {
	it("is what openssl computes of its public key, in any case, and one of several will do", async () => {
		const other = (await issued(["a"])).root;
		expect(hashesOf(`${other}\n${authority}`)).toEqual([hashByOpenssl(other), hashByOpenssl(authority)]);
		expect(isPinned(authority, [hashByOpenssl(other)])).toBe(false);
		expect(isPinned(`${other}${authority}`, [hashByOpenssl(authority).toUpperCase()])).toBe(true);
	});
});

describe("discovery by a token", () => {
	it("asks cluster-info twice through the host, and joins the server that it names with the token", async () => {
		const found = kubeconfigOf(authority, "https://api.lab:6443");
		putClusterInfo({ kubeconfig: found, [`jws-kubeconfig-${id}`]: signature(found) });
		const discovered = await byToken();
		expect(discovered).toMatchObject({ server: "https://api.lab:6443", certificate: authority });
		expect(server.requests.map(({ path, authorization }) => [path, authorization])).toEqual([
			[CLUSTER_INFO, undefined],
			[CLUSTER_INFO, undefined],
		]);
		expect(new Set(host.dialled)).toEqual(new Set([endpoint]));
		expect(fromYaml(discovered.kubeconfig)).toEqual({
			apiVersion: "v1",
			clusters: [
				{
					cluster: {
						"certificate-authority-data": Buffer.from(authority).toString("base64"),
						server: "https://api.lab:6443",
					},
					name: "kubernetes",
				},
			],
			contexts: [
				{
					context: { cluster: "kubernetes", user: "tls-bootstrap-token-user" },
					name: "tls-bootstrap-token-user@kubernetes",
				},
			],
			"current-context": "tls-bootstrap-token-user@kubernetes",
			kind: "Config",
			users: [{ name: "tls-bootstrap-token-user", user: { token } }],
		});
	});

	it("asks once where no hash is given, and joins with the other token where one is", async () => {
		const discovered = await discover(
			host,
			{
				bootstrapToken: { token, apiServerEndpoint: endpoint, unsafeSkipCAVerification: true },
				tlsBootstrapToken: "fedcba.fedcba9876543210",
			},
			5,
		);
		expect(server.requests).toHaveLength(1);
		expect(discovered.kubeconfig).toContain("fedcba.fedcba9876543210");
		expect(discovered.kubeconfig).not.toContain(token);
	});

	it("waits until the token's signature is there", async () => {
		const { kubeconfig } = (server.objects.get(CLUSTER_INFO) as any).data;
		putClusterInfo({ kubeconfig });
		const found = byToken();
		await vi.waitFor(() => expect(server.asked(CLUSTER_INFO)).toBeGreaterThan(1));
		putClusterInfo({ kubeconfig, [`jws-kubeconfig-${id}`]: signature(kubeconfig) });
		expect((await found).certificate).toBe(authority);
	});

	it("says of a token without a signature that it has expired, or is another cluster's", async () => {
		putClusterInfo({ kubeconfig: kubeconfigOf(authority) });
		expect(await failure(byToken({}, 1))).toBe(
			`root@198.18.0.12:22: cluster-info of https://198.18.0.11:6443: limit of 1 s reached; last observation: it is not signed with the token abcdef
  layer: credentials: the token has expired, belongs to another cluster, or its usages lack "signing"
  next, on a control plane of the cluster: kubeadm token create --print-join-command`,
		);
	});

	it("does not trust what another secret has signed", async () => {
		const kubeconfig = kubeconfigOf(authority);
		putClusterInfo({ kubeconfig, [`jws-kubeconfig-${id}`]: signature(kubeconfig, "fedcba9876543210") });
		expect(await failure(byToken())).toMatch(
			/expected a signature with the token abcdef, got another one.*\n {2}next, .*print-join-command$/,
		);
	});

	it("names both hashes where the CA is another one", async () => {
		const wrong = `sha256:${"0".repeat(64)}`;
		const text = await failure(byToken({ caCertHashes: [wrong] }));
		expect(text).toContain(`expected a CA with the hash ${wrong}, got ${hashByOpenssl(authority)}`);
		expect(text).toContain("kubeadm token create --print-join-command");
	});

	it("ends at once where the server is none of the CA that the cluster names", async () => {
		const other = (await issued(["a"])).root;
		const kubeconfig = kubeconfigOf(other);
		putClusterInfo({ kubeconfig, [`jws-kubeconfig-${id}`]: signature(kubeconfig) });
		const text = await failure(byToken({ caCertHashes: [hashByOpenssl(other)] }, 60));
		expect(text).toMatch(/: .*certificate.* \(after \d+ s of 60 s\)/);
		expect(text).toContain("layer: certificate");
	});

	it("names the layer where nothing answers", async () => {
		host.listens = undefined;
		const text = await failure(byToken({}, 1));
		expect(text).toContain("198.18.0.11:6443: connection refused");
		expect(text).toContain("layer: network or firewall");
		expect(text).toContain("curl -sk https://198.18.0.11:6443/api/v1");
	});

	it("says what the server answers where the server does not show cluster-info", async () => {
		server.fault = () => ({ status: 403, message: "configmaps is forbidden" });
		expect(await failure(byToken({}, 1))).toMatch(
			/last observation: 403: configmaps is forbidden\n {2}layer: API server.*\n {2}next: .*kubeadm init phase bootstrap-token$/,
		);
	});
});

describe("discovery by a file", () => {
	const path = "/etc/kubernetes/discovery.conf";
	const byFile = (tlsBootstrapToken?: string, timeoutSeconds = 5) =>
		discover(
			host,
			{ file: { kubeConfigPath: path }, ...(tlsBootstrapToken ? { tlsBootstrapToken } : {}) },
			timeoutSeconds,
		);

	it("joins with the credentials in it, with which cluster-info is asked", async () => {
		host.put(path, server.kubeconfig, "0600");
		const { kubeconfig, ...found } = await byFile();
		expect(found).toEqual({ server: "https://198.18.0.11:6443", certificate: authority });
		expect(fromYaml(kubeconfig)).toEqual(fromYaml(server.kubeconfig));
		expect(server.requests).toMatchObject([{ path: CLUSTER_INFO, client: "admin" }]);
	});

	it("joins with a token where one is given, also by an address of a file", async () => {
		host.put(path, kubeconfigOf(authority), "0600");
		const { kubeconfig } = await byFile(token);
		expect(kubeconfig).toContain(token);
		const discovered = await discover(
			host,
			{ file: { kubeConfigPath: `file://${path}` }, tlsBootstrapToken: token },
			5,
		);
		expect(discovered.kubeconfig).toBe(kubeconfig);
	});

	it("takes in the files of the host that it names", async () => {
		const config = fromYaml(server.kubeconfig) as any;
		const { cluster } = config.clusters[0];
		const { user } = config.users[0];
		for (const [entry, name] of [
			[cluster, "certificate-authority"],
			[user, "client-certificate"],
			[user, "client-key"],
		]) {
			host.put(`/etc/join/${name}`, Buffer.from(entry[`${name}-data`], "base64").toString(), "0600");
			delete entry[`${name}-data`];
			entry[name] = `/etc/join/${name}`;
		}
		host.put(path, toYaml(config), "0600");
		expect(fromYaml((await byFile()).kubeconfig)).toEqual(fromYaml(server.kubeconfig));
		// A kubelet has both in one file.
		const both = `${host.text("/etc/join/client-certificate")}${host.text("/etc/join/client-key")}`;
		host.put("/etc/join/both", both, "0600");
		host.put(path, toYaml(config).replaceAll(/client-(certificate|key): .*/g, "client-$1: /etc/join/both"), "0600");
		expect(await byFile()).toMatchObject({ server: "https://198.18.0.11:6443", certificate: authority });
		host.put(path, toYaml(config), "0600");
		await host.remove(["/etc/join/client-key"]);
		expect(await failure(byFile())).toContain("got none at /etc/join/client-key (client-key)");
	});

	it("takes the file as it is where cluster-info may not be read", async () => {
		host.put(path, server.kubeconfig, "0600");
		server.fault = () => ({ status: 403, message: "forbidden" });
		expect((await byFile()).certificate).toBe(authority);
	});

	it("says where its server is another one than the cluster names", async () => {
		const found = kubeconfigOf(authority, "https://api.lab:6443");
		putClusterInfo({ kubeconfig: found });
		host.put(path, server.kubeconfig, "0600");
		expect((await byFile()).server).toBe("https://198.18.0.11:6443");
		expect(lines.join()).toContain("cluster-info names https://api.lab:6443");
	});

	it("refuses one without credentials where there is no token", async () => {
		host.put(path, kubeconfigOf(authority), "0600");
		expect(await failure(byFile())).toMatch(/expected a user with credentials in it, or discovery.tlsBootstrapToken/);
	});

	it("refuses one whose client certificate has expired, before anything is asked", async () => {
		const { certificate, key } = await issued([], 3600, new Date("2020-01-01T00:00:00Z"));
		const config = fromYaml(server.kubeconfig) as any;
		config.users[0].user = {
			"client-certificate-data": Buffer.from(certificate).toString("base64"),
			"client-key-data": Buffer.from(key).toString("base64"),
		};
		host.put(path, toYaml(config), "0600");
		expect(await failure(byFile())).toMatch(
			/got one that expired on 2020-01-01T01:00:00.000Z\n {2}next, .*kubeadm kubeconfig user/,
		);
		expect(server.requests).toEqual([]);
	});

	it("asks the program of the host that it names for credentials, which stays in the kubeconfig for the kubelet", async () => {
		const config = fromYaml(server.kubeconfig) as any;
		const { token: _none, ...user } = config.users[0].user;
		const exec = {
			apiVersion: "client.authentication.k8s.io/v1",
			command: "/usr/local/bin/who",
			args: ["am i"],
			env: [{ name: "PASSWORD", value: secret }],
			interactiveMode: "Never",
		};
		config.users[0].user = { exec };
		host.put(path, toYaml(config), "0600");
		const pem = (name: string) => Buffer.from(user[name], "base64").toString();
		const status = { clientCertificateData: pem("client-certificate-data"), clientKeyData: pem("client-key-data") };
		host.answers(/^ask \/usr\/local\/bin\/who/, () => JSON.stringify({ kind: "ExecCredential", status }));
		expect(fromYaml((await byFile()).kubeconfig)).toEqual(config);
		expect(server.requests).toMatchObject([{ client: "admin" }]);
		const [asked] = host.commands;
		expect(asked!.script).not.toContain(secret);
		expect(
			execFileSync("sh", {
				input: String(asked!.stdin).replace("/usr/local/bin/who", "printenv").replace("'am i'", "PASSWORD"),
			}).toString(),
		).toBe(`${secret}\n`);
	});

	it("names a file that is not there, and what is no kubeconfig", async () => {
		expect(await failure(byFile())).toContain(`${path}: expected a kubeconfig that names the cluster, got no file`);
		host.put(path, "hello", "0600");
		expect(await failure(byFile())).toContain(`${path}: expected a kubeconfig with a current cluster`);
	});
});

describe("discovery by an https address", () => {
	let trustedRoot: string;
	/** A server of files at files.lab, beside the API server. */
	const serve = async (answer: { status: number; text: string }, sans = ["files.lab"]) => {
		const { root, certificate, key } = await issued(sans);
		trustedRoot = root;
		const asked: string[] = [];
		files = createServer({ cert: certificate, key }, (request, response) => {
			asked.push(`${request.url} ${request.headers.authorization ?? ""}`.trim());
			if (request.url === "/moved") response.writeHead(302, { location: "/join.conf?key=1" }).end();
			else response.writeHead(answer.status).end(answer.text);
		});
		files.listen(0, "127.0.0.1");
		await once(files, "listening");
		const { port } = files.address() as AddressInfo;
		vi.spyOn(host, "dial").mockImplementation(async (address, at) => {
			host.dialled.push(`${address}:${at}`);
			return connect({ host: "127.0.0.1", port: address === "files.lab" ? port : server.port });
		});
		host.answers(/^read the CAs that the host trusts$/, () => `${root}\n${root}`);
		return asked;
	};
	const byAddress = (kubeConfigPath = "https://files.lab/join.conf", timeoutSeconds = 5) =>
		discover(host, { file: { kubeConfigPath } }, timeoutSeconds);

	it("fetches the file through the host, trusting what the host trusts", async () => {
		const asked = await serve({ status: 200, text: server.kubeconfig });
		expect((await byAddress()).certificate).toBe(authority);
		expect(asked).toEqual(["/join.conf"]);
		expect(host.dialled[0]).toBe("files.lab:443");
	});

	it("follows a redirection, and logs in with the user in the address", async () => {
		const asked = await serve({ status: 200, text: server.kubeconfig });
		expect((await byAddress("https://me:0123456789abcdef@files.lab/moved")).certificate).toBe(authority);
		expect(asked[0]).toBe(`/moved Basic ${Buffer.from(`me:${secret}`).toString("base64")}`);
		expect(asked[1]).toContain("/join.conf?key=1");
	});

	it("knows the API server by the CAs that the host trusts where the file names none, and asks it for its own", async () => {
		const config = fromYaml(server.kubeconfig) as any;
		delete config.clusters[0].cluster["certificate-authority-data"];
		await serve({ status: 200, text: toYaml(config) });
		expect(await failure(byAddress())).toContain("layer: certificate");
		const { commands } = host;
		host.answers(/^read the CAs that the host trusts$/, () => `${trustedRoot}\n${authority}`);
		expect((await byAddress()).certificate).toBe(authority);
		expect(commands.at(-1)!.script).toContain("/etc/ssl/certs/ca-certificates.crt");
	});

	it("ends at once for a status that is no success, and does not show what is secret in the address", async () => {
		await serve({ status: 404, text: "" });
		const text = await failure(byAddress("https://me:0123456789abcdef@files.lab/join.conf?key=0123456789abcdef", 60));
		expect(text).toMatch(/https:\/\/files.lab\/join.conf: expected status 200, got 404 \(after \d+ s of 60 s\)/);
	});

	it("ends at once for a certificate that the host does not trust, or that is for another name", async () => {
		await serve({ status: 200, text: server.kubeconfig });
		host.answers(/^read the CAs that the host trusts$/, () => authority);
		expect(await failure(byAddress(undefined, 60))).toMatch(/: .*certificate.* \(after \d+ s of 60 s\)/);
		files!.close();
		await serve({ status: 200, text: server.kubeconfig }, ["other.lab"]);
		expect(await failure(byAddress(undefined, 60))).toMatch(/: .*other\.lab.* \(after \d+ s of 60 s\)/);
	});
});

describe("the cluster that was found", () => {
	const expected = {
		kubernetesVersion: "v1.37.2",
		dnsDomain: "cluster.local",
		serviceSubnet: "10.96.0.0/12",
		kubelet: { clusterDomain: "cluster.local", maxPods: 50, cpuManagerReconcilePeriod: "0s" },
	};
	const put = (path: string, object: object) => server.put(path, object as never);
	/** As Go writes it: with the zeros of what was not said, and what the first host has. */
	const kubelet = (overrides: object = {}) =>
		put("/api/v1/namespaces/kube-system/configmaps/kubelet-config", {
			metadata: { name: "kubelet-config" },
			data: {
				kubelet: toYaml({
					clusterDomain: "cluster.local",
					maxPods: 50,
					nodeStatusReportFrequency: "0s",
					logging: { flushFrequency: 0, options: { json: { infoBufferSize: "0" } }, verbosity: 0 },
					resolvConf: "/run/systemd/resolve/resolv.conf",
					...overrides,
				}),
			},
		});
	const configuration = (overrides: object = {}) => {
		kubelet();
		put("/api/v1/namespaces/kube-system/configmaps/kubeadm-config", {
			metadata: { name: "kubeadm-config" },
			data: {
				ClusterConfiguration: toYaml({
					kubernetesVersion: "v1.37.0",
					networking: { dnsDomain: "cluster.local", serviceSubnet: "10.96.0.0/12" },
					...overrides,
				}),
			},
		});
	};
	const node = (ready: string) =>
		put("/api/v1/nodes/worker-1", {
			metadata: { name: "worker-1" },
			status: { conditions: [{ type: "Ready", status: ready }] },
		});
	const check = async (overrides: object = {}) =>
		checkCluster({
			host,
			discovered: await byToken(),
			nodeName: "worker-1",
			expected: { ...expected, ...overrides },
			patienceSeconds: 1,
			rejoins: false,
		});

	it("may be of a build that is not released", async () => {
		configuration({ kubernetesVersion: "ci/v1.37.3-1+abc" });
		await check();
	});

	it("is asked with the token, and may be of another patch release", async () => {
		configuration();
		await check();
		expect(server.requests.at(-1)).toMatchObject({ path: "/api/v1/nodes/worker-1", authorization: `Bearer ${token}` });
	});

	it("is refused where it is another than the program describes, all differences at once", async () => {
		configuration({ kubernetesVersion: "v1.36.3" });
		const text = await failure(check({ dnsDomain: "lab.local" }));
		expect(text).toContain(
			"cluster.kubernetesVersion (its minor release): expected 1.36 as the cluster has it, got 1.37",
		);
		expect(text).toContain("cluster.networking.dnsDomain: expected cluster.local as the cluster has it, got lab.local");
		expect(text).not.toContain("serviceSubnet");
	});

	it("is refused where its nodes have other kubelet settings than the program says, as kubeadm would take the cluster's", async () => {
		configuration();
		kubelet({ maxPods: 110, failSwapOn: false });
		const text = await failure(
			check({ kubelet: { ...expected.kubelet, memorySwap: { swapBehavior: "LimitedSwap" } } }),
		);
		for (const problem of ["maxPods: expected 110", "failSwapOn: expected false", "memorySwap: expected nothing"])
			expect(text).toContain(`cluster.kubelet.${problem} as the cluster has it, got `);
		expect(text.match(/cluster\.kubelet\./g)).toHaveLength(3);
	});

	it("is refused where it is none of kubeadm's", async () => {
		expect(await failure(check())).toContain("expected its configuration in the ConfigMap kubeadm-config, got none");
	});

	it("says of a token that it does not know that it has expired", async () => {
		configuration();
		// A server that is well and says no means it.
		server.fault = ({ path, authorization }) =>
			authorization && path !== "/readyz" ? { status: 401, message: "Unauthorized" } : undefined;
		expect(await failure(check())).toMatch(
			/the token \(or certificate\) has expired.*\n.*401: Unauthorized\n {2}next, .*print-join-command/s,
		);
	});

	it("waits for a node of the same name that is Ready, which may have left a moment ago", async () => {
		configuration();
		node("True");
		const checked = check();
		await vi.waitFor(() => expect(server.asked("/nodes/worker-1")).toBeGreaterThan(1));
		node("Unknown");
		await checked;
	});
});
