import { request } from "node:https";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab } from "../../lab/index.ts";
import { unscored } from "../clusters/support/cis.ts";
import { clusterOn } from "../clusters/support/cluster.ts";
import { inEtcd } from "../clusters/support/etcd.ts";
import { kubectl } from "../clusters/support/kubeadm.ts";
import { differences, listing } from "../clusters/support/listing.ts";
import { type TestStack, testStack } from "../clusters/support/stack.ts";

describe("a control plane with the hardened profile", () => {
	let lab: Lab;
	let stack: TestStack;
	let host: LabHost;
	let before: string[];
	const onHost = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		host = lab.host("cp-1");
		before = await listing(host);
		stack = await testStack("cluster");
		await stack.configure({ ...clusterOn(lab, { profile: "hardened" }), ready: false });
		await stack.up();
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("has all that the CIS Kubernetes Benchmark 1.12 scores", async () => {
		expect(await unscored(host)).toEqual([]);
		expect(load(await onHost("cat /var/lib/kubelet/config.yaml"))).toMatchObject({
			authentication: { anonymous: { enabled: false }, x509: { clientCAFile: "/etc/kubernetes/pki/ca.crt" } },
			authorization: { mode: "Webhook" },
			rotateCertificates: true,
			serverTLSBootstrap: true,
			tlsMinVersion: "VersionTLS12",
		});
		const proxy = await kubectl(host, "-n kube-system get configmap kube-proxy -o jsonpath='{.data.config\\.conf}'");
		expect(load(proxy)).toMatchObject({ metricsBindAddress: "" });
	});

	it("differs from nothing afterwards", async () => {
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("keeps Secrets encrypted in etcd, and the key as a secret of its state", async () => {
		await kubectl(host, "create secret generic word --from-literal=word=unencrypted-word");
		const stored = await inEtcd(host, "/registry/secrets/default/word");
		expect(stored).toMatch(/^k8s:enc:secretbox:v1:key1:/);
		expect(stored).not.toContain("unencrypted-word");
		const key = (await onHost("grep secret: /etc/kubernetes/encryption/secretbox.yaml")).split(" ").at(-1)!;
		expect(Buffer.from(key, "base64").length).toBe(32);
		expect(JSON.stringify(await stack.state())).toContain(key);
		expect(JSON.stringify(await stack.stored())).not.toContain(key);
	});

	it("answers the health endpoints without credentials, and nothing else", async () => {
		const statusOf = (path: string) => anonymousStatus(host.address, path);
		expect(await Promise.all(["/livez", "/readyz", "/healthz"].map(statusOf))).toEqual([200, 200, 200]);
		expect(await Promise.all(["/api", "/version", "/livez/ping"].map(statusOf))).toEqual([401, 401, 401]);
	});

	it("has a serving certificate of the cluster's CA on its kubelet, with which logs are read", async () => {
		const current = "/var/lib/kubelet/pki/kubelet-server-current.pem";
		expect(await onHost(`openssl verify -CAfile /etc/kubernetes/pki/ca.crt ${current}`)).toBe(`${current}: OK`);
		const names = await onHost(`openssl x509 -noout -ext subjectAltName -in ${current}`);
		expect(names.split("\n").at(-1)!.trim()).toBe(`DNS:cp-1, IP Address:${host.address}`);
		expect(await kubectl(host, "-n kube-system logs kube-scheduler-cp-1")).toContain("leaderelection");
	});

	it("logs who read a Secret, and not the Secret", async () => {
		await kubectl(host, "get secret word");
		const log = await onHost("grep '/secrets/word' /var/log/kubernetes/audit/audit.log | tail -1");
		expect(JSON.parse(log)).toMatchObject({ level: "Metadata", verb: "get", user: { username: "kubernetes-admin" } });
		expect(await onHost("grep -c unencrypted-word /var/log/kubernetes/audit/audit.log || true")).toBe("0");
	});

	it("approves no request of a node for a name that is not its own, and names the request", async () => {
		await onHost(
			"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /tmp/other.key -out /tmp/other.csr -subj /O=system:nodes/CN=system:node:cp-1 -addext 'subjectAltName=DNS:cp-1,DNS:other.example.org'",
		);
		const csr = {
			apiVersion: "certificates.k8s.io/v1",
			kind: "CertificateSigningRequest",
			metadata: { name: "other" },
			spec: {
				request: await onHost("base64 -w0 /tmp/other.csr"),
				signerName: "kubernetes.io/kubelet-serving",
				usages: ["digital signature", "server auth"],
			},
		};
		await host.exec("kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/kubelet.conf create -f -", {
			check: true,
			input: JSON.stringify(csr),
		});
		expect((await stack.preview({ refresh: true })).changes).toEqual([
			"update KubeletServingCertificate test-cp-1-kubelet-serving",
		]);
		await expect(stack.up({ refresh: true })).rejects.toThrow(
			/the request other for a serving certificate is not approved:\s+names: expected only those of the machine: .*, got also other\.example\.org/,
		);
		expect(await kubectl(host, "get csr other -o jsonpath={.status.conditions}")).toBe("");
		await kubectl(host, "certificate deny other");
		await stack.up({ refresh: true });
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves the host as it was when it is destroyed, except for the audit logs", async () => {
		await stack.destroy();
		await onHost("ls /var/log/kubernetes/audit/audit.log && rm -r /var/log/kubernetes");
		expect(differences(before, await listing(host))).toEqual([]);
	});
});

/** Status of a GET without credentials. */
function anonymousStatus(address: string, path: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const call = request({ host: address, port: 6443, path, rejectUnauthorized: false }, (answer) => {
			answer.resume();
			resolve(answer.statusCode);
		});
		call.on("error", reject);
		call.end();
	});
}
