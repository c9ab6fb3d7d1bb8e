import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import type { ClusterOfExternalCas } from "../clusters/programs/cluster-of-external-cas/index.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { kubeadm, kubectl } from "../clusters/support/kubeadm.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

/** All three CAs sign elsewhere, and that of the cluster was signed by another: the hosts and the state never see their keys. */
describe("a cluster whose CAs have no key here", () => {
	let lab: Lab;
	let host: LabHost;
	let stack: TestStack;
	let folder: string;
	const names = ["ca", "front-proxy-ca", "etcd-ca"] as const;
	const onHost = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const configure = async (more: Partial<ClusterOfExternalCas["cluster"]>, signs: boolean) => {
		const authorities = Object.fromEntries(
			names.map((name) => [name, { certificate: readFileSync(join(folder, `${name}.crt`), "utf8") }]),
		);
		const { cluster } = clusterOn(lab, { authorities, workers: [], ...more });
		await stack.configure({ cluster, ...(signs ? { folder } : {}) } satisfies ClusterOfExternalCas);
	};

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "pulumi-kubeadm-cas-"));
		execFileSync("sh", ["-ec", AUTHORITIES], { cwd: folder, stdio: "pipe" });
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		host = lab.host("cp-1");
		stack = await testStack("cluster-of-external-cas");
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
		rmSync(folder, { recursive: true, force: true });
	});

	it("stops while nobody signs, says what to type, and has all requests on the host", async () => {
		await configure({}, false);
		const said = await stack.up().then(
			({ text }) => `up succeeded:\n${text}`,
			(error: Error) => error.message,
		);
		expect(said).toMatch(
			/expected a certificate signed by O=Example, CN=\S+, whose key is not here, got none\n *sign \S+\.csr for /,
		);
		expect((await onHost("find /etc/kubernetes -name '*.csr'")).split("\n").sort()).toEqual(
			[
				...["admin", "super-admin", "controller-manager", "scheduler", "kubelet"].map((user) => `${user}.conf.csr`),
				...["apiserver", "apiserver-kubelet-client", "front-proxy-client", "apiserver-etcd-client"].map(
					(leaf) => `pki/${leaf}.csr`,
				),
				...["server", "peer", "healthcheck-client"].map((leaf) => `pki/etcd/${leaf}.csr`),
			]
				.map((path) => `/etc/kubernetes/${path}`)
				.sort(),
		);
		expect(said).not.toContain("PRIVATE KEY");
		expect(await onHost("ls /etc/kubernetes/manifests")).toBe("");
	});

	it("comes up as soon as the program signs, with the keys that are there, and differs from nothing afterwards", async () => {
		const keys = await onHost("sha256sum /etc/kubernetes/pki/apiserver.key /etc/kubernetes/pki/etcd/server.key");
		await configure({}, true);
		await stack.up();
		expect(await onHost("sha256sum /etc/kubernetes/pki/apiserver.key /etc/kubernetes/pki/etcd/server.key")).toBe(keys);
		expect(await kubectl(host, "get nodes --no-headers")).toMatch(/^cp-1 +Ready /);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("is one of external CAs to kubeadm, whose checks find nothing amiss", async () => {
		const { stdout, exitCode, stderr } = await kubeadm(host, ["certs", "check-expiration", "--output=json"]);
		expect([exitCode, stderr.match(/error|invalid/i)]).toEqual([0, null]);
		const { certificates, certificateAuthorities } = JSON.parse(stdout);
		const all = [...certificates, ...certificateAuthorities] as {
			name: string;
			missing?: boolean;
			externallyManaged: boolean;
		}[];
		expect(all).toHaveLength(14);
		expect(all.filter(({ missing, externallyManaged }) => missing || !externallyManaged)).toEqual([]);
		expect(await onHost("find /etc/kubernetes -name '*ca.key'")).toBe("");
		const manifest = await onHost("cat /etc/kubernetes/manifests/kube-controller-manager.yaml");
		expect(manifest).toMatch(/- --cluster-signing-cert-file=\n +- --cluster-signing-key-file=\n/);
	});

	it("has certificates that lead to the root, and kubeconfigs that trust the CA which signs", async () => {
		const verified = "cd /etc/kubernetes/pki; openssl verify -CAfile ca.crt apiserver.crt apiserver-kubelet-client.crt";
		expect(await onHost(verified)).toBe("apiserver.crt: OK\napiserver-kubelet-client.crt: OK");
		const between = readFileSync(join(folder, "between.crt"), "utf8");
		const trusted = await onHost("sed -n 's/ *certificate-authority-data: //p' /etc/kubernetes/admin.conf | base64 -d");
		expect(`${trusted}\n`).toBe(between);
	});

	it("has none of the CAs' keys and no leaf's in its state", async () => {
		const state = JSON.stringify(await stack.state());
		expect(state.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g)).toHaveLength(1);
		for (const name of names)
			expect(state).not.toContain(readFileSync(join(folder, `${name}.key`), "utf8").split("\n")[1]);
	});

	it("gets a new name into the API server's certificate with the key that it has", async () => {
		const key = await onHost("sha256sum /etc/kubernetes/pki/apiserver.key");
		await configure({ apiServer: { certSANs: ["api.example.test"] } }, true);
		await stack.up();
		expect(await onHost("sha256sum /etc/kubernetes/pki/apiserver.key")).toBe(key);
		expect(await onHost("openssl x509 -noout -ext subjectAltName -in /etc/kubernetes/pki/apiserver.crt")).toContain(
			"DNS:api.example.test",
		);
		expect(await kubectl(host, "get --raw /readyz")).toBe("ok");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("says of a worker whose request nobody signs who has to", async () => {
		const [worker] = clusterOn(lab).cluster.workers!;
		await configure({ workers: [{ ...worker!, timeouts: { tlsBootstrap: "20s" } }] }, true);
		await expect(stack.up()).rejects.toThrow(
			/worker-1: .*the CA's key is not here: its holder has to sign .*kubectl get csr/s,
		);
		expect(await kubectl(host, "get nodes -o name")).toBe("node/cp-1");
	});

	it("has a worker as soon as a signer of one's own signs its request, and differs from nothing afterwards", async () => {
		await configure({ workers: clusterOn(lab).cluster.workers }, true);
		const signed = until("the worker's request is signed", 180, async (seen) => {
			await signApproved(host, folder);
			seen(await kubectl(host, "get csr"));
			return (await kubectl(host, "get nodes -o name")).includes("worker-1") || undefined;
		});
		await Promise.all([stack.up(), signed]);
		expect(await kubectl(host, "get nodes --no-headers")).toMatch(/^cp-1 +Ready .*\nworker-1 +Ready /);
		const current = "openssl x509 -noout -issuer -subject -in /var/lib/kubelet/pki/kubelet-client-current.pem";
		const { stdout } = await lab.host("worker-1").exec(current, { check: true });
		expect(stdout).toMatch(
			/^issuer=O ?= ?Example, CN ?= ?between\nsubject=O ?= ?system:nodes, CN ?= ?system:node:worker-1\n/,
		);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves nothing of itself when it is destroyed", async () => {
		await stack.destroy();
		const left = "find /etc/kubernetes /var/lib/pulumi-kubeadm -type f -not -name .kubelet-keep 2>/dev/null || true";
		for (const each of lab.hosts) expect((await each.exec(left, { check: true })).stdout, each.name).toBe("");
	});
});

/** Stands for a signer of one's own: signs what kubelets ask for and the cluster has approved. */
async function signApproved(host: LabHost, folder: string): Promise<void> {
	const { items } = JSON.parse(await kubectl(host, "get csr -o json"));
	for (const { metadata, spec, status } of items) {
		const approved = status.conditions?.some(({ type }: { type: string }) => type === "Approved");
		if (spec.signerName !== "kubernetes.io/kube-apiserver-client-kubelet" || !approved || status.certificate) continue;
		const words = "x509 -req -CA ca.crt -CAkey ca.key -days 30 -extfile clientAuth.ext".split(" ");
		const input = Buffer.from(spec.request, "base64");
		const certificate = execFileSync("openssl", words, { cwd: folder, input, stdio: ["pipe", "pipe", "ignore"] });
		const patch = JSON.stringify({ status: { certificate: certificate.toString("base64") } });
		await kubectl(host, `patch csr ${metadata.name} --subresource=status --type=merge -p '${patch}'`);
	}
}

/** A root, an intermediate CA for the cluster, and two roots more. */
const AUTHORITIES = `
new() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 400 -subj "/O=Example/CN=$1" -keyout $1.key -out $1.crt; }
for name in root front-proxy-ca etcd-ca; do new $name; done
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -noenc -subj /O=Example/CN=between -keyout ca.key -out ca.csr
printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign,digitalSignature\\nsubjectKeyIdentifier=hash\\n' > ca.ext
openssl x509 -req -in ca.csr -CA root.crt -CAkey root.key -days 300 -extfile ca.ext -out between.crt
cat between.crt root.crt > ca.crt
for usages in serverAuth clientAuth serverAuth,clientAuth; do echo "extendedKeyUsage=$usages" > $usages.ext; done
`;
