import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Minor, ToolName } from "../../lab/toolchain/index.ts";

const asked = vi.hoisted((): { tools?: string[]; kubernetes?: string }[] => []);

// Neither a tool nor a host is made: the toolchain is empty, no lab exists, and making the images ends the program.
vi.mock("../../lab/toolchain/index.ts", async (original) => ({
	...(await original<object>()),
	ensureToolchain: async (request: { tools?: ToolName[]; kubernetes?: Minor } = {}) => {
		asked.push(request);
		return { binDir: "/none", cniDir: "/none", path: (name: string) => `/none/${name}` };
	},
}));
vi.mock("../../lab/images/index.ts", () => ({
	ensureImages: async () => {
		throw new Error("the test makes no images");
	},
}));
vi.mock("../../lab/hosts/requirements.ts", () => ({ ensureRequirements: async () => {}, requireRoot: () => {} }));
vi.mock("../../lab/hosts/registry.ts", async (original) => ({
	...(await original<object>()),
	readRecord: async () => undefined,
	readRecords: async () => [],
	remainders: async () => [],
}));

/** Tools of the newest release that hosts and their images consist of. */
const ofHosts = {
	kubernetes: "1.37",
	tools: [
		"bridge",
		"coredns",
		"crictl",
		"etcd",
		"etcdctl",
		"host-local",
		"kube-apiserver",
		"kube-controller-manager",
		"kube-proxy",
		"kube-scheduler",
		"kubeadm",
		"kubectl",
		"kubelet",
		"loopback",
		"pause",
		"portmap",
		"web",
	],
};

describe("the tools that are fetched or built", () => {
	const { argv, env, exitCode } = process;
	const here = process.cwd();
	let state: string;

	beforeEach(() => {
		asked.length = 0;
		state = mkdtempSync(join(tmpdir(), "tools-"));
		vi.stubEnv("XDG_STATE_HOME", state);
		vi.stubEnv("PATH", env["PATH"]);
		process.argv = [argv[0]!, "program"];
	});
	afterEach(() => {
		process.argv = argv;
		process.exitCode = exitCode;
		process.chdir(here);
		vi.unstubAllEnvs();
		vi.restoreAllMocks();
		rmSync(state, { recursive: true });
	});

	it("are those of two hosts and Pulumi for the benchmark, of one release of Kubernetes", async () => {
		await expect(import("../benchmark.ts")).rejects.toThrow("the test makes no images");
		expect(asked.map(inOrder)).toEqual([{ tools: ["pulumi"] }, ofHosts]);
	});

	it("are those of two hosts and of its shell for the quickstart, of one release of Kubernetes", async () => {
		const errors = vi.spyOn(process.stderr, "write").mockReturnValue(true);
		await import("../../lab/quickstart.ts");
		expect(errors).toHaveBeenLastCalledWith("the test makes no images\n");
		expect(asked.map(inOrder)).toEqual([{ tools: ["crictl", "etcdctl", "kubeadm", "kubectl", "pulumi"] }, ofHosts]);
	});
});

/** The request with each tool once, in order of the names. */
function inOrder({ tools, ...rest }: { tools?: string[] }) {
	return { ...rest, ...(tools && { tools: [...new Set(tools)].sort() }) };
}
