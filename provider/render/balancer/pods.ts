import { createHash } from "node:crypto";
import { healthPortOf, type LocalProxy, localProxyAddress } from "../../config/endpoint-choice";
import { annotations } from "../../facts/identities";
import { paths } from "../../facts/paths";
import { hasUnknowns, UNKNOWN } from "../../facts/unknown";
import { type Container, criticalOnHost, type Pod, type Volume } from "../static-pods/pod";
import { type ApiServer, haproxyConfiguration, haproxyPaths, LIVE } from "./haproxy";
import { checkScript, type Holder, keepalivedConfiguration, keepalivedPaths } from "./keepalived";

/** Static pods in front of the API servers, and the files that they read. */
export interface Balancer {
	/** Texts of the files, by absolute path. All users may read them. */
	files: Record<string, string>;
	/** The pods, by name: "haproxy" and "keepalived" for a virtual IP, else "local-proxy". */
	pods: Partial<Record<BalancerPod, Pod>>;
}

/** Names of the static pods. */
export type BalancerPod = "haproxy" | "keepalived" | "local-proxy";

/** Renders what a control plane needs to hold a virtual IP. Its own API server gets all connections while it is ready. */
export function virtualIPBalancer(holder: Holder): Balancer {
	const { virtualIP, nodeName, apiServers } = holder;
	const { address, port, images } = virtualIP;
	const proxy = {
		[haproxyPaths.haproxy]: haproxyConfiguration({
			address: "",
			virtualIP: address,
			port,
			apiServers,
			preferred: nodeName,
		}),
	};
	const mover = {
		[keepalivedPaths.configuration]: keepalivedConfiguration(holder),
		[keepalivedPaths.check]: checkScript(virtualIP),
	};
	return {
		files: { ...proxy, ...mover },
		pods: {
			haproxy: haproxyPod("haproxy", { image: images.haproxy, port, files: proxy }),
			keepalived: keepalivedPod(images.keepalived, mover),
		},
	};
}

/** Renders the proxy of a node in front of all API servers. */
export function localProxyBalancer({ port, image }: LocalProxy, apiServers: readonly ApiServer[]): Balancer {
	const files = {
		[haproxyPaths["local-proxy"]]: haproxyConfiguration({ address: localProxyAddress, port, apiServers }),
	};
	return { files, pods: { "local-proxy": haproxyPod("local-proxy", { image, port, files }) } };
}

/** The kubelet asks haproxy about itself only: haproxy must not be restarted because API servers are down. */
function haproxyPod(
	name: keyof typeof haproxyPaths,
	{ image, port, files }: { image: string; port: number; files: Balancer["files"] },
): Pod {
	const path = haproxyPaths[name];
	const probe = {
		httpGet: { host: "127.0.0.1", path: LIVE, port: healthPortOf(port), scheme: "HTTP" },
		timeoutSeconds: 5,
		periodSeconds: 5,
	};
	return balancerPod(files, {
		name,
		image,
		// As the first process of a container, haproxy without a master ignores SIGTERM.
		command: ["haproxy", "-W", "-db", "-f", path],
		livenessProbe: { ...probe, initialDelaySeconds: 5, failureThreshold: 3 },
		readinessProbe: { ...probe, failureThreshold: 1 },
		securityContext: {
			allowPrivilegeEscalation: false,
			capabilities: { drop: ["ALL"] },
			readOnlyRootFilesystem: true,
			runAsGroup: 65534,
			runAsNonRoot: true,
			runAsUser: 65534,
		},
		volumes: [{ name, hostPath: { path: path.slice(0, path.lastIndexOf("/")), type: "Directory" } }],
	});
}

function keepalivedPod(image: string, files: Balancer["files"]): Pod {
	return balancerPod(files, {
		name: "keepalived",
		image,
		command: ["keepalived", "--dont-fork", "--log-console", "--vrrp", `--use-file=${keepalivedPaths.configuration}`],
		securityContext: {
			allowPrivilegeEscalation: false,
			capabilities: { add: ["NET_ADMIN", "NET_BROADCAST", "NET_RAW", "SETGID", "SETUID", "SYS_NICE"], drop: ["ALL"] },
		},
		volumes: [
			{ name: "keepalived", hostPath: { path: paths.keepalivedDirectory, type: "Directory" } },
			{ name: "leave", hostPath: { path: paths.virtualIPDirectory, type: "DirectoryOrCreate" } },
		],
	});
}

type Part = Pick<Container, "image" | "command" | "livenessProbe" | "readinessProbe" | "securityContext"> & {
	name: BalancerPod;
	volumes: Volume[];
};

function balancerPod(files: Balancer["files"], { name, volumes, ...container }: Part): Pod {
	return {
		apiVersion: "v1",
		kind: "Pod",
		metadata: {
			name,
			namespace: "kube-system",
			labels: { component: name, tier: "control-plane" },
			// Neither program reads its files again: another text is another pod.
			annotations: { [annotations.configurationDigest]: digestOf(files) },
		},
		spec: {
			containers: [
				{
					name,
					...container,
					imagePullPolicy: "IfNotPresent",
					resources: { requests: { cpu: "100m", memory: "32Mi" } },
					volumeMounts: volumes.map(({ name: volume, hostPath: { path } }) => ({
						mountPath: path,
						name: volume,
						readOnly: true as const,
					})),
				},
			],
			...criticalOnHost,
			volumes,
		},
		status: {},
	};
}

function digestOf(files: Balancer["files"]): string {
	if (hasUnknowns(files)) return UNKNOWN;
	return createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
}
