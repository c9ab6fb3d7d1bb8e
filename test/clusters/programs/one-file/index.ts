import { Config } from "@pulumi/pulumi";
import { type ConnectionInputs, Host, HostFile } from "pulumi-kubeadm";

/** What the test says of the one machine. */
export interface OneFileProgram {
	connection: ConnectionInputs;
}

const { connection } = new Config("test").requireObject<OneFileProgram>("program");
const host = new Host("machine", { connection });
new HostFile("file", { host: host.reference, path: "/etc/one-file", content: "as the program says\n" });
