import * as aws from "@pulumi/aws";
import { Config } from "@pulumi/pulumi";
import { vpc } from "./network";

type Rule = aws.types.input.ec2.SecurityGroupIngress;

/** Who may log in to the bastion. */
export const bastionGroup = group("bastion", [
	tcp(22, { cidrBlocks: new Config().requireObject<string[]>("sshFrom") }),
]);

/** What is in the network may reach the load balancer. */
export const balancerGroup = group("balancer", [tcp(6443, { cidrBlocks: [vpc.cidrBlock] })]);

/** What every node lets in. The last rule is for the pod network: VXLAN, as flannel uses it. */
export const nodeGroup = group("nodes", [
	tcp(22, { securityGroups: [bastionGroup.id] }),
	tcp(10250, { self: true }),
	{ protocol: "udp", fromPort: 8472, toPort: 8472, self: true },
]);

/** What a control plane lets in besides: clients of its API server, and the other members of etcd. */
export const controlPlaneGroup = group("control-planes", [
	tcp(6443, { securityGroups: [nodeGroup.id, balancerGroup.id] }),
	tcp(2379, { self: true }),
	tcp(2380, { self: true }),
]);

function group(name: string, ingress: Rule[]): aws.ec2.SecurityGroup {
	const egress = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];
	return new aws.ec2.SecurityGroup(name, { vpcId: vpc.id, ingress, egress, tags: { Name: name } });
}

function tcp(port: number, from: Partial<Rule>): Rule {
	return { protocol: "tcp", fromPort: port, toPort: port, ...from };
}
