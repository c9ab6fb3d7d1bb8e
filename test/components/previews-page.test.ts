import { describe, expect, it } from "vitest";
import { type Kind, kinds } from "../../provider/config/kubeadm/kinds";
import { fieldsOf, placeOf } from "../config/kubeadm/fields-page";
import { meaninglessField } from "../config/kubeadm/meaningless-field";
import { changes, left, refused } from "../support/previews";
import { previewsPage } from "../support/previews-page";

describe("the page on previews", () => {
	it("equals the page generated from the table; `npm run docs` writes it", async () => {
		await expect(previewsPage()).toMatchFileSnapshot("../../docs/previews.md");
	});

	const tried = [...changes, ...refused].map(({ field }) => field.split(", ")[0]!);
	const fields = (
		[
			"InitConfiguration",
			"JoinConfiguration",
			"ClusterConfiguration",
			"KubeletConfiguration",
			"KubeProxyConfiguration",
		] satisfies Kind[]
	).flatMap((kind) => fieldsOf(kinds[kind].shape).flatMap(({ path }) => inProgram(kind, path)));

	it("has each field of kubeadm's configuration: as changed, as refused, or as not tried, with the reason", () => {
		const named = [...tried, ...Object.keys(left)];
		expect(fields.filter((field) => !named.some((name) => isOf(field, name)))).toEqual([]);
	});

	it("names as not tried only fields that there are and that are not tried", () => {
		const isThere = (name: string) => fields.some((field) => isOf(field, name));
		const names = Object.keys(left);
		expect(names.filter((name) => !isThere(name) || tried.some((other) => isOf(name, other)))).toEqual([]);
	});
});

/** A field as the page names it; none where it has no meaning. */
function inProgram(kind: Kind, path: string): string[] {
	if (meaninglessField(kind, path)) return [];
	const place = placeOf(kind, path)!;
	return [
		place
			.replace(/^cluster\./, "")
			.replace(/^(init|join)\./, "node.")
			.replace(/^patchesDirectories\.\w+$/, "node.patches"),
	];
}

/** Whether a field is the named one, or in it. */
function isOf(field: string, name: string): boolean {
	return field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[]`);
}
