import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { cli, withFolder } from "../support/command-line.ts";

const init = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 198.18.0.11}
nodeRegistration: {name: cp-1}
`;

export const cluster = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.2
encryptionAlgorithm: ECDSA-P256
`;

export const workerJoin = `apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
nodeRegistration: {name: worker-1}
discovery:
  bootstrapToken: {token: abcdef.0123456789abcdef, apiServerEndpoint: "198.18.0.11:6443", unsafeSkipCAVerification: true}
`;

export const configuration = `${init}---\n${cluster}`;

interface Comparison {
	/** What the tree is compared with. @default what it was rendered from */
	config?: string;
	args?: readonly string[];
}

/** A tree that lives as long as the tests, and what `diff` says of copies of it. */
export function renderedTree(rendered = configuration, ...args: string[]) {
	let made: string;
	beforeAll(async () => {
		made = await mkdtemp(join(tmpdir(), "tree-"));
		const { exitCode, stderr } = await cli(["render", "--config", "-", "--out", made, ...args], { stdin: rendered });
		if (exitCode !== 0) throw new Error(stderr);
	}, 60_000);
	afterAll(() => rm(made, { recursive: true }));

	return {
		path: () => made,
		/** Lines of the differences of a copy after an edit. */
		async diff(edit: (tree: string) => Promise<unknown>, { config = rendered, args = [] }: Comparison = {}) {
			return withFolder(async (folder) => {
				const tree = join(folder, "host");
				await cp(made, tree, { recursive: true });
				await edit(tree);
				const said = await cli(["diff", "--config", "-", "--against", tree, ...args], { stdin: config });
				const lines = said.stdout.split("\n").filter(Boolean);
				if (said.exitCode !== Number(lines.length > 0) || said.stderr) throw new Error(said.stderr);
				return lines;
			});
		},
	};
}
