/** A wrong value of one argument of a `Cluster`, and the problem that a person is shown. */
export interface WrongOutput {
	/** Path of the argument in the program. */
	path: string;
	value: unknown;
	/** Path and message. */
	problem: string;
}

/** Wrong values of arguments of every kind, of the cluster and of both kinds of nodes. */
export const wrongOutputs: readonly WrongOutput[] = (
	[
		["kubernetesVersion", "1.37", `kubernetesVersion: expected a version such as 1.37.2, got "1.37"`],
		["clusterName", 7, "clusterName: expected a string, got 7"],
		["controlPlaneEndpoint", "a b", `controlPlaneEndpoint: expected host, host:port, or [ipv6]:port, got "a b"`],
		[
			"networking.podSubnet",
			"10.244",
			`networking.podSubnet: expected one CIDR, or an IPv4 and an IPv6 CIDR with a comma between, got "10.244"`,
		],
		["networking.serviceSubnet", ["10.96.0.0/12"], `networking.serviceSubnet: expected a string, got ["10.96.0.0/12"]`],
		["networking.dnsDomain", "a_b", `networking.dnsDomain: expected a DNS name such as cluster.local, got "a_b"`],
		["apiServer.extraArgs[0].value", 3, "apiServer.extraArgs[0].value: expected a string, got 3"],
		[
			"apiServer.certSANs[0]",
			"a b",
			`apiServer.certSANs[0]: expected an IP address, a DNS name or a DNS name that begins with *., got "a b"`,
		],
		["apiServer.extraEnvs", "A=b", "apiServer.extraEnvs: expected a list, got something else"],
		[
			"controllerManager.extraVolumes[0].readOnly",
			"yes",
			`controllerManager.extraVolumes[0].readOnly: expected true or false, got "yes"`,
		],
		[
			"scheduler.extraArgs",
			{ v: "3" },
			`scheduler.extraArgs: expected a list, got {"v":"3"}; since v1beta4 a list of name and value, such as [{"name":"v","value":"3"}]`,
		],
		["etcd.local.dataDir", "data", `etcd.local.dataDir: expected an absolute path, got "data"`],
		["dns.imageTag", 1.14, "dns.imageTag: expected a string, got 1.14"],
		["proxyEnvs[0].value", 8080, "proxyEnvs[0].value: expected a string, got something else"],
		[
			"certificateValidityPeriod",
			"1y",
			`certificateValidityPeriod: expected a duration such as 1h30m or 10s, got "1y"`,
		],
		[
			"encryptionAlgorithm",
			"RSA-1024",
			`encryptionAlgorithm: expected one of "RSA-2048", "RSA-3072", "RSA-4096", "ECDSA-P256", "ECDSA-P384", got "RSA-1024"`,
		],
		[
			"imageRepository",
			"https://registry",
			`imageRepository: expected an image repository such as registry.k8s.io, got "https://registry"`,
		],
		["kubelet.maxPods", "110", `kubelet.maxPods: expected an integer, got "110"`],
		["kubeProxy", { mod: "ipvs" }, `kubeProxy.mod: unknown field, did you mean "mode"?`],
		[
			"bootstrapTokens[0].ttl",
			"a day",
			`bootstrapTokens[0].ttl: expected a duration such as 1h30m or 10s, got "a day"`,
		],
		[
			"bootstrapTokens[1].usages",
			["authentication", "joining"],
			`bootstrapTokens[1].usages[1]: expected one of "signing", "authentication", got "joining"`,
		],
		[
			"controlPlanes[0].connection.port",
			99999,
			"controlPlanes[0].connection.port: expected a whole number from 1 to 65535, got 99999",
		],
		[
			"controlPlanes[0].connection.user",
			"a b",
			`controlPlanes[0].connection.user: expected a user's name alone, got "a b"`,
		],
		[
			"controlPlanes[0].facts.defaultRouteAddress",
			7,
			"controlPlanes[0].facts.defaultRouteAddress: expected a string, got 7",
		],
		[
			"controlPlanes[0].localAPIEndpoint.advertiseAddress",
			"nonsense",
			`controlPlanes[0].localAPIEndpoint.advertiseAddress: expected an IP address that other nodes reach, got "nonsense"`,
		],
		[
			"controlPlanes[0].localAPIEndpoint.bindPort",
			70000,
			"controlPlanes[0].localAPIEndpoint.bindPort: expected a port from 1 to 65535, got 70000",
		],
		[
			"controlPlanes[0].patches[0].target",
			"kube-apisever",
			`controlPlanes[0].patches[0].target: expected one of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubeletconfiguration, corednsdeployment, kubeproxydaemonset, got "kube-apisever"; did you mean "kube-apiserver"?`,
		],
		[
			"controlPlanes[0].patches[1].patch",
			["a"],
			`controlPlanes[0].patches[1].patch: expected an object for type strategic, got ["a"]`,
		],
		[
			"controlPlanes[0].timeouts.kubeletHealthCheck",
			240,
			"controlPlanes[0].timeouts.kubeletHealthCheck: expected a string, got 240",
		],
		[
			"controlPlanes[0].drainTimeoutSeconds",
			"2m",
			`controlPlanes[0].drainTimeoutSeconds: expected an integer, got "2m"`,
		],
		[
			"workers[0].connection.host",
			"a:1",
			`workers[0].connection.host: expected a name or an address alone, got "a:1"; set host: "a", port: 1`,
		],
		["workers[0].trustOnFirstUse", "no", `workers[0].trustOnFirstUse: expected true or false, got "no"`],
		[
			"workers[1].nodeRegistration.taints[0].effect",
			3,
			"workers[1].nodeRegistration.taints[0].effect: expected a string, got 3",
		],
		["workers[1].nodeRegistration.criSocket", 7, "workers[1].nodeRegistration.criSocket: expected a string, got 7"],
		[
			"workers[1].nodeRegistration.kubeletExtraArgs[0].value",
			3,
			"workers[1].nodeRegistration.kubeletExtraArgs[0].value: expected a string, got 3",
		],
		[
			"workers[1].nodeRegistration.imagePullPolicy",
			"IfPresent",
			`workers[1].nodeRegistration.imagePullPolicy: expected one of "Always", "IfNotPresent", "Never", got "IfPresent"; did you mean "IfNotPresent"?`,
		],
		["workers[1].kubelet.maxPods", "110", `workers[1].kubelet.maxPods: expected an integer, got "110"`],
		["workers[1].labels.rack", 7, "workers[1].labels.rack: expected a string, got 7"],
		["workers[1].annotations", ["a"], `workers[1].annotations: expected an object, got ["a"]`],
		[
			"workers[1].caCertPath",
			"ca.pem",
			`workers[1].caCertPath: expected an absolute path that ends with .crt, got "ca.pem"`,
		],
	] as const
).map(([path, value, problem]) => ({ path, value, problem }));

