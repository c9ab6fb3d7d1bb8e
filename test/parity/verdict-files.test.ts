import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseKubeadmConfig } from "../../provider/spec/kubeadm";
import { SpecError } from "../../provider/spec/problems";
import { kubeadm, version } from "./kubeadm";
import { type FileCase, refused, taken, texts } from "./verdict-files";

describe.each([
	["taken", taken],
	["refused", refused],
])("a configuration file that kubeadm has %s", (outcome, cases) => {
	it.each(cases.map((parts) => [JSON.stringify(parts), parts]))("%s", async (_title, parts) => {
		await expectVerdict(textOf(parts), outcome);
	});
});

describe.each([
	["taken", texts.taken],
	["refused", texts.refused],
])("a text that kubeadm has %s", (outcome, cases) => {
	it.each(Object.entries(cases))("%s", async (_title, text) => {
		await expectVerdict(text.replaceAll("VERSION", version), outcome);
	});
});

async function expectVerdict(text: string, outcome: string): Promise<void> {
	expect(await kubeadmVerdict(text)).toBe(outcome);
	expect(verdict(text)).toBe(outcome);
}

async function kubeadmVerdict(text: string): Promise<"taken" | "refused"> {
	const folder = await mkdtemp(join(tmpdir(), "verdict-"));
	try {
		const file = join(folder, "kubeadm.yaml");
		await writeFile(file, text);
		const { exitCode } = await kubeadm(["config", "validate", "--config", file], { failing: true });
		return exitCode === 0 ? "taken" : "refused";
	} finally {
		await rm(folder, { recursive: true });
	}
}

function verdict(text: string): "taken" | "refused" {
	try {
		parseKubeadmConfig(text);
		return "taken";
	} catch (error) {
		if (error instanceof SpecError) return "refused";
		throw error;
	}
}

const groups: Record<string, string> = {
	KubeletConfiguration: "kubelet.config.k8s.io/v1beta1",
	KubeProxyConfiguration: "kubeproxy.config.k8s.io/v1alpha1",
};

/** What every file says, so that it does not hang on this machine. */
const always: Record<string, string> = {
	InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.18.0.10}",
	ClusterConfiguration: `kubernetesVersion: ${version}`,
};

function textOf(parts: FileCase): string {
	return Object.keys({ ...always, ...parts })
		.map((kind) => {
			const own = parts[kind] ?? "";
			const field = always[kind]?.split(":")[0];
			const added = field && !own.includes(`${field}:`) ? always[kind] : "";
			return [`apiVersion: ${groups[kind] ?? "kubeadm.k8s.io/v1beta4"}`, `kind: ${kind}`, own, added, ""].join("\n");
		})
		.join("---\n");
}
