import { X509Certificate } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { loadAll } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { fromYaml } from "../../provider/go/yaml/write";
import type { KubernetesObject } from "../../provider/render/kubernetes-object";
import { cases } from "../parity/cases";
import { certificateFacts } from "../parity/certificate-facts";
import {
	byName,
	type Case,
	type DryRun,
	documents,
	dryRun,
	dryRunOf,
	inFolder,
	kubeadm,
	patchesFolder,
	thisHost,
} from "../parity/kubeadm";
import { cli } from "../support/command-line.ts";

type Files = Record<string, { content: string; mode: string }>;

/** What a file alone can say, with keys that are quickly made. */
const inFiles = Object.entries(cases).filter(
	([title, { cluster = {}, minors }]) =>
		title === "the default configuration" ||
		(cluster.encryptionAlgorithm === "ECDSA-P256" && !cluster.proxyEnvs && !cluster.kubeProxyServer && !minors),
);

describe.each(inFiles)("the tree that render writes for %s", (_title, subject) => {
	let real: DryRun;
	let ours: Files;
	const certificates = subject.cluster?.certificatesDir ?? "/etc/kubernetes/pki";

	beforeAll(async () => {
		real = await dryRun(subject);
		ours = await rendered(subject);
	}, 60_000);

	it("has kubeadm's files and no others, with its modes", () => {
		const modes = (files: Files) => Object.entries(files).map(([path, { mode }]) => `${path} ${mode}`);
		const placed = Object.entries(ours).filter(([path]) => !/^\/(objects|addons)\//.test(path));
		const flat = Object.fromEntries(placed.map(([path, file]) => [nameInDryRun(path), file]));
		expect(modes(flat).sort()).toEqual(modes(real.files).sort());
	});

	it("has kubeadm's manifests byte for byte, and its kubelet configuration", () => {
		for (const [path, { content }] of Object.entries(ours)) {
			const theirs = real.files[nameInDryRun(path)]?.content ?? "";
			if (path.startsWith("/etc/kubernetes/manifests/") || path.endsWith(".env")) expect(content).toBe(theirs);
			if (path.startsWith("/var/lib/kubelet/") && path.endsWith(".yaml"))
				expect(fromYaml(content)).toEqual(fromYaml(theirs));
		}
	});

	it("has certificates and kubeconfigs that say the same as kubeadm's", () => {
		const names = Object.keys(real.files).filter((name) => /\.(crt|conf)$/.test(name));
		expect(names.length).toBeGreaterThan(5);
		for (const name of names) {
			const [mine, theirs] = [placedAs(name), real.files[name]!.content];
			const say = (text: string, file: (name: string) => string) =>
				name.endsWith(".crt")
					? certificateFacts(text, new X509Certificate(file(issuerOf(name))))
					: kubeconfigFacts(text, file("ca.crt"));
			expect([name, say(mine, placedAs)]).toEqual([name, say(theirs, (other) => real.files[other]!.content)]);
		}
	});

	it("has the objects that kubeadm creates, and no others", () => {
		const texts = Object.entries(ours).filter(([path]) => /^\/(objects|addons)\//.test(path));
		const objects = byName(texts.flatMap(([, { content }]) => loadAll(content) as KubernetesObject[]));
		const ca = placedAs("ca.crt");
		const { "ClusterRoleBinding//kubeadm:cluster-admins": admins, ...rest } = objects;
		expect(Object.fromEntries(Object.entries(rest).map(([name, object]) => [name, settled(object, ca)]))).toEqual(
			Object.fromEntries(
				Object.entries(real.objects).map(([name, object]) => [name, settled(object, real.files["ca.crt"]!.content)]),
			),
		);
		// A dry run has no administrator to bind.
		expect(admins?.roleRef).toMatchObject({ name: "cluster-admin" });
	});

	function nameInDryRun(path: string): string {
		return path.startsWith(`${certificates}/`) ? path.slice(certificates.length + 1) : basename(path);
	}

	function placedAs(name: string): string {
		const [, file] = Object.entries(ours).find(([path]) => nameInDryRun(path) === name) ?? [];
		return file?.content ?? "";
	}
});

describe("kubeadm's own commands on a rendered tree", () => {
	it("check-expiration finds all certificates and CAs, and openssl verifies them", async () => {
		const subject: Case = { cluster: { encryptionAlgorithm: "ECDSA-P256" }, hide: ["/etc"] };
		await inFolder(documents(subject), async (folder, file) => {
			const out = join(folder, "out");
			expect((await cli(renderArguments(subject, file, out))).exitCode).toBe(0);
			const { stdout } = await kubeadm(["certs", "check-expiration", "--config", file], {
				hide: subject.hide,
				before: `mkdir -p /etc/kubernetes; mount --bind ${out}/etc/kubernetes /etc/kubernetes`,
				after: [
					"cd /etc/kubernetes/pki",
					"openssl verify -CAfile ca.crt apiserver.crt apiserver-kubelet-client.crt",
					"openssl verify -CAfile etcd/ca.crt etcd/server.crt etcd/peer.crt etcd/healthcheck-client.crt apiserver-etcd-client.crt",
					"openssl verify -CAfile front-proxy-ca.crt front-proxy-client.crt",
				].join("\n"),
			});
			for (const name of ["admin.conf", "super-admin.conf", "controller-manager.conf", "scheduler.conf", "apiserver"]) {
				expect(stdout).toMatch(new RegExp(`^${name} +\\w{3} \\d\\d, \\d{4} .* 364d `, "m"));
			}
			expect(stdout).not.toContain("MISSING");
			expect(stdout.match(/: OK$/gm)).toHaveLength(7);
		});
	});

	it("init phase control-plane takes a CA without a key for an external one, as render and diff do", async () => {
		const subject: Case = { cluster: { encryptionAlgorithm: "ECDSA-P256" }, hide: ["/etc"] };
		await inFolder(documents(subject), async (folder, file) => {
			const out = join(folder, "out");
			await cli(renderArguments(subject, file, out));
			const kubernetes = join(out, "etc/kubernetes");
			await rm(join(kubernetes, "pki/ca.key"));
			await rm(join(kubernetes, "manifests"), { recursive: true });
			expect((await cli(renderArguments(subject, file, out))).exitCode).toBe(0);
			const ours = await filesUnder(join(kubernetes, "manifests"));
			await rm(join(kubernetes, "manifests"), { recursive: true });
			await kubeadm(["init", "phase", "control-plane", "all", "--config", file], {
				hide: subject.hide,
				before: `mkdir -p /etc/kubernetes; mount --bind ${kubernetes} /etc/kubernetes`,
				after: `"$0" init phase etcd local --config ${file}`,
			});
			expect(ours).toEqual(await filesUnder(join(kubernetes, "manifests")));
			expect(ours["/kube-controller-manager.yaml"]!.content).toContain("--cluster-signing-key-file=\n");
			const against = renderArguments(subject, file, out).map((word) => (word === "--out" ? "--against" : word));
			expect(await cli(["diff", ...against.slice(1)])).toMatchObject({ exitCode: 0, stdout: "" });
			await mkdir(join(folder, "cas"));
			await cp(join(kubernetes, "pki/ca.crt"), join(folder, "cas/ca.crt"));
			const given = ["--ca-dir", join(folder, "cas")];
			expect(await cli(["diff", ...against.slice(1), ...given])).toMatchObject({ exitCode: 0, stdout: "" });
			const alone = await cli([...renderArguments(subject, file, join(folder, "alone")), ...given]);
			expect([alone.exitCode, alone.stderr]).toEqual([
				1,
				expect.stringMatching(/signed by ca, whose key is not given/),
			]);
		});
	});

	it("init phase certs and kubeconfig keep what is there", async () => {
		const subject: Case = { cluster: { encryptionAlgorithm: "ECDSA-P256" }, hide: ["/etc"] };
		await inFolder(documents(subject), async (folder, file) => {
			const out = join(folder, "out");
			await cli(renderArguments(subject, file, out));
			const before = await filesUnder(out);
			const { stdout } = await kubeadm(["init", "phase", "certs", "all", "--config", file], {
				hide: subject.hide,
				before: `mkdir -p /etc/kubernetes; mount --bind ${out}/etc/kubernetes /etc/kubernetes`,
				after: ["kubeconfig all", "control-plane all", "etcd local"]
					.map((phase) => `"$0" init phase ${phase} --config ${file}`)
					.join("\n"),
			});
			expect(stdout).toContain("Using existing apiserver certificate and key on disk");
			expect(await filesUnder(out)).toEqual(before);
		});
	});
});

describe("render with phases that are skipped", () => {
	it("leaves out what kubeadm leaves out", async () => {
		const [init, ...others] = documents({ cluster: { encryptionAlgorithm: "ECDSA-P256" } });
		const skipPhases = [
			"addon/kube-proxy",
			"bootstrap-token",
			"kubeconfig/super-admin",
			"upload-config/kubelet",
			"show-join-command",
		];
		const configuration = [{ ...init, skipPhases }, ...others];
		const real = await dryRunOf("init", configuration);
		await inFolder(configuration, async (folder, file) => {
			const out = join(folder, "out");
			const { exitCode, stderr } = await cli(renderArguments({}, file, out));
			expect([exitCode, stderr]).toEqual([0, "warning: InitConfiguration.skipPhases[4]: no join command is printed\n"]);
			const files = Object.entries(await filesUnder(out));
			const isObject = ([path]: [string, unknown]) => /^\/(objects|addons)\//.test(path);
			const placed = files.filter((file) => !isObject(file)).map(([path]) => basename(path));
			expect(placed.sort()).toEqual(
				Object.keys(real.files)
					.map((name) => basename(name))
					.sort(),
			);
			const objects = files.filter(isObject).flatMap(([, { content }]) => loadAll(content) as KubernetesObject[]);
			const names = Object.keys(byName(objects)).filter((name) => !name.endsWith("kubeadm:cluster-admins"));
			expect(names.sort()).toEqual(Object.keys(real.objects).sort());
		});
	});

	it("does not apply the patches of what is skipped, so that they may be wrong", async () => {
		const [init, ...others] = documents({ cluster: { encryptionAlgorithm: "ECDSA-P256" } });
		const exitCodes = (...skipPhases: string[]) => {
			const asked = { patches: { directory: patchesFolder }, skipPhases: [...skipPhases, "wait-control-plane"] };
			return inFolder([{ ...init, ...asked }, ...others], async (folder, file) => {
				for (const target of ["kubeletconfiguration", "etcd"])
					await writeFile(join(folder, "patches", `${target}+json.json`), '[{"op": "remove", "path": "/none"}]');
				const theirs = await kubeadm(["init", "--dry-run", "--ignore-preflight-errors=all", "--config", file], {
					failing: true,
					hide: ["/etc/kubernetes", "/var/lib/kubelet"],
				});
				const ours = await cli(renderArguments({}, file, join(folder, "out")));
				return [theirs.exitCode, ours.exitCode];
			});
		};
		expect(await exitCodes("kubelet-start", "etcd")).toEqual([0, 0]);
		expect(await exitCodes("kubelet-start")).toEqual([1, 1]);
		expect(await exitCodes("etcd")).toEqual([1, 1]);
	});
});

describe("render for a node that joins", () => {
	const cluster = {
		apiVersion: "kubeadm.k8s.io/v1beta4",
		kind: "ClusterConfiguration",
		kubernetesVersion: "v1.37.2",
		encryptionAlgorithm: "ECDSA-P256",
		controlPlaneEndpoint: "198.18.0.10:6443",
	};
	const join_ = {
		apiVersion: "kubeadm.k8s.io/v1beta4",
		kind: "JoinConfiguration",
		discovery: {
			bootstrapToken: {
				token: "abcdef.0123456789abcdef",
				apiServerEndpoint: "198.18.0.10:6443",
				unsafeSkipCAVerification: true,
			},
		},
		nodeRegistration: { name: "w1" },
	};

	it("asks for the cluster's CA, and writes what the kubelet bootstraps with", async () => {
		await inFolder([cluster, join_], async (folder, file) => {
			const refused = await cli(["render", "--config", file, "--out", join(folder, "w1")]);
			expect(refused.stderr).toContain("expected the CA of the cluster in place, got none; give --ca-dir with ca.crt");

			const first = await withInit(folder);
			const { exitCode, stderr } = await cli([
				"render",
				"--config",
				file,
				"--out",
				join(folder, "w1"),
				"--ca-dir",
				join(first, "etc/kubernetes/pki"),
			]);
			expect([exitCode, stderr]).toEqual([0, ""]);
			const files = await filesUnder(join(folder, "w1"));
			expect(
				Object.entries(files)
					.map(([path, { mode }]) => `${path} ${mode}`)
					.sort(),
			).toEqual([
				"/etc/kubernetes/bootstrap-kubelet.conf 0600",
				"/etc/kubernetes/pki/ca.crt 0644",
				"/var/lib/kubelet/config.yaml 0644",
				"/var/lib/kubelet/instance-config.yaml 0644",
				"/var/lib/kubelet/kubeadm-flags.env 0644",
			]);
			expect(files["/etc/kubernetes/pki/ca.crt"]!.content).toBe(
				await readFile(join(first, "etc/kubernetes/pki/ca.crt"), "utf8"),
			);
			expect(files["/etc/kubernetes/bootstrap-kubelet.conf"]!.content).toContain("token: abcdef.0123456789abcdef");
			expect(files["/etc/kubernetes/bootstrap-kubelet.conf"]!.content).toContain("server: https://198.18.0.10:6443\n");
		});
	});

	it("leaves a worker alone whose kubelet's phase is skipped", async () => {
		await inFolder([cluster, { ...join_, skipPhases: ["kubelet-start"] }], async (folder, file) => {
			const out = join(folder, "w1");
			const rendered = await cli(["render", "--config", file, "--out", out]);
			expect(rendered).toEqual({ exitCode: 0, stdout: "nothing changed\n", stderr: "" });
			const given = await cli(["render", "--config", file, "--out", out, "--ca-dir", folder]);
			expect(given).toEqual(rendered);
			const compared = await cli(["diff", "--config", file, "--against", folder]);
			expect(compared).toEqual({ exitCode: 0, stdout: "", stderr: "" });
		});
	});

	it("is compared as the kubelet of a node that joined writes its kubeconfig", async () => {
		await inFolder([cluster, join_], async (folder, file) => {
			const [out, pki] = [join(folder, "w1"), join(await withInit(folder), "etc/kubernetes/pki")];
			await cli(["render", "--config", file, "--out", out, "--ca-dir", pki]);
			const bootstrap = join(out, "etc/kubernetes/bootstrap-kubelet.conf");
			const text = await readFile(bootstrap, "utf8");
			const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
			const [, data] = /certificate-authority-data: (.*)/.exec(text)!;
			const [, server] = /server: (.*)/.exec(text)!;
			// Source: writeKubeconfigFromBootstrapping, pkg/kubelet/certificate/bootstrap/bootstrap.go.
			const written = `apiVersion: v1
clusters: [{cluster: {certificate-authority-data: ${data}, server: ${server}}, name: default-cluster}]
contexts: [{context: {cluster: default-cluster, namespace: default, user: default-auth}, name: default-context}]
current-context: default-context
kind: Config
users: [{name: default-auth, user: {client-certificate: ${current}, client-key: ${current}}}]
`;
			await rm(bootstrap);
			await writeFile(join(out, "etc/kubernetes/kubelet.conf"), written, { mode: 0o600 });
			expect(await cli(["diff", "--config", file, "--against", out])).toMatchObject({ exitCode: 0, stdout: "" });
		});
	});

	it("gives a control plane node the cluster's CAs, and etcd the members that it joins", async () => {
		const controlPlane = {
			...join_,
			nodeRegistration: { name: "cp2" },
			controlPlane: { localAPIEndpoint: { advertiseAddress: "198.18.0.12" } },
		};
		await inFolder([cluster, controlPlane], async (folder, file) => {
			const pki = join(await withInit(folder), "etc/kubernetes/pki");
			const args = ["render", "--config", file, "--out", join(folder, "cp2"), "--ca-dir", pki];
			const alone = await cli(args);
			expect([alone.exitCode, alone.stderr]).toEqual([
				1,
				expect.stringContaining("give --etcd-member NAME=IP for each"),
			]);
			const members = ["--etcd-member", "cp1=198.18.0.10", "--etcd-member", "cp2=198.18.0.12"];
			expect(await cli([...args, ...members])).toMatchObject({ exitCode: 0, stderr: "" });
			const files = await filesUnder(join(folder, "cp2"));
			expect(
				Object.keys(files)
					.filter((path) => path.endsWith(".conf"))
					.sort(),
			).toEqual(
				["admin", "bootstrap-kubelet", "controller-manager", "scheduler"].map((name) => `/etc/kubernetes/${name}.conf`),
			);
			for (const name of ["ca.key", "sa.key", "sa.pub", "etcd/ca.crt", "front-proxy-ca.key"]) {
				expect(files[`/etc/kubernetes/pki/${name}`]!.content).toBe(await readFile(join(pki, name), "utf8"));
			}
			const etcd = files["/etc/kubernetes/manifests/etcd.yaml"]!.content;
			expect(etcd).toContain("--initial-cluster=cp1=https://198.18.0.10:2380,cp2=https://198.18.0.12:2380\n");
			expect(etcd).toContain("--initial-cluster-state=existing\n");
		});
	});

	async function withInit(folder: string): Promise<string> {
		const init = {
			apiVersion: "kubeadm.k8s.io/v1beta4",
			kind: "InitConfiguration",
			nodeRegistration: { name: "cp1" },
			localAPIEndpoint: { advertiseAddress: "198.18.0.10" },
		};
		const out = join(folder, "cp1");
		const stdin = [cluster, init].map((document) => JSON.stringify(document)).join("\n---\n");
		expect(await cli(["render", "--config", "-", "--out", out], { stdin })).toMatchObject({ exitCode: 0 });
		return out;
	}
});

function renderArguments(subject: Case, file: string, out: string): string[] {
	const { hostname, caCertificateDirectories } = thisHost(subject.hide);
	const folders = caCertificateDirectories.flatMap((path) => ["--ca-certificates-dir", path]);
	const name = subject.node?.name ?? hostname;
	const resolver = subject.resolvConf ? ["--resolv-conf", subject.resolvConf] : [];
	return ["render", "--config", file, "--out", out, "--node", name, "--hostname", hostname, ...resolver, ...folders];
}

async function rendered(subject: Case): Promise<Files> {
	return inFolder(documents(subject), async (folder, file) => {
		const patch = subject.node?.kubelet;
		if (patch) await writeFile(join(folder, "patches", "kubeletconfiguration.json"), JSON.stringify(patch));
		const out = join(folder, "out");
		const { exitCode, stderr } = await cli(renderArguments(subject, file, out));
		expect([exitCode, stderr]).toEqual([0, ""]);
		return filesUnder(out);
	});
}

async function filesUnder(folder: string): Promise<Files> {
	const files: Files = {};
	for (const name of await readdir(folder, { recursive: true })) {
		const found = await stat(join(folder, name));
		if (!found.isFile()) continue;
		const mode = `0${(found.mode & 0o777).toString(8)}`;
		files[`/${name}`] = { content: await readFile(join(folder, name), "utf8"), mode };
	}
	return files;
}

function issuerOf(name: string): string {
	if (/^(ca|front-proxy-ca|etcd\/ca)\.crt$/.test(name)) return name;
	if (name.startsWith("front-proxy-")) return "front-proxy-ca.crt";
	return name.startsWith("etcd/") || name === "apiserver-etcd-client.crt" ? "etcd/ca.crt" : "ca.crt";
}

function kubeconfigFacts(text: string, ca: string) {
	const { clusters, users, ...config } = fromYaml(text) as Record<
		string,
		{ name: string; cluster: object; user: Record<string, string> }[]
	>;
	const [{ cluster, ...named } = { cluster: {} }] = clusters ?? [];
	const certificate = decode(users?.[0]?.user["client-certificate-data"]);
	const { validity: _, ...facts } = certificateFacts(certificate, new X509Certificate(ca));
	const authority = decode((cluster as Record<string, string>)["certificate-authority-data"]);
	return {
		...config,
		...named,
		server: (cluster as Record<string, string>).server,
		user: users?.[0]?.name,
		trustsItsCa: authority === ca,
		...facts,
	};
}

/** What two runs have in common: not the CA itself, not the minute in which a token ends. */
function settled({ status: _status, ...object }: KubernetesObject, ca: string): unknown {
	const { resourceVersion: _version, ...metadata } = object.metadata as KubernetesObject["metadata"] & {
		resourceVersion?: string;
	};
	const text = JSON.stringify({ ...object, metadata }).replace(Buffer.from(ca).toString("base64"), "(the CA)");
	const { data, ...rest } = JSON.parse(text) as { data?: Record<string, string> };
	if (!data?.expiration) return { ...rest, data };
	const hours = Math.round((Date.parse(decode(data.expiration)) - Date.now()) / 3600_000);
	return { ...rest, data: { ...data, expiration: `in ${hours} hours` } };
}

function decode(data: string | undefined): string {
	return Buffer.from(data ?? "", "base64").toString();
}