/** Arguments of a cluster without a problem, into which every row can be put. */
function goodArguments(): any {
	const machine = (name: string, number: number) => ({ name, connection: { host: `192.0.2.${number}` } });
	return {
		kubernetesVersion: "1.37.2",
		networking: { podSubnet: "10.244.0.0/16" },
		apiServer: { extraArgs: [{ name: "v" }], certSANs: [] },
		controllerManager: { extraVolumes: [{ name: "a", hostPath: "/a", mountPath: "/a" }] },
		scheduler: {},
		etcd: { local: {} },
		dns: {},
		proxyEnvs: [{ name: "HTTP_PROXY" }],
		kubelet: {},
		bootstrapTokens: [{}, {}],
		controlPlanes: [
			{
				...machine("cp-1", 11),
				facts: {},
				localAPIEndpoint: {},
				patches: [
					{ target: "etcd", patch: "{}" },
					{ target: "etcd", patch: "{}" },
				],
				timeouts: {},
			},
		],
		workers: [
			machine("worker-1", 12),
			{
				...machine("worker-2", 13),
				nodeRegistration: { taints: [{ key: "a" }], kubeletExtraArgs: [{ name: "v" }] },
				kubelet: {},
				labels: {},
			},
		],
	};
}

/** Arguments of a cluster with these rows' values, each as `as` gives it. */
export function argumentsWith(rows: readonly WrongOutput[], as: (value: unknown) => unknown = (value) => value): any {
	const args = goodArguments();
	for (const { path, value } of rows) {
		const names = path.split(/\.|\[(?=\d)|\]\.?/).filter(Boolean);
		const last = names.pop()!;
		names.reduce((holder, name) => holder[name], args)[last] = as(value);
	}
	return args;
}
