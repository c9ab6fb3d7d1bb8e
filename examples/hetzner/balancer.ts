import * as hcloud from "@pulumi/hcloud";
import { interpolate } from "@pulumi/pulumi";
import { location, subnet } from "./network";

/** A load balancer in front of the API servers, which only the private network reaches. */
export function apiBalancer(controlPlanes: hcloud.Server[]) {
	const { id } = new hcloud.LoadBalancer("api", { loadBalancerType: "lb11", location });
	const loadBalancerId = id.apply(Number);
	const place = new hcloud.LoadBalancerNetwork("api", {
		loadBalancerId,
		subnetId: subnet.id,
		ip: "10.20.1.5",
		enablePublicInterface: false,
	});
	const service = new hcloud.LoadBalancerService("api", {
		loadBalancerId: id,
		protocol: "tcp",
		listenPort: 6443,
		destinationPort: 6443,
		healthCheck: {
			protocol: "http",
			port: 6443,
			interval: 3,
			timeout: 2,
			retries: 2,
			http: { path: "/readyz", tls: true, statusCodes: ["200"] },
		},
	});
	const targets = controlPlanes.map(
		(server, index) =>
			new hcloud.LoadBalancerTarget(
				`cp-${index + 1}`,
				{ type: "server", loadBalancerId, serverId: server.id.apply(Number), usePrivateIp: true },
				{ dependsOn: place },
			),
	);
	return { endpoint: interpolate`${place.ip}:6443`, parts: [service, ...targets] };
}
