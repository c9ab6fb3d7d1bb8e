import { type FieldShape, parseScalar, type Shape } from "../facts/types/shape";
import { minorNumber, minorRelease, releases } from "../facts/versions";
import { inputProblem } from "./expected";
import { joinPath, type Problem } from "./problems";

/**
 * Returns a problem for each given field that Kubernetes introduced after the cluster's release. kubeadm and the kubelet
 * of that release would ignore the field with a warning. Returns none where this package does not know the release, or
 * where the version is unknown.
 *
 * @param shape shape of `value`, whose notations such as `"string? from 1.36"` say when a field was introduced
 */
export function laterFieldProblems(shape: Shape, value: unknown, kubernetesVersion: string): Problem[] {
	const release = minorRelease(kubernetesVersion);
	return release in releases ? laterFields(shape, value, { release, path: [] }) : [];
}

interface FieldPlace {
	/** Minor release of the cluster: `1.37`. */
	release: string;
	/** Path of the field from the value that `laterFieldProblems` was given. */
	path: readonly PropertyKey[];
}

function laterFields(shape: Shape, value: unknown, { release, path }: FieldPlace): Problem[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, item]) => {
		const field = shape[name];
		return field === undefined || item === undefined ? [] : inField(field, item, { release, path: [...path, name] });
	});
}

function inField(field: FieldShape, value: unknown, { release, path }: FieldPlace): Problem[] {
	if (typeof field === "string") {
		const { from } = parseScalar(field);
		if (from === undefined || minorNumber(release) >= minorNumber(from)) return [];
		const expected = `no such field in a cluster of ${release}, as Kubernetes knows the field from ${from} on`;
		return [inputProblem({ path: joinPath(path), expected, value })];
	}
	if (!Array.isArray(field)) return laterFields(field as Shape, value, { release, path });
	const [, inner] = field as readonly ["struct?" | "list?" | "list", Shape];
	if (!Array.isArray(value)) return laterFields(inner, value, { release, path });
	return value.flatMap((item, index) => laterFields(inner, item, { release, path: [...path, index] }));
}
