import { Config } from "@pulumi/pulumi";
import { Host, HostPreparation, type HostPreparationArgs } from "pulumi-kubeadm";

/** A machine that is prepared, and no more. */
export interface PreparedHost extends Omit<HostPreparationArgs, "host"> {
	connection: { host: string };
}

const { connection, ...args } = new Config("test").requireObject<PreparedHost>("program");
new HostPreparation("machine", { host: new Host("machine", { connection }), ...args });
