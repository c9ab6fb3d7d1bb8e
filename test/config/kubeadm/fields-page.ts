import { destinationOf } from "../../../provider/config/kubeadm/fields";
import { type Kind, kinds } from "../../../provider/config/kubeadm/kinds";
import { initPhases, joinPhases, type Phase } from "../../../provider/facts/phases";
import { v1beta3Shapes } from "../../../provider/facts/types/kubeadm/v1beta3";
import { type Base, type FieldShape, parseScalar, type Shape } from "../../../provider/facts/types/shape";
import { releases } from "../../../provider/facts/versions";
import type { Docstrings } from "./docstrings";
import { meaninglessField } from "./meaningless-field";

/** A field that holds a value, and its path: `networking.podSubnet`, `bootstrapTokens[].ttl`. */
export interface Field {
	path: string;
	base: Base;
	/** The first minor release that has it, if not all that are known. */
	from?: string;
}

const sources: Record<Kind, string> = {
	InitConfiguration: "`cmd/kubeadm/app/apis/kubeadm/v1beta4/{types,defaults}.go`, `util/config/initconfiguration.go`",
	ClusterConfiguration:
		"`cmd/kubeadm/app/apis/kubeadm/v1beta4/{types,defaults}.go`, `util/config/{initconfiguration,cluster}.go`",
	JoinConfiguration: "`cmd/kubeadm/app/apis/kubeadm/v1beta4/{types,defaults}.go`, `util/config/joinconfiguration.go`",
	ResetConfiguration: "`cmd/kubeadm/app/apis/kubeadm/v1beta4/{types,defaults}.go`",
	UpgradeConfiguration: "`cmd/kubeadm/app/apis/kubeadm/v1beta4/{types,defaults}.go`",
	KubeletConfiguration: "`k8s.io/kubelet/config/v1beta1/types.go`, `cmd/kubeadm/app/componentconfigs/kubelet.go`",
	KubeProxyConfiguration:
		"`k8s.io/kube-proxy/config/v1alpha1/types.go`, `cmd/kubeadm/app/componentconfigs/kubeproxy.go`",
};

const types: Partial<Record<Base, string>> = {
	bool: "true or false",
	int: "integer, 32 bits",
	int64: "integer",
	uint: "integer from 0 on",
	float: "number",
	float32: "number, 32 bits",
	duration: "duration: `1h30m`",
	time: "time: `2030-01-01T00:00:00Z`",
	quantity: "quantity: `64Mi`",
	nanoseconds: "duration, or nanoseconds",
	"[string]": "list of strings",
	"[int]": "list of integers",
	"{string}": "strings by name",
	"{bool}": "true or false by name",
	"{quantity}": "quantities by name",
	"{[string]}": "lists of strings by name",
};

/** Returns docs/kubeadm-configuration.md, made from the fields' shapes, the types' docstrings and the table of fields without a meaning. */
export function configurationPage(docstringOf: Docstrings): string {
	return `# kubeadm's configuration

This page lists every field of kubeadm's configuration files and says what the field does in this package. It is generated from the code
(\`npm run docs\`). A test compares it with the Go types of each supported release (${Object.keys(releases).join(", ")}).

\`fromKubeadmConfig\` reads a file with one or several documents, in any order. Unknown and duplicate fields, of which kubeadm only warns, are
refused. A field without a meaning here is accepted, and listed with the reason in \`notes\`. Integers beyond 9007199254740991 are refused, because
JavaScript does not represent them exactly.

The column \`in the program\` names the field in the result of \`fromKubeadmConfig\`: pass \`cluster\` to a \`Cluster\`, \`init\` and \`join\` to its
nodes.

${(Object.keys(kinds) as Kind[]).map((kind) => section(kind, docstringOf)).join("\n\n")}

## v1beta3

Accepted for clusters of Kubernetes 1.34 to 1.36, whose kubeadm reads it too. Differences from v1beta4 above:

${Object.entries(v1beta3Shapes)
	.flatMap(([kind, shape]) => olderDifferences(kind as Kind, shape))
	.map((line) => `- ${line}`)
	.join("\n")}

## Phases

Phases that \`skipPhases\` of InitConfiguration may name:

${phases(initPhases)}

Phases that \`skipPhases\` of JoinConfiguration may name:

${phases(joinPhases)}
`;
}

