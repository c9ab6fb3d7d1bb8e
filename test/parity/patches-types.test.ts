import { describe, expect, it } from "vitest";
import { kubernetesVersion, minors } from "../../lab/toolchain/tools.ts";
import { workloadTypes } from "../../provider/facts/types/workloads";
import { fieldsOf } from "../../provider/render/patches/schema";
import { workloadTypesOf } from "./go-types";

describe.each(minors)("the types that are patched, in %s", (minor) => {
	it("have the fields of Kubernetes' Go types, with their merge keys", async () => {
		const types = await workloadTypesOf(`v0${kubernetesVersion(minor).replace(/^v?1/, "")}`);
		const ours = Object.fromEntries(
			Object.keys(types).map((type) => {
				const names = Object.keys(fieldsOf(type, minor));
				return [type, Object.fromEntries(names.map((name) => [name, withoutRelease(workloadTypes[type]![name]!)]))];
			}),
		);
		// In 1.36 this list was not merged yet; only a kubelet writes it.
		if (minor === "1.36") delete types.PodStatus!.nodeAllocatableResourceClaimStatuses;
		if (minor === "1.36") delete ours.PodStatus!.nodeAllocatableResourceClaimStatuses;
		expect(ours).toEqual(types);
	}, 300_000);
});

function withoutRelease(notation: string): string {
	return notation.replace(/ (from|to) .*/, "");
}
