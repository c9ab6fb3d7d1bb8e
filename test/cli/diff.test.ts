import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documents, inFolder, kubeadm, thisHost } from "../parity/kubeadm";
import { cli, type Ended } from "../support/command-line.ts";

const manifests = "/etc/kubernetes/manifests";
const pki = "/etc/kubernetes/pki";
const subject = { cluster: { encryptionAlgorithm: "ECDSA-P256" as const }, hide: ["/etc"] };

describe("diff against what kubeadm left on a host", () => {
	let tree: string;
	let release: () => void;
	let closed: Promise<void>;
	let diff: (...more: string[]) => Promise<Ended>;

	/** The folder lives as long as the tests. */
	beforeAll(async () => {
		await new Promise<void>((ready, failed) => {
			closed = inFolder(documents(subject), async (folder, file) => {
				tree = join(folder, "tree");
				const phases = ["kubeconfig all", "control-plane all", "etcd local", "kubelet-start"];
				await kubeadm(["init", "phase", "certs", "all", "--config", file], {
					hide: ["/etc", "/var/lib"],
					after: [
						...phases.map((phase) => `"$0" init phase ${phase} --config ${file}`),
						`mkdir -p ${tree}/etc ${tree}/var/lib`,
						`cp -a /etc/kubernetes ${tree}/etc; cp -a /var/lib/kubelet ${tree}/var/lib`,
					].join("\n"),
				});
				const folders = thisHost(["/etc"]).caCertificateDirectories.flatMap((path) => ["--ca-certificates-dir", path]);
				diff = (...more) =>
					cli(["diff", "--config", file, "--against", tree, "--node", hostname(), ...folders, ...more]);
				ready();
				await new Promise<void>((resolve) => {
					release = resolve;
				});
			}).catch(failed);
		});
	}, 60_000);

	afterAll(async () => {
		release?.();
		await closed;
	});

	it("finds nothing", async () => {
		expect(await diff()).toEqual({ exitCode: 0, stdout: "", stderr: "" });
		const { stdout } = await diff("--output", "json");
		expect(JSON.parse(stdout)).toEqual({ equal: true, differences: [] });
	});

	const edits: [title: string, path: string, edit: (text: string) => string, line: string][] = [
		[
			"a flag of another value",
			`${manifests}/kube-scheduler.yaml`,
			(text) => text.replace("--leader-elect=true", "--leader-elect=false"),
			`~ ${manifests}/kube-scheduler.yaml: spec.containers[kube-scheduler].command[--leader-elect]: expected "true", found "false"`,
		],
		[
			"a flag in front of the others",
			`${manifests}/kube-apiserver.yaml`,
			(text) => text.replace("    - --advertise", "    - --v=5\n    - --advertise"),
			`+ ${manifests}/kube-apiserver.yaml: spec.containers[kube-apiserver].command[--v]: expected nothing, found "5"`,
		],
		[
			"a kubelet's setting",
			"/var/lib/kubelet/config.yaml",
			(text) => text.replace("rotateCertificates: true", "rotateCertificates: false"),
			"~ /var/lib/kubelet/config.yaml: rotateCertificates: expected true, found false",
		],
		[
			"a kubelet's flag",
			"/var/lib/kubelet/kubeadm-flags.env",
			(text) => text.replace('="', '="--v=9 ').replace(' "', '"'),
			'+ /var/lib/kubelet/kubeadm-flags.env: KUBELET_KUBEADM_ARGS[--v]: expected nothing, found "9"',
		],
		[
			"another server in a kubeconfig",
			"/etc/kubernetes/admin.conf",
			(text) => text.replace("198.18.0.10", "198.18.0.11"),
			'~ /etc/kubernetes/admin.conf: clusters[kubernetes].cluster.server: expected "https://198.18.0.10:6443", found "https://198.18.0.11:6443"',
		],
	];

	it.each(edits)("shows %s in exactly one line", async (_title, path, edit, line) => {
		const before = await readFile(join(tree, path), "utf8");
		await writeFile(join(tree, path), edit(before));
		expect(await diff()).toEqual({ exitCode: 1, stdout: `${line}\n`, stderr: "" });
		await writeFile(join(tree, path), before);
	});

	it("shows a mode, a missing file and one too many, each in one line", async () => {
		const key = join(tree, pki, "apiserver.key");
		await chmod(key, 0o644);
		expect((await diff()).stdout).toBe(`~ ${pki}/apiserver.key: mode: expected "0600", found "0644"\n`);
		await chmod(key, 0o600);

		const scheduler = join(tree, manifests, "kube-scheduler.yaml");
		const text = await readFile(scheduler, "utf8");
		await rm(scheduler);
		expect((await diff()).stdout).toBe(`- ${manifests}/kube-scheduler.yaml: expected "a file", found nothing\n`);
		await writeFile(scheduler, text, { mode: 0o600 });

		await writeFile(join(tree, manifests, "old.yaml.bak"), "");
		expect((await diff()).stdout).toBe(`+ ${manifests}/old.yaml.bak: expected nothing, found "a manifest"\n`);
		await rm(join(tree, manifests, "old.yaml.bak"));
	});

	it("shows what a certificate says otherwise, and a key that is not its own, but no secret", async () => {
		const certificate = join(tree, pki, "apiserver-kubelet-client.crt");
		const own = await readFile(certificate, "utf8");
		await writeFile(certificate, await readFile(join(tree, pki, "front-proxy-client.crt")));
		const { exitCode, stdout } = await diff();
		expect(exitCode).toBe(1);
		expect(stdout.split("\n").filter(Boolean).sort()).toEqual([
			`~ ${pki}/apiserver-kubelet-client.crt: isOfItsKey: expected true, found false`,
			`~ ${pki}/apiserver-kubelet-client.crt: isSignedByItsCa: expected true, found false`,
			`~ ${pki}/apiserver-kubelet-client.crt: subject: expected "CN=kube-apiserver-kubelet-client", found "CN=front-proxy-client"`,
		]);
		expect(stdout).not.toMatch(/BEGIN|[A-Za-z0-9+/]{60}/);
		await writeFile(certificate, own);
	});

	it("knows a kubelet that renews its certificate itself, as kubeadm leaves it", async () => {
		const path = join(tree, "/etc/kubernetes/kubelet.conf");
		const text = await readFile(path, "utf8");
		const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
		await writeFile(
			path,
			text
				.replace(/client-certificate-data: .*/, `client-certificate: ${current}`)
				.replace(/client-key-data: .*/, `client-key: ${current}`),
		);
		expect(await diff()).toEqual({ exitCode: 0, stdout: "", stderr: "" });
		await writeFile(path, text);
	});

	it("ends with 2 where there is nothing to compare with", async () => {
		const { exitCode, stderr } = await cli(["diff", "--config", "/dev/null", "--against", "/nonexistent"]);
		expect([exitCode, stderr]).toEqual([2, "--against /nonexistent: expected a folder, got none\n"]);
	});
});
