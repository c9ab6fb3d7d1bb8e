import { describe, expect, it } from "vitest";
import { parseKubeadmConfig } from "../../../provider/spec/kubeadm";
import { destinationOf } from "../../../provider/spec/kubeadm/fields";
import { type Kind, kinds } from "../../../provider/spec/kubeadm/kinds";
import { meaningOf, meanings } from "../../../provider/spec/kubeadm/meanings";
import { configurationPage, fieldsOf } from "./fields-page";

const all = (Object.keys(kinds) as Kind[]).map((kind) => ({ kind, paths: pathsOf(kind) }));

describe.each(all)("the fields of $kind", ({ kind, paths }) => {
	it("have each a meaning here, or a reason for having none", () => {
		expect(paths.filter((path) => !meaningOf(kind, path))).toEqual([]);
	});

	it("go each to a place in what is read, unless they have no meaning", () => {
		const astray = paths.filter(
			(path) => !meaningOf(kind, path)?.why && !destinationOf(kind, path.replaceAll("[]", "")),
		);
		expect(astray).toEqual([]);
	});

	it("are all that the table names", () => {
		const named = Object.keys(meanings[kind]);
		const isThere = (name: string) =>
			name.endsWith("*") ? paths.some((path) => path.startsWith(name.slice(0, -1))) : paths.includes(name);
		expect(named.filter((name) => !isThere(name))).toEqual([]);
	});
});

describe("fields without a meaning", () => {
	const kubernetesVersion = "1.37.2";

	it("are named in the notes, each with its reason", () => {
		const text = [
			{ kind: "ResetConfiguration", force: true, timeouts: { etcdAPICall: "1m" } },
			{ kind: "UpgradeConfiguration", apply: { etcdUpgrade: false }, diff: {} },
		]
			.map((document) => JSON.stringify({ apiVersion: "kubeadm.k8s.io/v1beta4", ...document }))
			.join("\n---\n");
		const { notes } = parseKubeadmConfig(text, { kubernetesVersion });
		expect(notes.map(({ path }) => path)).toEqual([
			"ResetConfiguration.force",
			"ResetConfiguration.timeouts",
			"UpgradeConfiguration.apply.etcdUpgrade",
		]);
		expect(notes.every(({ message }) => message.length > 0)).toBe(true);
	});
});

describe("the page on the configuration", () => {
	it("is what the shapes and the table say; `npm run docs` makes it", async () => {
		await expect(configurationPage()).toMatchFileSnapshot("../../../docs/kubeadm-configuration.md");
	});
});

function pathsOf(kind: Kind): string[] {
	return fieldsOf(kinds[kind].shape).map(({ path }) => path);
}
