import * as aws from "@pulumi/aws";
import { interpolate } from "@pulumi/pulumi";
import { nodeSubnets, vpc } from "./network";
import { balancerGroup } from "./security";

/** A load balancer in front of the API servers, which only the network of the machines reaches. */
export function apiBalancer(controlPlanes: aws.ec2.Instance[]) {
	const balancer = new aws.lb.LoadBalancer("api", {
		loadBalancerType: "network",
		internal: true,
		subnets: nodeSubnets.map(({ id }) => id),
		securityGroups: [balancerGroup.id],
		// Each zone's part of the load balancer reaches the API servers of all zones.
		enableCrossZoneLoadBalancing: true,
	});
	const targets = new aws.lb.TargetGroup("api", {
		vpcId: vpc.id,
		port: 6443,
		protocol: "TCP",
		// With the client's address kept, a control plane could not reach itself through the load balancer.
		preserveClientIp: "false",
		deregistrationDelay: 10,
		healthCheck: {
			protocol: "HTTPS",
			path: "/readyz",
			matcher: "200",
			interval: 5,
			timeout: 2,
			healthyThreshold: 2,
			unhealthyThreshold: 2,
		},
	});
	const listener = new aws.lb.Listener("api", {
		loadBalancerArn: balancer.arn,
		port: 6443,
		protocol: "TCP",
		defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
	});
	const attachments = controlPlanes.map(
		({ id }, index) =>
			new aws.lb.TargetGroupAttachment(`cp-${index + 1}`, { targetGroupArn: targets.arn, targetId: id }),
	);
	return { endpoint: interpolate`${balancer.dnsName}:6443`, parts: [listener, ...attachments] };
}
