import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Minor, minors, newestMinor } from "../../lab/toolchain/tools.ts";
import { parseKubeadmConfig } from "../../provider/config/kubeadm";
import { SpecError } from "../../provider/config/problems";
import { kubeadm, versionOf } from "./kubeadm";
import { type FileCase, otherwise, refused, taken, texts } from "./verdict-files";

const older = minors.filter((minor) => minor !== newestMinor);

/** The newest release judges all, each older one every so manieth. */
function cases<T>(all: readonly T[]): [Minor, T][] {
	return [
		...all.map((each): [Minor, T] => [newestMinor, each]),
		...all.map((each, index): [Minor, T] => [older[index % older.length]!, each]),
	];
}

describe.each([
	["taken", taken],
	["refused", refused],
])("a configuration file that kubeadm has %s", (outcome, files) => {
	it.each(cases(files).map(([minor, parts]) => [minor, JSON.stringify(parts), parts] as const))(
		"by %s: %s",
		async (minor, _title, parts) => {
			await expectVerdict(textOf(parts, minor), outcome, minor);
		},
	);
});

describe("a configuration file that releases judge differently", () => {
	it.each(otherwise.map(([minor, outcome, file]) => [outcome, minor, JSON.stringify(file), file] as const))(
		"is %s by %s: %s",
		async (outcome, minor, _title, file) => {
			await expectVerdict(textOf(file, minor), outcome, minor);
		},
	);
});

describe.each([
	["taken", texts.taken],
	["refused", texts.refused],
])("a text that kubeadm has %s", (outcome, files) => {
	it.each(cases(Object.entries(files)).map(([minor, [title, text]]) => [minor, title, text] as const))(
		"by %s: %s",
		async (minor, _title, text) => {
			await expectVerdict(text, outcome, minor);
		},
	);
});

async function expectVerdict(template: string, outcome: string, minor: Minor): Promise<void> {
	const text = template.replaceAll("VERSION", versionOf(minor));
	expect(await kubeadmVerdict(text, minor)).toBe(outcome);
	expect(verdict(text, versionOf(minor))).toBe(outcome);
}

async function kubeadmVerdict(text: string, minor: Minor): Promise<"taken" | "refused"> {
	const folder = await mkdtemp(join(tmpdir(), "verdict-"));
	try {
		const file = join(folder, "kubeadm.yaml");
		await writeFile(file, text);
		const { exitCode } = await kubeadm(["config", "validate", "--config", file], { failing: true, minor });
		return exitCode === 0 ? "taken" : "refused";
	} finally {
		await rm(folder, { recursive: true });
	}
}

function verdict(text: string, kubernetesVersion: string): "taken" | "refused" {
	try {
		// `kubeadm config validate` refuses documents of other programs, as `strict` does; `kubeadm init` warns of them.
		// This machine's loopback device has no address for others. kubeadm takes its own where none is said, and the newest is not to be had.
		parseKubeadmConfig(text, { kubernetesVersion, facts: {}, strict: true });
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
function always(minor: Minor): Record<string, string> {
	return {
		InitConfiguration: "localAPIEndpoint: {advertiseAddress: 198.18.0.10}",
		ClusterConfiguration: `kubernetesVersion: ${versionOf(minor)}`,
	};
}

function textOf(parts: FileCase, minor: Minor): string {
	const added = always(minor);
	return Object.keys({ ...added, ...parts })
		.map((kind) => {
			const own = parts[kind] ?? "";
			const field = added[kind]?.split(":")[0];
			const more = field && !own.includes(`${field}:`) ? added[kind] : "";
			return [`apiVersion: ${groups[kind] ?? "kubeadm.k8s.io/v1beta4"}`, `kind: ${kind}`, own, more, ""].join("\n");
		})
		.join("---\n");
}
