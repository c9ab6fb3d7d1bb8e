import { describe, expect, it } from "vitest";
import { kubernetesVersion, minors } from "../../lab/toolchain/tools.ts";
import { kinds } from "../../provider/config/kubeadm/kinds";
import { v1beta3Shapes } from "../../provider/facts/types/kubeadm/v1beta3";
import { type FieldShape, parseScalar, type Shape } from "../../provider/facts/types/shape";
import { releases } from "../../provider/facts/versions";
import { configurationTypesOf, olderTypesOf } from "./configuration-go-types";

describe.each(minors)("the kinds of a configuration file, in %s", (minor) => {
	it("have the fields of kubeadm's, the kubelet's and kube-proxy's Go types, and no others", async () => {
		const ours = Object.entries(kinds).map(([kind, { shape }]) => [kind, ofRelease(shape, minor)]);
		expect(Object.fromEntries(ours)).toEqual(await configurationTypesOf(kubernetesVersion(minor)));
	}, 300_000);
});

const converting = minors.filter((minor) => releases[minor]?.configurationVersions.deprecated.includes("v1beta3"));

describe.each(converting)("the kinds of a configuration file of v1beta3, in %s", (minor) => {
	it("have the fields of kubeadm's Go types, and no others", async () => {
		const ours = Object.entries(v1beta3Shapes).map(([kind, shape]) => [kind, ofRelease(shape, minor)]);
		expect(Object.fromEntries(ours)).toEqual(await olderTypesOf(kubernetesVersion(minor)));
	}, 300_000);
});

/** A shape without the fields that a release does not have. */
function ofRelease(shape: Shape, release: string): Shape {
	const fields = Object.entries(shape).flatMap(([name, field]): [string, FieldShape][] => {
		if (typeof field !== "string") return [[name, inside(field, release)]];
		const { from } = parseScalar(field);
		return from && minor(release) < minor(from) ? [] : [[name, field.split(" ")[0] as FieldShape]];
	});
	return Object.fromEntries(fields);
}

function inside(field: Exclude<FieldShape, string>, release: string): FieldShape {
	return Array.isArray(field) ? [field[0], ofRelease(field[1], release)] : ofRelease(field as Shape, release);
}

function minor(release: string): number {
	return Number(release.split(".")[1]);
}
