import { dynamic, type Output } from "@pulumi/pulumi";

/** What a machine is once it is made. Until then its program knows nothing of it. */
export interface MachineToBe {
	/** Name or address of one of the lab's hosts. */
	address: string;
	/** @default 22 */
	port?: number;
	/** @default the key that the host shows when the machine is made */
	hostKey?: string;
	/** Private key that the host accepts. */
	privateKeyFile: string;
	/** Another image is another machine. */
	image?: string;
}

/** Arguments of a `Machine`. */
export interface MachineArgs {
	will: MachineToBe;
	/** Whether the machine is destroyed before the one that replaces it is made. @default false */
	deleteBeforeReplace?: boolean;
	/** Whether the machine cannot be destroyed while it is a node. @default false */
	guarded?: boolean;
	/** Shell script that destroys what is on the machine. @default nothing is done on it */
	destroyedBy?: string;
}

/** Stands for a virtual machine that the same program makes: its address, port and keys are known after `up` only. */
export class Machine extends dynamic.Resource {
	declare readonly address: Output<string>;
	declare readonly port: Output<number>;
	declare readonly hostKey: Output<string>;
	declare readonly privateKey: Output<string>;

	constructor(name: string, args: MachineArgs) {
		const run = (program: string, words: string[]) => {
			const { execFileSync } = process.getBuiltinModule("node:child_process");
			return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
		};
		const onMachine = ({ address, privateKeyFile }: MachineToBe, script: string) => {
			const trusting = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
			return run("ssh", ["-i", privateKeyFile, ...trusting, `root@${address}`, script]);
		};
		const provider: dynamic.ResourceProvider = {
			async create(inputs: MachineArgs) {
				const { readFileSync } = process.getBuiltinModule("node:fs");
				const { address, port = 22, hostKey, privateKeyFile } = inputs.will;
				const shown = () => run("ssh-keyscan", ["-t", "ed25519", address]).split(" ").slice(1).join(" ");
				const outs = { address, port, hostKey: hostKey ?? shown(), privateKey: readFileSync(privateKeyFile, "utf8") };
				return { id: `${address} ${inputs.will.image ?? ""}`, outs: { ...inputs, ...outs } };
			},
			async diff(_id, was: MachineArgs, is: MachineArgs) {
				const isSame = JSON.stringify(was.will) === JSON.stringify(is.will);
				const { deleteBeforeReplace = false } = is;
				return { changes: !isSame, replaces: isSame ? [] : ["will"], deleteBeforeReplace };
			},
			async delete(_id, { will, guarded, destroyedBy }: MachineArgs) {
				if (guarded && onMachine(will, "ls /etc/kubernetes/kubelet.conf 2>/dev/null || true") !== "")
					throw new Error(`${will.address}: the machine is still a node`);
				if (destroyedBy) onMachine(will, destroyedBy);
			},
		};
		const unknown = { address: undefined, port: undefined, hostKey: undefined, privateKey: undefined };
		super(provider, name, { ...args, ...unknown }, { additionalSecretOutputs: ["privateKey"] });
	}
}
