import { destinationOf } from "../../../provider/config/kubeadm/fields";
import { type Kind, kinds } from "../../../provider/config/kubeadm/kinds";
import { initPhases, joinPhases, type Phase } from "../../../provider/facts/phases";
import { v1beta3Shapes } from "../../../provider/facts/types/kubeadm/v1beta3";
import { type Base, type FieldShape, parseScalar, type Shape } from "../../../provider/facts/types/shape";
import { releases } from "../../../provider/facts/versions";
import type { Docstrings } from "./docstrings";
import { meaninglessField } from "./meaningless-field";

/** A field that holds a value, by its path: `networking.podSubnet`, `bootstrapTokens[].ttl`. */
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

/** The page on the configuration, from its shapes, the docstrings of its types and the table of what has no meaning. */
export function configurationPage(docstringOf: Docstrings): string {
	return `# kubeadm's configuration

A configuration file of kubeadm, or the same fields in TypeScript, with what each does here. This page is made from the code
(\`npm run docs\`); a test compares it with the Go types of each known release (${Object.keys(releases).join(", ")}).

\`fromKubeadmConfig\` reads a file: one or several documents, in any order. Unknown fields and fields that stand twice, which kubeadm only warns
of, are refused. What has no meaning here is taken, and named with its reason in \`notes\`. Integers are exact to 9007199254740991, and beyond that
refused.

\`in the program\` is the field of what \`fromKubeadmConfig\` gives: \`cluster\` goes to a \`Cluster\`, \`init\` and \`join\` to one of its nodes.

${(Object.keys(kinds) as Kind[]).map((kind) => section(kind, docstringOf)).join("\n\n")}

## v1beta3

kubeadm 1.34 to 1.36 read it too, and so do clusters of these here. Unlike in v1beta4 above:

${Object.entries(v1beta3Shapes)
	.flatMap(([kind, shape]) => olderDifferences(kind as Kind, shape))
	.map((line) => `- ${line}`)
	.join("\n")}

## Phases

What \`skipPhases\` of InitConfiguration may name:

${phases(initPhases)}

What \`skipPhases\` of JoinConfiguration may name:

${phases(joinPhases)}
`;
}

/** The fields of a shape, `apiVersion` and `kind` left out. */
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

/** Where a field goes in `KubeadmConfig`; undefined where it goes nowhere. */
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

/** Fields of one struct or list that are all there, by its name. */
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
