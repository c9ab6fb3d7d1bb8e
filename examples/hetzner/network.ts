import * as hcloud from "@pulumi/hcloud";
import { Config } from "@pulumi/pulumi";

const config = new Config();

/** Where servers and load balancer are, and its network zone. */
export const location = config.get("location") ?? "nbg1";
const networkZone = config.get("networkZone") ?? "eu-central";

const network = new hcloud.Network("network", { ipRange: "10.20.0.0/16" });

/** The network in which nodes and load balancer talk to each other. */
export const subnet = new hcloud.NetworkSubnet("nodes", {
	networkId: network.id.apply(Number),
	type: "cloud",
	networkZone,
	ipRange: "10.20.1.0/24",
});

/** Lets SSH in from outside, and nothing else. Firewalls of Hetzner do not hold in the private network. */
export const firewall = new hcloud.Firewall("ssh", {
	rules: [{ direction: "in", protocol: "tcp", port: "22", sourceIps: config.requireObject<string[]>("sshFrom") }],
});
