import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lab, type LabHost, startLab, until } from "../../lab/index.ts";
import { clusterOn } from "./support/cluster.ts";
import { differences, listing } from "./support/listing.ts";
import { type TestStack, testStack } from "./support/stack.ts";

/** The life of a cluster of one control plane and one worker, from bare hosts to bare hosts. */
describe("a cluster of one control plane and one worker", () => {
	let lab: Lab;
	let stack: TestStack;
	let controlPlane: LabHost;
	let worker: LabHost;
	const before = new Map<LabHost, string[]>();
	const scheduler = { extraArgs: [{ name: "v", value: "3" }] };
	const kubectl = async (words: string) => {
		const { stdout } = await controlPlane.exec(
			`kubectl --cache-dir /tmp/kubectl --kubeconfig /etc/kubernetes/admin.conf ${words}`,
			{ check: true },
		);
		return stdout.trim();
	};

	beforeAll(async () => {
		lab = await startLab({ hosts: [{ name: "cp-1" }, { name: "worker-1" }] });
		[controlPlane, worker] = lab.hosts as [LabHost, LabHost];
		// The worker has the kubelet's binary alone, the control plane the packages' unit and drop-in.
		const unit = "/usr/lib/systemd/system/kubelet.service";
		await worker.exec(`systemctl disable --now kubelet; rm -r ${unit} ${unit}.d; systemctl daemon-reload`, {
			check: true,
		});
		for (const host of lab.hosts) before.set(host, await listing(host));
		stack = await testStack("cluster");
		await stack.configure(clusterOn(lab));
	});

	afterAll(async () => {
		await lab?.stop();
		await stack?.remove();
	});

	it("is previewed from bare hosts without touching them, and without a secret", async () => {
		const { text, changes } = await stack.preview();
		expect(changes).toContain("create StaticPodManifest test-cp-1-kube-apiserver");
		expect(text).toMatch(/--service-cluster-ip-range +: "\d/);
		expect(text).not.toMatch(/PRIVATE KEY|04da6b54/);
		expect(differences(before.get(controlPlane)!, await listing(controlPlane))).toEqual([]);
	});

	it("is made by one up: both nodes are Ready, DNS answers and a pod runs", async () => {
		await stack.up();
		const nodes = await kubectl(
			`get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}'`,
		);
		expect(nodes).toBe("cp-1=True worker-1=True");
		await kubectl("run web --image=lab.local/web:1 --port=8080 --expose");
		await kubectl("wait --for=condition=Ready pod/web --timeout=60s");
		expect(await kubectl("exec web -- web lookup kubernetes.default.svc.cluster.local")).toMatch(/^198\.19\./);
		await kubectl("delete pod,service web --now");
	});

	it("is left alone by a second up, and by one after a refresh", async () => {
		expect((await stack.up()).changes).toEqual([]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("shows one changed flag as that line of the manifest and of kubeadm-config, and nothing else", async () => {
		await stack.configure(clusterOn(lab, { scheduler }));
		const { changes, text } = await stack.preview();
		expect(changes.sort()).toEqual([
			"update ConfigurationUpload test-configuration",
			"update StaticPodManifest test-cp-1-kube-scheduler",
		]);
		expect(text.match(/^ *[-+~] *--.*$/gm)?.map((line) => line.trim())).toEqual(['+ --v: "3"']);
		expect((await stack.up()).changes.sort()).toEqual(changes.sort());
		expect(
			await kubectl("-n kube-system get pod kube-scheduler-cp-1 -o jsonpath='{.spec.containers[0].command}'"),
		).toContain('"--v=3"');
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("looks at its hosts after a change that was killed: taken back, the change is undone without a refresh", async () => {
		const scheduler = (v: string) => clusterOn(lab, { scheduler: { extraArgs: [{ name: "v", value: v }] } });
		const manifest = "/etc/kubernetes/manifests/kube-scheduler.yaml";
		const flag = async () =>
			(await controlPlane.exec(`grep -o -- '--v=.*' ${manifest}`, { check: true })).stdout.trim();
		await stack.configure(scheduler("5"));
		const placed = until("the new manifest is placed", 120, async () => (await flag()) === "--v=5" || undefined);
		expect((await stack.killed("up", placed)).finished).toBe(false);
		await stack.command(["cancel", "--yes"]);
		await stack.configure(scheduler("3"));
		const { changes, text } = await stack.preview();
		expect(changes).toContain("update StaticPodManifest test-cp-1-kube-scheduler");
		expect(text).toContain("needs an update: its last change was cut off");
		expect((await stack.up()).changes.sort()).toEqual(changes.sort());
		expect(await flag()).toBe("--v=3");
		expect(
			await kubectl("-n kube-system get pod kube-scheduler-cp-1 -o jsonpath='{.spec.containers[0].command}'"),
		).toContain('"--v=3"');
		expect((await stack.up()).changes).toEqual([]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("shows what was changed and lost on a host, and puts it back", async () => {
		await controlPlane.exec(
			"sed -i 's/--v=3/--v=4/' /etc/kubernetes/manifests/kube-scheduler.yaml; rm /etc/kubernetes/pki/front-proxy-client.key",
			{ check: true },
		);
		await worker.exec("sed -i 's/^cgroupDriver:.*/cgroupDriver: systemd/' /var/lib/kubelet/config.yaml", {
			check: true,
		});
		const { changes, text } = await stack.preview({ refresh: true });
		expect(changes.sort()).toEqual([
			"update Certificate test-cp-1-front-proxy-client",
			"update Gate test-cp-1-gate",
			"update Kubelet test-worker-1-kubelet",
			"update StaticPodManifest test-cp-1-kube-scheduler",
		]);
		expect(text).toContain('~ --v: "4" => "3"');
		await stack.up({ refresh: true });
		const { stdout } = await controlPlane.exec(
			"grep -c -- --v=3 /etc/kubernetes/manifests/kube-scheduler.yaml; openssl pkey -in /etc/kubernetes/pki/front-proxy-client.key -noout && echo whole",
			{ check: true },
		);
		expect(stdout).toBe("1\nwhole\n");
		expect((await worker.exec("grep ^cgroupDriver /var/lib/kubelet/config.yaml")).stdout.trim()).toBe(
			`cgroupDriver: ${lab.kubeletConfiguration.cgroupDriver}`,
		);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("leaves replicas and Corefile of CoreDNS as a person changed them, and says so", async () => {
		await kubectl("-n kube-system scale deployment coredns --replicas=1");
		const { data } = JSON.parse(await kubectl("-n kube-system get configmap coredns -o json"));
		const patch = { data: { Corefile: data.Corefile.replace("ttl 30", "ttl 20") } };
		await kubectl(`-n kube-system patch configmap coredns --type=merge --patch '${JSON.stringify(patch)}'`);
		const { changes, text } = await stack.preview({ refresh: true });
		expect(changes).toEqual([]);
		expect(text).toContain(
			"coredns: changed by hand and left alone: ConfigMap coredns data.Corefile (in the program: dns.corefile), Deployment coredns spec.replicas (in the program: dns.replicas)",
		);
		const resources = { limits: { memory: "180Mi" } };
		await stack.configure(clusterOn(lab, { scheduler, dns: { resources } }));
		expect((await stack.up({ refresh: true })).changes).toEqual(["update CoreDns test-coredns"]);
		const deployment = JSON.parse(await kubectl("-n kube-system get deployment coredns -o json"));
		expect(deployment.spec.replicas).toBe(1);
		expect(deployment.spec.template.spec.containers[0].resources).toEqual(resources);
		const corefile = "-n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'";
		expect(await kubectl(corefile)).toContain("ttl 20");
		await stack.configure(clusterOn(lab, { scheduler, dns: { resources, replicas: 2 } }));
		expect((await stack.up({ refresh: true })).changes).toEqual(["update CoreDns test-coredns"]);
		expect(await kubectl("-n kube-system get deployment coredns -o jsonpath='{.spec.replicas}'")).toBe("2");
		expect(await kubectl(corefile)).toContain("ttl 20");
	});

	it("restarts kube-proxy on each node for a changed configuration, which the preview shows", async () => {
		const kubeProxy = { ...lab.kubeProxyConfiguration, configSyncPeriod: "14m0s" };
		await stack.configure(clusterOn(lab, { scheduler, kubeProxy }));
		const { text } = await stack.preview();
		expect(text).toContain("pulumi-kubeadm/configuration-digest");
		const pods = "-n kube-system get pods -l k8s-app=kube-proxy -o jsonpath='{.items[*].metadata.name}'";
		const before = (await kubectl(pods)).split(" ");
		await stack.up();
		await kubectl("-n kube-system rollout status daemonset kube-proxy --timeout=120s");
		const after = (await kubectl(pods)).split(" ");
		expect(after).toHaveLength(2);
		expect(after.filter((pod) => before.includes(pod))).toEqual([]);
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("shows a second file of a static pod on a host, and names it until it is moved away", async () => {
		const manifest = "/etc/kubernetes/manifests/kube-scheduler.yaml";
		await controlPlane.exec(`cp ${manifest} ${manifest}.bak`, { check: true });
		expect((await stack.preview({ refresh: true })).changes).toEqual([
			"update StaticPodManifest test-cp-1-kube-scheduler",
		]);
		await expect(stack.up({ refresh: true })).rejects.toThrow(
			`${manifest}.bak: expected ${manifest} alone to describe the pod kube-scheduler`,
		);
		await controlPlane.exec(`rm ${manifest}.bak`, { check: true });
		await stack.up({ refresh: true });
		expect((await stack.preview({ refresh: true })).changes).toEqual([]);
	});

	it("keeps in its state the keys of the CAs and of the service accounts once each, and no other", async () => {
		const text = JSON.stringify(await stack.state());
		const keys = [...text.matchAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END/g)].map(([key]) => key);
		expect(keys.length).toBe(4);
		expect(new Set(keys).size).toBe(4);
		const encoded = [...text.matchAll(/[A-Za-z0-9+/]{200,}={0,2}/g)].map(([base64]) =>
			Buffer.from(base64, "base64").toString(),
		);
		const kubeconfigs = encoded.filter((decoded) => /PRIVATE KEY/.test(decoded));
		expect(kubeconfigs.length).toBe((text.match(/client-key-data/g) ?? []).length);
		expect(text).not.toMatch(/[a-z0-9]{6}\.[a-z0-9]{16}"/);
	});

	it("leaves both hosts as they were when it is destroyed", async () => {
		await stack.destroy();
		await until(
			"the kubelet's service between two tries",
			60,
			async () =>
				(await controlPlane.exec("systemctl show -p SubState kubelet")).stdout.includes("auto-restart") || undefined,
		);
		for (const host of lab.hosts) expect(differences(before.get(host)!, await listing(host)), host.name).toEqual([]);
	});
});
