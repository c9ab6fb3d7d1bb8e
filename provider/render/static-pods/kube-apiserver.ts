import type { Cluster, ExternalEtcd } from "../../config/cluster";
import type { Node } from "../../config/node";
import { annotations } from "../../facts/identities";
import { loopbackFor } from "../../go/address";
import { lastArg } from "../arguments";
import { certificateFile, etcdClientUrl, hostPort } from "../endpoints";
import { caCertificateMounts, etcdCertificateMounts, hostPaths, sameAsOnHost } from "./host-paths";
import { componentPod, controlPlaneContainer, type Pod, probeAddress } from "./pod";

/**
 * Renders the static pod of the API server.
 *
 * Source: getAPIServerCommand and GetStaticPodSpecs, cmd/kubeadm/app/phases/controlplane/manifests.go.
 */
export function kubeApiserver(cluster: Cluster, node: Node): Pod {
	const { extraVolumes } = cluster.apiServer;
	const certificates = sameAsOnHost("k8s-certs", cluster.certificatesDir, "DirectoryOrCreate");
	const { volumes, volumeMounts } = hostPaths(
		[certificates, ...caCertificateMounts(node), ...etcdCertificateMounts(cluster)],
		extraVolumes,
	);
	return componentPod({
		container: controlPlaneContainer({
			name: "kube-apiserver",
			cluster,
			flags: apiserverFlags(cluster, node),
			settings: cluster.apiServer,
			volumeMounts,
		}),
		requests: { cpu: "250m" },
		probes: {
			host: probeAddress(node.localAPIEndpoint.advertiseAddress),
			port: node.localAPIEndpoint.bindPort,
			scheme: "HTTPS",
			liveness: "/livez",
			readiness: "/readyz",
			startup: "/livez",
			timeout: node.timeouts.controlPlaneComponentHealthCheck,
		},
		volumes,
		annotations: { [annotations.apiServerEndpoint]: hostPort(node.localAPIEndpoint) },
	});
}

function apiserverFlags(cluster: Cluster, node: Node): Record<string, string> {
	const { advertiseAddress, bindPort } = node.localAPIEndpoint;
	const file = (name: string) => certificateFile(cluster, name);
	return {
		"advertise-address": advertiseAddress,
		"allow-privileged": "true",
		...authorizationMode(cluster),
		"client-ca-file": file("ca.crt"),
		"enable-admission-plugins": "NodeRestriction",
		"enable-bootstrap-token-auth": "true",
		...(cluster.etcd.external ? externalEtcdFlags(cluster.etcd.external) : localEtcdFlags(cluster, advertiseAddress)),
		"kubelet-client-certificate": file("apiserver-kubelet-client.crt"),
		"kubelet-client-key": file("apiserver-kubelet-client.key"),
		"kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
		"proxy-client-cert-file": file("front-proxy-client.crt"),
		"proxy-client-key-file": file("front-proxy-client.key"),
		"requestheader-allowed-names": "front-proxy-client",
		"requestheader-client-ca-file": file("front-proxy-ca.crt"),
		"requestheader-extra-headers-prefix": "X-Remote-Extra-",
		"requestheader-group-headers": "X-Remote-Group",
		"requestheader-username-headers": "X-Remote-User",
		"secure-port": String(bindPort),
		"service-account-issuer": `https://kubernetes.default.svc.${cluster.networking.dnsDomain}`,
		"service-account-key-file": file("sa.pub"),
		"service-account-signing-key-file": file("sa.key"),
		"service-cluster-ip-range": cluster.networking.serviceSubnet,
		"tls-cert-file": file("apiserver.crt"),
		"tls-private-key-file": file("apiserver.key"),
	};
}

function localEtcdFlags(cluster: Cluster, advertiseAddress: string): Record<string, string> {
	const clientUrls = lastArg(cluster.etcd.local.extraArgs, "advertise-client-urls");
	return {
		"etcd-cafile": certificateFile(cluster, "etcd/ca.crt"),
		"etcd-certfile": certificateFile(cluster, "apiserver-etcd-client.crt"),
		"etcd-keyfile": certificateFile(cluster, "apiserver-etcd-client.key"),
		"etcd-servers": clientUrls ?? etcdClientUrl(loopbackFor(advertiseAddress)),
	};
}

function externalEtcdFlags({ endpoints = [], caFile, certFile, keyFile }: ExternalEtcd): Record<string, string> {
	return {
		"etcd-servers": endpoints.join(","),
		...(caFile ? { "etcd-cafile": caFile } : {}),
		...(certFile && keyFile ? { "etcd-certfile": certFile, "etcd-keyfile": keyFile } : {}),
	};
}

/** Not beside a structured authorization configuration; the API server refuses to have both. */
function authorizationMode(cluster: Cluster): Record<string, string> {
	const hasConfiguration = lastArg(cluster.apiServer.extraArgs, "authorization-config") !== undefined;
	return hasConfiguration ? {} : { "authorization-mode": "Node,RBAC" };
}
