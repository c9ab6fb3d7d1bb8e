import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import type { ClusterProgram } from "./programs/cluster/index.ts";
import { unscored } from "./support/cis.ts";
import { clusterOn } from "./support/cluster.ts";
import { kubectl } from "./support/kubeadm.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** What kubectl says of an answer with the status 403. */
const forbidden = /^error: .*forbidden|Error from server \(Forbidden\)/;

/** What a role that reads the configmaps of one namespace does not allow. */
const beyondReader = [
	...["create configmap more", "delete configmap kube-root-ca.crt", "get configmaps -n kube-system"],
	...["get configmaps --all-namespaces", "get secrets", "get pods", "create serviceaccount more"],
	...["get nodes", "get namespaces", "create namespace more", "get --raw /metrics"],
	...["create rolebinding more --clusterrole=admin --user=viewer", "get configmaps --as=kubernetes-admin"],
];

/**
 * What changes around a cluster while it runs. Its addresses come from resources of the same program, its CAs and service
 * account key are given, and it is reached through sudo.
 */
describe("a cluster on machines that the same program makes", () => {
	let lab: Lab;
	let stack: TestStack;
	let host: LabHost;
	let secondAddress: string;
	let renamed: string[];
	let takenBack: string[];
	let token: string;
	let given: Required<Pick<ClusterProgram["cluster"], "authorities" | "serviceAccountKey">>;
	const audit = { path: "/etc/kubernetes/audit/policy.yaml", content: "rules: []\n" };
	const addon = JSON.stringify({
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata: { name: "web" },
		data: { port: "80" },
	});
	const policy = (content: string) => ({ path: "/etc/kubernetes/policy.yaml", content });
	const onHost = async (command: string) => (await host.exec(command, { check: true })).stdout.trim();
	const program = (user: string, address: string, more: object = {}) => {
		const { cluster } = clusterOn(lab);
		const controlPlanes = cluster.controlPlanes.map((node) => ({
			...node,
			connection: { ...node.connection, user, host: address, dialErrorLimit: 2, perDialTimeout: 3 },
		}));
		return {
			ready: false,
			cluster: { ...cluster, ...given, controlPlanes },
			users: { viewer: ["lab:viewers"], stranger: [] },
			tenants: { shop: { namespace: "shop" } },
			...more,
		};
	};
	/** The program once the machine is known, and reached under its other address. */
	const settled = (more: object) => program("root", secondAddress, more);
	/** What must not move when only the state is to change: when files and their records were written (the renamed one's aside), and which containers run. */
	const traces = () =>
		onHost(
			"{ find /etc/kubernetes /var/lib/kubelet/*.* -type f; grep -rL audit --exclude-dir=updates /var/lib/pulumi-kubeadm; } | sort | xargs stat -c '%y %z %n'; crictl ps -q | sort",
		);
	/** kubectl with a kubeconfig that is an output of the program. */
	const as = async (user: string) => {
		const { kubeconfigs } = await stack.outputs();
		await host.exec(`cat > /tmp/${user}.conf`, { input: kubeconfigs[user], check: true });
		return async (words: string) => {
			const { stdout, stderr } = await host.exec(
				`kubectl --cache-dir /tmp/kubectl-${user} --kubeconfig /tmp/${user}.conf ${words}`,
			);
			return stdout + stderr;
		};
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }] });
		host = lab.host("cp-1");
		secondAddress = host.address.replace(/\d+$/, "200");
		stack = await testStack("cluster");
		given = await givenByOpenssl(host);
		const files = { first: audit, policy: policy("first\n") };
		await stack.configure(program("admin", host.address, { machines: true, files }));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is previewed before any address is known: only what depends on one is unknown", async () => {
		const { text } = await stack.preview();
		expect(text).not.toContain("04da6b54");
		expect(text).toMatch(/--authorization-mode +: "Node,RBAC"/);
		expect(text).toMatch(/--advertise-address +: \[unknown\]/);
		expect(text).not.toMatch(/--advertise-address +: "/);
	});

	it("is made through a user who needs sudo where sshd allows one session, and differs from nothing afterwards", async () => {
		await onHost("echo 'MaxSessions 1' > /etc/ssh/sshd_config.d/sessions.conf && systemctl reload ssh");
		expect(await onHost("sshd -T | grep -i maxsessions")).toBe("maxsessions 1");
		await stack.up();
		expect(await onHost("ls /run/pulumi-kubeadm.lock 2>&1 || true")).toMatch(/No such file/);
		await onHost("rm /etc/ssh/sshd_config.d/sessions.conf && systemctl reload ssh");
		expect(await onHost("stat -c '%a %U' /etc/kubernetes/admin.conf")).toBe("600 root");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("stands under the given CAs, and its tokens under the given key", async () => {
		for (const [name, path] of Object.entries({ ca: "ca", "etcd-ca": "etcd/ca", "front-proxy-ca": "front-proxy-ca" }))
			expect(
				await onHost(
					`cmp /tmp/${name}.crt /etc/kubernetes/pki/${path}.crt && cmp /tmp/${name}.key /etc/kubernetes/pki/${path}.key`,
				),
			).toBe("");
		expect(await onHost("cmp /tmp/sa.key /etc/kubernetes/pki/sa.key")).toBe("");
		const verified =
			"openssl verify -CAfile ca.crt apiserver.crt && openssl verify -CAfile etcd/ca.crt etcd/server.crt";
		expect(await onHost(`cd /etc/kubernetes/pki && ${verified}`)).toBe("apiserver.crt: OK\netcd/server.crt: OK");
	});

	it("gives a tenant the rights of its role in its namespace, and nowhere else", async () => {
		const shop = await as("shop");
		expect(await shop("-n shop create configmap goods --from-literal=a=b")).toBe("configmap/goods created\n");
		expect(await shop("-n shop auth can-i create roles.rbac.authorization.k8s.io")).toBe("no\n");
		expect(await shop("-n kube-system get configmaps")).toMatch(/forbidden/);
	});

	it("gives a user of the program's own what the roles of the certificate's name and group allow, and nothing more", async () => {
		await kubectl(host, "create role reader --verb=get,list --resource=configmaps");
		await kubectl(host, "create rolebinding viewers --role=reader --group=lab:viewers");
		await kubectl(host, "create role keeper --verb=get --resource=secrets --resource-name=of-the-viewer");
		await kubectl(host, "create rolebinding viewer --role=keeper --user=viewer");
		for (const owner of ["viewer", "stranger"])
			await kubectl(host, `create secret generic of-the-${owner} --from-literal=owner=${owner}`);
		const [viewer, stranger] = [await as("viewer"), await as("stranger")];
		expect(await viewer("auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.groups}'")).toBe(
			'viewer ["lab:viewers","system:authenticated"]',
		);
		expect(await viewer("get configmaps -o name")).toBe("configmap/kube-root-ca.crt\n");
		expect(await viewer("get secret of-the-viewer -o jsonpath='{.data.owner}' | base64 -d")).toBe("viewer");
		for (const words of [...beyondReader, "get secret of-the-stranger", "delete secret of-the-viewer"])
			expect(await viewer(words), words).toMatch(forbidden);
		for (const words of ["get configmaps", "get secret of-the-viewer", ...beyondReader])
			expect(await stranger(words), words).toMatch(forbidden);
	});

	it("changes its state only when other credentials reach the same machine under another address", async () => {
		await kubectl(host, "create serviceaccount tenant");
		await kubectl(host, "create rolebinding tenant --role=reader --serviceaccount=default:tenant");
		token = await kubectl(host, "create token tenant");
		await onHost(
			`ip address add ${secondAddress}/24 dev "$(ip -o route show default | sed 's/.* dev \\([^ ]*\\).*/\\1/')"`,
		);
		await onHost(`iptables -I INPUT -d ${host.address} -p tcp --dport 22 -j REJECT`);
		const before = await traces();
		const files = { second: audit, policy: policy("first\n") };
		await stack.configure(settled({ files, tokens: { tenant: token } }));
		const { changes, text } = await stack.up();
		expect(changes).toContain("update Host test-cp-1");
		expect(changes).toContain("update Kubelet test-cp-1-kubelet");
		expect(text).not.toContain(token);
		expect(await traces()).toBe(before);
		renamed = changes.filter((change) => change.includes("HostFile")).sort();
	});

	it("keeps a file whose resource is renamed", async () => {
		expect(renamed).toEqual(["create HostFile second", "delete HostFile first", "update HostFile policy"]);
		expect(await onHost(`cat ${audit.path}`)).toBe("rules: []");
	});

	it("gives a user of the program's own what the role of the token's account allows, and nothing more", async () => {
		const tenant = await as("tenant");
		expect(await tenant("auth whoami -o jsonpath='{.status.userInfo.username}'")).toBe(
			"system:serviceaccount:default:tenant",
		);
		expect(await tenant("get configmaps -o name")).toBe("configmap/kube-root-ca.crt\n");
		for (const words of [...beyondReader, "get secret of-the-viewer"])
			expect(await tenant(words), words).toMatch(forbidden);
	});

	it("says why a workload is not there: the scheduler's word, the image's or the container's, and the next command", async () => {
		const others = { policy: policy("first\n") };
		const known = { files: { second: audit, ...others }, addons: { web: addon }, tokens: { tenant: token } };
		await stack.configure(settled(known));
		await stack.up();
		await host.exec("kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -", { check: true, input: troubled });
		const workloads = ["nowhere", "no-image", "ends"].map((name) => `Deployment default/${name}`);
		const awaited = { workloads, timeoutSeconds: 25 };
		await stack.configure(settled({ ...known, files: { third: audit, ...others }, addons: { site: addon }, awaited }));
		const said = await stack.up().then(
			() => "up succeeded",
			(error: Error) => error.message,
		);
		expect(said).toMatch(
			/layer: scheduling\n\s+pod default\/nowhere-\S+: 0\/1 nodes are available: 1 node\(s\) had untolerated taint.*\n\s+next: kubectl describe nodes\n/,
		);
		expect(said).toMatch(
			/layer: image\n\s+pod default\/no-image-\S+: container main: (ErrImagePull|ImagePullBackOff): .*lab\.local\/none:1.*\n\s+next: kubectl describe pod -n default no-image-/,
		);
		expect(said).toMatch(
			/layer: container exit\n\s+pod default\/ends-\S+: container main: ended with exit code 1\n\s+next: kubectl logs -n default ends-\S+ --all-containers\n/,
		);
		await kubectl(host, "delete deployment nowhere no-image ends --wait=false");
		await stack.configure(settled(known));
		takenBack = (await stack.up({ refresh: true })).changes.sort();
	});

	it("keeps what a renamed resource took over where the up did not end and the rename is taken back", async () => {
		expect(takenBack).toEqual(["delete Addon site", "delete ClusterReady awaited", "delete HostFile third"]);
		expect(await onHost(`cat ${audit.path}`)).toBe("rules: []");
		expect(await kubectl(host, "get configmap web -o jsonpath='{.data.port}'")).toBe("80");
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("refuses to write over a file that someone edited since the last refresh", async () => {
		await onHost("echo edited > /etc/kubernetes/policy.yaml");
		await stack.configure(settled({ files: { second: audit, policy: policy("second\n") } }));
		await expect(stack.up()).rejects.toThrow(
			/\/etc\/kubernetes\/policy\.yaml: expected the content that the last refresh recorded.*pulumi refresh/s,
		);
		expect(await onHost("cat /etc/kubernetes/policy.yaml")).toBe("edited");
	});

	it("shows a manifest that someone broke, and puts it back with whatever else was edited; a file goes with the resource that took it over", async () => {
		await onHost("echo 'kind: [Pod' > /etc/kubernetes/manifests/kube-scheduler.yaml");
		await stack.configure(settled({ files: { policy: policy("second\n") } }));
		const { changes, text } = await stack.preview({ refresh: true });
		const expected = [
			"delete Addon web",
			"delete HostFile second",
			"delete Kubeconfig tenant",
			"update HostFile policy",
			"update StaticPodManifest test-cp-1-kube-scheduler",
		];
		expect(changes.sort()).toEqual(expected);
		expect(text).toContain("kind: [Pod");
		expect((await stack.up({ refresh: true })).changes.sort()).toEqual(expected);
		expect(await onHost("cat /etc/kubernetes/policy.yaml")).toBe("second");
		expect((await host.exec("ls /etc/kubernetes/audit")).exitCode).not.toBe(0);
		expect(await kubectl(host, "get configmaps -o name")).toBe("configmap/kube-root-ca.crt");
		expect(await onHost("grep -c '^kind: Pod$' /etc/kubernetes/manifests/kube-scheduler.yaml")).toBe("1");
		await until("the scheduler is Ready again", 90, async (seen) => {
			const found = await kubectl(host, "-n kube-system get pods -l component=kube-scheduler");
			seen(found);
			return / 1\/1 +Running /.test(found) || undefined;
		});
	});

	it("refuses what would break it, before anything is touched", async () => {
		const { cluster, ...rest } = settled({});
		const networking = { ...cluster.networking, dnsDomain: "other.local" };
		await stack.configure({ ...rest, cluster: { ...cluster, networking, kubernetesVersion: "1.37.1" } });
		const said = await stack.preview().then(
			({ text }) => text,
			({ message }: Error) => message,
		);
		expect(said).toMatch(/networking\.dnsDomain.*expected "cluster\.local" as the running cluster has it/);
		expect(said).toMatch(/kubernetesVersion: expected 1\.37\.2 or a later patch of 1\.37, got 1\.37\.1/);
	});

	it("takes the hardened profile while it runs, and then has all that the CIS Kubernetes Benchmark 1.12 scores", async () => {
		const { cluster, ...rest } = settled({});
		await stack.configure({ ...rest, cluster: { ...cluster, profile: "hardened" } });
		await stack.up();
		expect(await unscored(host)).toEqual([]);
	});

	it("is unchanged and not gone when its host cannot be reached, and a refresh says so once", async () => {
		await host.kill();
		const before = (await stack.state()).resources.length;
		const { text, changes } = await stack.refresh();
		expect(changes).toEqual([]);
		// Pulumi prints a line as it comes, and once more among the diagnostics.
		const diagnostics = text.slice(text.indexOf("Diagnostics:"));
		expect(diagnostics.split(`${secondAddress}:22 does not answer: its resources are not read`)).toHaveLength(2);
		expect((await stack.state()).resources).toHaveLength(before);
	});

	it("is removed from the state when its host is said to be gone for good", async () => {
		await expect(stack.destroy()).rejects.toThrow(`PULUMI_KUBEADM_GONE_HOSTS=${secondAddress} pulumi up`);
		await stack.destroy({ env: { PULUMI_KUBEADM_GONE_HOSTS: secondAddress } });
		expect((await stack.state()).resources ?? []).toEqual([]);
	});
});

/** One that tolerates no control plane, one without an image, and one whose program ends. */
const troubled = [
	["nowhere", { image: "lab.local/web:1" }, []],
	["no-image", { image: "lab.local/none:1" }, [{ operator: "Exists" }]],
	["ends", { image: "lab.local/web:1", args: ["get", "http://127.0.0.1:1"] }, [{ operator: "Exists" }]],
]
	.map(([name, container, tolerations]) => ({
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name },
		spec: {
			selector: { matchLabels: { app: name } },
			template: {
				metadata: { labels: { app: name } },
				spec: { containers: [{ name: "main", ...(container as object) }], tolerations },
			},
		},
	}))
	.map((deployment) => JSON.stringify(deployment))
	.join("\n---\n");

/** CAs and a service account key as the example own-ca has them made: keys on the curve P-256, in SEC 1. They lie in the host's /tmp too. */
async function givenByOpenssl(host: LabHost) {
	const made = async (command: string) => (await host.exec(command, { check: true })).stdout;
	const key = (name: string) => made(`openssl ecparam -name prime256v1 -genkey -noout | tee /tmp/${name}.key`);
	const pair = async (name: string, commonName: string) => {
		const privateKey = await key(name);
		const usage = "-addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign";
		const request = `openssl req -x509 -new -key /tmp/${name}.key -subj /CN=${commonName} -days 3650 ${usage}`;
		return { privateKey, certificate: await made(`${request} | tee /tmp/${name}.crt`) };
	};
	return {
		authorities: {
			ca: await pair("ca", "kubernetes"),
			"etcd-ca": await pair("etcd-ca", "etcd-ca"),
			"front-proxy-ca": await pair("front-proxy-ca", "front-proxy-ca"),
		},
		serviceAccountKey: await key("sa"),
	};
}
