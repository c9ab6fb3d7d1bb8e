import { describe, expect, it } from "vitest";
import { parseKubeadmConfig } from "../../../provider/config/kubeadm";
import { destinationOf } from "../../../provider/config/kubeadm/fields";
import { type Kind, kinds } from "../../../provider/config/kubeadm/kinds";
import { meaninglessFields } from "../../../provider/config/kubeadm/meaningless";
import { docstrings } from "./docstrings";
import { configurationPage, fieldsOf, placeOf } from "./fields-page";
import { meaninglessField } from "./meaningless-field";

const docstringOf = docstrings();
const all = (Object.keys(kinds) as Kind[]).map((kind) => ({ kind, paths: pathsOf(kind) }));

describe.each(all)("the fields of $kind", ({ kind, paths }) => {
	it("have each a docstring where a user types them, or a reason for having no meaning", () => {
		const isSilent = (path: string) => !docstringOf(placeOf(kind, path)!)?.text;
		const typed = withParents(paths).filter((path) => placeOf(kind, path) !== undefined);
		expect(typed.filter(isSilent)).toEqual([]);
		const others = paths.filter((path) => placeOf(kind, path) === undefined);
		expect(others.filter((path) => !meaninglessField(kind, path))).toEqual([]);
	});

	it("go each to a place in what is read, unless they have no meaning", () => {
		const astray = paths.filter(
			(path) => !meaninglessField(kind, path) && !destinationOf(kind, path.replaceAll("[]", "")),
		);
		expect(astray).toEqual([]);
	});

	it("are all that the table of those without a meaning names", () => {
		const named = Object.keys(meaninglessFields[kind]);
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
	it("equals the page generated from the shapes and the table; `npm run docs` writes it", async () => {
		await expect(configurationPage(docstringOf)).toMatchFileSnapshot("../../../docs/kubeadm-configuration.md");
	});
});

function pathsOf(kind: Kind): string[] {
	return fieldsOf(kinds[kind].shape).map(({ path }) => path);
}

/** Fields and the structs and lists that they are in. */
function withParents(paths: readonly string[]): string[] {
	const parents = paths.flatMap((path) =>
		path.split(".").map((_, index, names) => names.slice(0, index + 1).join(".")),
	);
	return [...new Set(parents.map((path) => path.replace(/\[\]$/, "")))];
}
