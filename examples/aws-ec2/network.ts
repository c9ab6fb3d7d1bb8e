import * as aws from "@pulumi/aws";

/** The network of all machines. The pods and Services of the cluster have addresses of other networks. */
export const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.20.0.0/16", enableDnsHostnames: true });

const zones = aws.getAvailabilityZonesOutput({ state: "available" }).names;
const internet = new aws.ec2.InternetGateway("internet", { vpcId: vpc.id });

/** Has the bastion, and the gateway through which nodes reach the internet. */
export const publicSubnet = subnet("public", { number: 0, zone: 0 }, { gatewayId: internet.id });

const nat = new aws.ec2.NatGateway(
	"nat",
	{ subnetId: publicSubnet.id, allocationId: new aws.ec2.Eip("nat", { domain: "vpc" }).id },
	{ dependsOn: publicSubnet.route },
);

/** Have the nodes, each in an availability zone of its own. The internet reaches nothing there. */
export const nodeSubnets = [0, 1, 2].map((zone) =>
	subnet(`nodes-${zone + 1}`, { number: zone + 1, zone }, { natGatewayId: nat.id }),
);

/** A subnet, and its route to the internet: machines that depend on the route have it from their first start to their end. */
function subnet(name: string, { number, zone }: { number: number; zone: number }, gateway: Gateway) {
	const { id } = new aws.ec2.Subnet(name, {
		vpcId: vpc.id,
		cidrBlock: `10.20.${number}.0/24`,
		availabilityZone: zones.apply((names) => names[zone]!),
	});
	const routes = [{ cidrBlock: "0.0.0.0/0", ...gateway }];
	const { id: routeTableId } = new aws.ec2.RouteTable(name, { vpcId: vpc.id, routes });
	return { id, route: new aws.ec2.RouteTableAssociation(name, { subnetId: id, routeTableId }) };
}

type Gateway = Pick<aws.types.input.ec2.RouteTableRoute, "gatewayId" | "natGatewayId">;
