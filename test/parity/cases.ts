import type { Case } from "./kubeadm";

/** Configurations that are given to kubeadm and to our renderers. */
export const cases: Record<string, Case> = {
	"the default configuration": {},

	"a build that is not released": {
		cluster: { kubernetesVersion: "ci/v1.37.2-5.1+a0b", encryptionAlgorithm: "ECDSA-P256" },
		minors: ["1.37"],
	},

	"a name, a port and flags of all components": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			clusterName: "north",
			apiServer: {
				extraArgs: [
					{ name: "v", value: "4" },
					{ name: "authorization-mode", value: "Node,RBAC,Webhook" },
					{ name: "audit-log-path", value: "/var/log/audit log.json" },
					{ name: "v", value: "5" },
					{ name: "enable-admission-plugins", value: "NodeRestriction,AlwaysPullImages" },
				],
			},
			controllerManager: {
				extraArgs: [
					{ name: "bind-address", value: "0.0.0.0" },
					{ name: "controllers", value: "*,-nodeipam" },
				],
			},
			scheduler: { extraArgs: [{ name: "bind-address", value: "198.18.0.10" }] },
			etcd: {
				local: {
					dataDir: "/srv/etcd",
					extraArgs: [
						{ name: "listen-metrics-urls", value: "https://198.18.0.10:2391,http://127.0.0.1:2381" },
						{ name: "advertise-client-urls", value: "https://198.18.0.10:2379" },
						{ name: "quota-backend-bytes", value: "4294967296" },
					],
					serverCertSANs: ["etcd.north.example", "198.18.9.1"],
					peerCertSANs: ["*.peers.north.example", "198.18.9.2", "198.18.9.2"],
				},
			},
		},
		node: {
			name: "cp-one.north.example",
			localAPIEndpoint: { bindPort: 7443 },
			timeouts: { controlPlaneComponentHealthCheck: "95s" },
		},
	},

	"an authorization mode that kubeadm does not know": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			apiServer: { extraArgs: [{ name: "authorization-mode", value: "RBAC,,Other" }] },
		},
	},

	"several authorization modes and none": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			apiServer: {
				extraArgs: [
					{ name: "authorization-mode", value: "AlwaysAllow" },
					{ name: "authorization-mode", value: "" },
				],
			},
			etcd: { local: { extraArgs: [{ name: "advertise-client-urls", value: "" }] } },
		},
	},

	"structured authorization beside a mode": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			apiServer: {
				extraArgs: [
					{ name: "authorization-config", value: "/etc/kubernetes/authorization.yaml" },
					{ name: "authorization-mode", value: "Node" },
				],
			},
		},
	},

	"structured authorization": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			apiServer: { extraArgs: [{ name: "authorization-config", value: "/etc/kubernetes/authorization.yaml" }] },
		},
	},

	"volumes and variables": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			proxyEnvs: [
				{ name: "HTTPS_PROXY", value: "http://198.18.0.1:3128" },
				{ name: "no_proxy", value: "10.0.0.0/8,.example" },
			],
			apiServer: {
				extraVolumes: [
					{
						name: "audit",
						hostPath: "/etc/audit",
						mountPath: "/etc/audit",
						readOnly: true,
						pathType: "DirectoryOrCreate",
					},
					{ name: "ca-certs", hostPath: "/srv/certs", mountPath: "/etc/ssl/certs" },
				],
				extraEnvs: [
					{ name: "B", value: "two" },
					{ name: "A", value: "" },
					{ name: "no_proxy", value: "*" },
					{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
				],
			},
			controllerManager: {
				extraVolumes: [{ name: "cloud", hostPath: "/etc/cloud.conf", mountPath: "/etc/cloud.conf", pathType: "File" }],
			},
			scheduler: { extraVolumes: [{ name: "x", hostPath: "/x", mountPath: "/y", pathType: "" }] },
			etcd: { local: { extraEnvs: [{ name: "ETCD_SNAPSHOT", value: "1" }] } },
		},
	},

	"an endpoint, names, a directory and a registry of one's own": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P384",
			controlPlaneEndpoint: "api.north.example",
			apiServer: { certSANs: ["API.north.example", "198.18.0.99", "*.north.example", "fd00::0:1"] },
			imageRepository: "registry.example:5000/mirror",
			certificatesDir: "/srv/kubernetes/pki",
			dns: { imageTag: "v1.2.3" },
			etcd: { local: { imageRepository: "registry.k8s.io", imageTag: "3.9.9-0" } },
			certificateValidityPeriod: "1000h",
			caCertificateValidityPeriod: "200000m",
		},
		node: { localAPIEndpoint: { bindPort: 8443 } },
	},

	"an endpoint with an address and a port": {
		cluster: { encryptionAlgorithm: "ECDSA-P256", controlPlaneEndpoint: "198.18.0.100:16443" },
	},

	"networks and a domain of one's own": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			networking: { serviceSubnet: "198.18.64.0/18", podSubnet: "198.19.0.0/17", dnsDomain: "north.internal" },
		},
	},

	"two IP families": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			networking: { serviceSubnet: "198.18.64.0/18,fd00:1::/112", podSubnet: "198.19.0.0/17,fd00:2::/56" },
		},
	},

	"IPv6 alone": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			networking: { serviceSubnet: "fd00:1::/112", podSubnet: "fd00:2::/56" },
		},
		node: { localAPIEndpoint: { advertiseAddress: "fd00:0:0::10" } },
	},

	"taints and flags of the kubelet": {
		cluster: { encryptionAlgorithm: "ECDSA-P256" },
		node: {
			name: "CP-1",
			nodeRegistration: {
				criSocket: "unix:///run/other.sock",
				taints: [{ key: "example.com/only", value: "db", effect: "NoExecute" }],
				kubeletExtraArgs: [
					{ name: "v", value: "3" },
					{ name: "node-ip", value: "198.18.0.10" },
					{ name: "node-labels", value: 'a="b"' },
				],
			},
		},
	},

	"a kubelet that is named by a flag": {
		cluster: { encryptionAlgorithm: "ECDSA-P256" },
		node: { nodeRegistration: { kubeletExtraArgs: [{ name: "hostname-override", value: "other" }], taints: [] } },
	},

	"settings of kubelet and kube-proxy": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			networking: { podSubnet: "198.19.0.0/17" },
			kubelet: {
				failCgroupV1: false,
				maxPods: 50,
				syncFrequency: "90s",
				imageMinimumGCAge: "0h2m",
				cgroupDriver: "cgroupfs",
				clusterDNS: ["198.18.0.53"],
				rotateCertificates: false,
				serverTLSBootstrap: true,
				evictionHard: { "memory.available": "5%", "nodefs.available": "10%" },
				featureGates: { NodeSwap: true },
				memorySwap: { swapBehavior: "LimitedSwap" },
				authentication: { webhook: { cacheTTL: "2m0.5s" } },
				shutdownGracePeriodByPodPriority: [{ priority: 100, shutdownGracePeriodSeconds: 10 }],
				reservedMemory: [{ numaNode: 0, limits: { memory: "1024Mi", "hugepages-2Mi": "0.5Gi" } }],
				registerWithTaints: [{ key: "a", effect: "NoSchedule" }],
				tracing: { samplingRatePerMillion: 10 },
				logging: {
					format: "json",
					verbosity: 2,
					flushFrequency: 5000000000,
					options: { json: { infoBufferSize: "2048Ki" } },
				},
				resolvConf: "/etc/other-resolv.conf",
				healthzPort: 0,
			},
			kubeProxy: {
				mode: "nftables",
				bindAddress: "198.18.0.10",
				conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "24h" },
				nodePortAddresses: ["primary"],
				metricsBindAddress: "0.0.0.0:10249",
				clientConnection: { qps: 5.5 },
			},
		},
	},

	"settings of one kubelet": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			kubelet: { evictionHard: { "memory.available": "5%" }, maxPods: 50 },
		},
		node: {
			kubelet: {
				maxPods: 20,
				evictionHard: { "nodefs.available": "10%" },
				clusterDNS: ["198.18.0.53"],
				authentication: { anonymous: { enabled: true } },
				syncFrequency: "90s",
				containerRuntimeEndpoint: "unix:///not/this.sock",
			},
		},
	},

	"no DNS and no kube-proxy": {
		cluster: { encryptionAlgorithm: "ECDSA-P256", dns: { disabled: true }, proxy: { disabled: true } },
	},

	"an external etcd with TLS": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			etcd: {
				external: {
					endpoints: ["https://198.18.0.31:2379", "https://198.18.0.32:2379"],
					caFile: "/etc/etcd//tls/../ca/ca.crt",
					certFile: "/srv/etcd/client.crt",
					keyFile: "/srv/etcd/private/client.key",
				},
			},
		},
	},

	"an external etcd whose CA is among the cluster's certificates": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			etcd: {
				external: {
					endpoints: ["https://etcd.north.example:2379"],
					caFile: "/etc/kubernetes/pki/etcd/ca.crt",
					certFile: "/etc/ssl/certs-of-etcd/client.crt",
					keyFile: "/etc/etcd/client.key",
				},
			},
		},
	},

	"an external etcd with only a CA, and volumes of the same names": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			etcd: { external: { endpoints: ["https://198.18.0.31:2379"], caFile: "/etc/etcd/ca.crt" } },
			apiServer: {
				extraArgs: [{ name: "etcd-prefix", value: "/north" }],
				extraVolumes: [{ name: "etcd-certs-0", hostPath: "/srv/etcd", mountPath: "/etc/etcd" }],
			},
		},
	},

	"an external etcd without TLS": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			etcd: { external: { endpoints: ["http://198.18.0.31:2379"] } },
		},
	},

	"an external etcd with HTTP endpoints of their own": {
		minors: ["1.35", "1.36", "1.37"],
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			etcd: {
				external: { endpoints: ["http://198.18.0.31:2379"], httpEndpoints: ["http://198.18.0.31:2378"] },
			},
		},
	},

	"ECDSA keys by the old feature gate": {
		minors: ["1.34", "1.35", "1.36"],
		cluster: { encryptionAlgorithm: "RSA-3072", featureGates: { PublicKeysECDSA: true } },
	},

	"RSA keys by the old feature gate": {
		minors: ["1.34", "1.35", "1.36"],
		cluster: { encryptionAlgorithm: "ECDSA-P256", featureGates: { PublicKeysECDSA: false } },
	},

	"a container runtime that is told by a flag": {
		minors: ["1.34", "1.35", "1.36"],
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			featureGates: { NodeLocalCRISocket: false },
			kubelet: { containerRuntimeEndpoint: "unix:///run/first.sock" },
		},
		node: {
			nodeRegistration: { criSocket: "unix:///run/other.sock" },
			kubelet: { containerRuntimeEndpoint: "unix:///run/second.sock" },
		},
	},

	"kubelets of control planes that use the endpoint": {
		minors: ["1.34", "1.35"],
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			controlPlaneEndpoint: "[api.north.example]:6443",
			featureGates: { ControlPlaneKubeletLocalMode: false },
		},
	},

	"a feature gate that is without effect": {
		minors: ["1.34"],
		cluster: { encryptionAlgorithm: "ECDSA-P256", featureGates: { WaitForAllControlPlaneComponents: false } },
	},

	"a folder of one's own for volume plugins": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			controllerManager: { extraArgs: [{ name: "flex-volume-plugin-dir", value: "/srv/volume-plugins" }] },
		},
	},

	"fields of the kubelet since 1.36": {
		minors: ["1.36", "1.37"],
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			kubelet: { tlsCurvePreferences: [23, 29], memoryReservationPolicy: "HardReservation" },
		},
	},

	"a field of the kubelet since 1.37": {
		minors: ["1.37"],
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			kubelet: { defaultPodSysctls: { "net.ipv4.ip_unprivileged_port_start": "0" } },
		},
	},

	"a host with systemd-resolved": {
		cluster: { encryptionAlgorithm: "ECDSA-P256" },
		resolvConf: "/run/systemd/resolve/resolv.conf",
	},

	"a host with systemd-resolved, and another resolver for all": {
		cluster: { encryptionAlgorithm: "ECDSA-P256", kubelet: { resolvConf: "/etc/other.conf" } },
		resolvConf: "/run/systemd/resolve/resolv.conf",
	},

	"a host with fewer certificate folders": {
		cluster: { encryptionAlgorithm: "ECDSA-P256" },
		hide: ["/usr/local/share"],
	},

	"texts that YAML would take for something else": {
		cluster: {
			encryptionAlgorithm: "ECDSA-P256",
			clusterName: "yes",
			apiServer: {
				extraEnvs: [
					"",
					" ",
					" a",
					"a ",
					"null",
					"~",
					"true",
					"Off",
					"0",
					"-1",
					"0x1F",
					"0o17",
					"017",
					"08",
					"1_000",
					"1e3",
					"1.5",
					".5",
					"1.",
					".inf",
					"+.INF",
					".NaN",
					"12:30:45",
					"1:2",
					"2026-01-02",
					"2026-13-02",
					"2026-1-2",
					"2026-01-02T03:04:05Z",
					"2026-01-02 03:04:05",
					"<<",
					"=",
					"-",
					"- a",
					"--- a",
					"...",
					"?",
					"? a",
					"?a",
					":",
					":a",
					"a:",
					"a: b",
					"a:b",
					"#",
					"a #b",
					"a#b",
					"[a",
					"{a",
					"&a",
					"*a",
					"!a",
					"|",
					">",
					"'a'",
					'"a"',
					"%a",
					"@a",
					"`a",
					"a, b",
					"it's: so",
					"tab\there",
					"a\nb",
					"a\nb\n",
					"a\n\n",
					"\na",
					"  a\nb",
					"a\n b\n",
					"a \nb",
					"\\",
					"ü",
					"日本",
					"😀",
					"\u00a0",
					"\ufeff",
					"\u0007",
					"0b101",
					"-0b1",
					"0b2",
					"18446744073709551615",
					"18446744073709551616",
					"-9223372036854775809",
					"1e400",
					"0x",
					"+1",
					"+a",
					"-a",
					"1__0",
					"_1",
					"1.5.2",
					"Infinity",
					"nan",
					".5e1",
					".e1",
					`${"word ".repeat(30)}end`,
					`${"word ".repeat(30)}: end`,
					`"${"word ".repeat(30)}`,
					`${"word  ".repeat(30)}\u0007`,
					`${"x".repeat(100)} y z`,
				].map((value, index) => ({ name: `V${String(index).padStart(3, "0")}`, value })),
			},
			kubelet: {
				staticPodURLHeader: {
					a10: ["1"],
					a9: ["2"],
					a09: ["3"],
					A: ["4"],
					_: ["5"],
					"1": ["6"],
					a: ["7"],
					"a-b": ["8"],
					ab: ["9"],
					y: ["10"],
					"a: b": ["11"],
				},
			},
		},
	},
};