/** Returns the fields of a shape, without `apiVersion` and `kind`. */
export function fieldsOf(shape: Shape): Field[] {
	const { apiVersion: _version, kind: _kind, ...fields } = shape;
	return Object.entries(fields).flatMap(([name, field]) => inside(name, field));
}

function inside(path: string, field: FieldShape): Field[] {
	if (typeof field === "string") {
		const { base, from } = parseScalar(field);
		return [{ path, base, from }];
	}
	const isList = Array.isArray(field) && field[0] !== "struct?";
	const inner = (Array.isArray(field) ? field[1] : field) as Shape;
	const parent = isList ? `${path}[]` : path;
	return Object.entries(inner).flatMap(([name, each]) => inside(`${parent}.${name}`, each));
}

function section(kind: Kind, docstringOf: Docstrings): string {
	const rows = fieldsOf(kinds[kind].shape).map((field) => row(kind, field, docstringOf));
	return `## ${kind}

Source: ${sources[kind]}.

| field | type | default | known | in the program | what it does |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}

function row(kind: Kind, { path, base, from }: Field, docstringOf: Docstrings): string {
	const inProgram = placeOf(kind, path);
	const docstring = inProgram === undefined ? undefined : docstringOf(inProgram);
	const meaningless = meaninglessField(kind, path);
	const place = meaningless ? "" : `\`${inProgram}\``;
	const what = meaningless ? `no meaning: ${meaningless.why}` : docstring!.text;
	const cells = [
		`\`${path}\``,
		types[base] ?? base,
		docstring?.default ?? meaningless?.default ?? "",
		from ? `from ${from} on` : "",
		place,
		what,
	];
	return `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Returns a field's path in `KubeadmConfig`, or undefined for a field without a meaning. */
export function placeOf(kind: Kind, path: string): string | undefined {
	const destination = destinationOf(kind, path.replaceAll("[]", ""));
	if (!destination) return undefined;
	const { to, rest } = destination;
	const names = path.split(".");
	const own = rest ? names.slice(-rest.split(".").length) : [];
	const isList = names.at(-1 - own.length)?.endsWith("[]");
	return [isList ? `${to}[]` : to, ...own].join(".");
}

function olderDifferences(kind: Kind, older: Shape): string[] {
	const before = new Map(fieldsOf(older).map((field) => [field.path, field]));
	const now = new Map(fieldsOf(kinds[kind].shape).map((field) => [field.path, field]));
	const changed = [...before.values()].flatMap(({ path, base }) => {
		if (now.has(path)) return [];
		return [`\`${kind}.${path}\`: ${base === "{string}" ? "flags by name" : (types[base] ?? base)}`];
	});
	const flagsNow = (path: string) => [...before.keys()].some((old) => path.startsWith(`${old}[]`));
	const missing = [...now.keys()].filter((path) => !before.has(path) && !flagsNow(path));
	return [...changed, ...groups(missing).map((path) => `no \`${kind}.${path}\``)];
}

/** Replaces all fields of one struct or list by the name of the struct or list. */
function groups(paths: readonly string[]): string[] {
	return [...new Set(paths.map((path) => path.replace(/(extraEnvs)\[\].*|^(timeouts)\..*/, "$1$2")))];
}

function phases(table: Readonly<Record<string, Phase>>): string {
	const rows = Object.entries(table).map(([name, { effect, until }]) => {
		const what = "without" in effect ? `without ${effect.without}` : `no meaning: ${effect.meaningless}`;
		return `| \`${name}\`${until ? ` (until ${until})` : ""} | ${what} |`;
	});
	return `| phase | skipping it |\n| --- | --- |\n${rows.join("\n")}`;
}
