// Plain JavaScript: lab/start.mjs calls it before anything is installed, with any Node.js.
import { readFileSync } from "node:fs";

/** What to do on a machine that cannot run local hosts. */
export const ownHosts = `Or use hosts of your own, each with SSH, containerd and a kubelet (docs/hosts.md). With pulumi on PATH
(https://www.pulumi.com/docs/iac/download-install/), the quickstart's program makes a cluster of them:
  npm ci && npm run build && export PATH=$PWD/node_modules/.bin:$PATH
  pulumi stack init mine
  pulumi config set-all --path --plaintext ssh.user=admin --plaintext ssh.privateKeyFile='~/.ssh/id_ed25519' \\
    --plaintext 'controlPlanes[0].name=cp-1' --plaintext 'controlPlanes[0].address=192.0.2.11' \\
    --plaintext 'workers[0].name=worker-1' --plaintext 'workers[0].address=192.0.2.12' \\
    --plaintext cluster.networking.podSubnet=10.244.0.0/16 --plaintext addons.cni=PATH-OF-A-POD-NETWORKS-YAML
  pulumi preview`;

/** Returns why this process cannot start local hosts, or undefined when no obstacle is known. */
export function refusal() {
	if (process.platform !== "linux") return `Local hosts need Linux with systemd-nspawn; this is ${process.platform}.`;
	const user = process.getuid?.();
	if (user !== 0) return `Local hosts need root; this is user ${user}. Run the same command as root.`;
	const missing = Object.entries(capabilities).filter(([, bit]) => !(effective() & (1n << BigInt(bit))));
	if (missing.length === 0) return undefined;
	const names = missing.map(([name]) => name).join(", ");
	return `Local hosts need all of root's capabilities; this process lacks ${names}. Is this a container? Give it all of them, or use a virtual machine.`;
}

/** Capabilities that systemd-nspawn and a bridge need, by bit. Source: linux/capability.h. */
const capabilities = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 };

function effective() {
	return BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]}`);
}
