import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { load } from "js-yaml";
import { expect } from "vitest";
import { type LabHost, until } from "../../../lab/index.ts";

const folders = "/etc/kubernetes /var/lib/kubelet /var/lib/pulumi-kubeadm";

/** What shows that a file is whole, by the end of its name. */
const kinds: Record<string, (content: string) => unknown> = {
	crt: (content) => new X509Certificate(content),
	key: createPrivateKey,
	pub: createPublicKey,
	conf: (content) => expect(load(content)).toHaveProperty("users"),
	yaml: (content) => expect(load(content)).toHaveProperty("kind"),
};

/** Each file of ours on a host is whole, and none is left that never got its name. */
export async function nothingPartial(host: LabHost): Promise<void> {
	await until(`${host.name}: no file is without its name`, 20, async (seen) => {
		const { stdout } = await host.exec(`find ${folders} -name '.pulumi-kubeadm-*' 2>/dev/null`);
		seen(stdout.trim());
		return stdout.trim() === "" || undefined;
	});
	const { stdout } = await host.exec(`find ${folders} -type f 2>/dev/null`);
	for (const path of stdout.split("\n").filter(Boolean)) {
		const look = kinds[path.split(".").at(-1)!];
		if (!look) continue;
		const { stdout: content } = await host.exec(`cat '${path}'`, { check: true });
		expect(() => look(content), path).not.toThrow();
	}
}
