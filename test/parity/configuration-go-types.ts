import type { FieldShape, Shape } from "../../provider/facts/types/shape";
import { declarations, type Sources } from "./go-types";

const packages = {
	kubeadm: ["k8s.io/kubernetes", "cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go"],
	bootstraptokenv1: ["k8s.io/kubernetes", "cmd/kubeadm/app/apis/bootstraptoken/v1/types.go"],
	kubelet: ["k8s.io/kubelet", "config/v1beta1/types.go"],
	kubeproxy: ["k8s.io/kube-proxy", "config/v1alpha1/types.go"],
	componentbaseconfigv1alpha1: ["k8s.io/component-base", "config/v1alpha1/types.go"],
	logsapi: ["k8s.io/component-base", "logs/api/v1/types.go"],
	tracingapi: ["k8s.io/component-base", "tracing/api/v1/types.go"],
	corev1: ["k8s.io/api", "core/v1/types.go"],
	metav1: ["k8s.io/apimachinery", "pkg/apis/meta/v1/types.go"],
} as const;

/** Owners of types under another name. */
const aliases: Readonly<Record<string, string>> = { v1: "corev1", tracingapiv1: "tracingapi" };

const scalars: Readonly<Record<string, string>> = {
	string: "string",
	bool: "bool",
	int: "int64",
	int32: "int",
	int64: "int64",
	uint32: "uint",
	float32: "float32",
	float64: "float",
	"metav1.Duration": "duration",
	"metav1.Time": "time",
	"resource.Quantity": "quantity",
	"resource.QuantityValue": "quantity",
	"logsapi.TimeOrMetaDuration": "nanoseconds",
	"bootstraptokenv1.BootstrapTokenString": "string",
};

/** Those of these that are structs in Go. */
const structs = ["duration", "time", "quantity", "nanoseconds"];

/** The kinds of a configuration file as a release's Go types have them: `1.37.2`. */
export async function configurationTypesOf(version: string): Promise<Record<string, Shape>> {
	const sources = await sourcesOf(version, packages);
	return {
		...kubeadmKinds(sources, [...everyVersion, "ResetConfiguration", "UpgradeConfiguration"]),
		KubeletConfiguration: structOf("kubelet.KubeletConfiguration", sources),
		KubeProxyConfiguration: structOf("kubeproxy.KubeProxyConfiguration", sources),
	};
}

/** The kinds of the older v1beta3, from a release that reads it. */
export async function olderTypesOf(version: string): Promise<Record<string, Shape>> {
	const file = packages.kubeadm[1].replace("v1beta4", "v1beta3");
	return kubeadmKinds(await sourcesOf(version, { ...packages, kubeadm: ["k8s.io/kubernetes", file] }), everyVersion);
}

const everyVersion = ["InitConfiguration", "ClusterConfiguration", "JoinConfiguration"];

function sourcesOf(version: string, from: Readonly<Record<string, readonly [string, string]>>): Promise<Sources> {
	return declarations(from, (module) => (module === "k8s.io/kubernetes" ? `v${version}` : `v0${version.slice(1)}`));
}

function kubeadmKinds(sources: Sources, kinds: readonly string[]): Record<string, Shape> {
	return Object.fromEntries(kinds.map((kind) => [kind, structOf(`kubeadm.${kind}`, sources)]));
}

function structOf(name: string, sources: Sources): Shape {
	const home = name.split(".")[0]!;
	const body = sources.structs.get(name);
	if (body === undefined) throw new Error(`Go type ${name}: expected it among those read, got none`);
	const fields: Record<string, FieldShape> = {};
	for (const line of body.split("\n")) {
		const [, goType, tags] = /^\s*(?:\w+\s+)?([\w.*[\]]+)\s+`(.*)`/.exec(line) ?? [];
		if (!goType || tags === undefined) continue;
		const [json = "", ...options] = (/json:"([^"]*)"/.exec(tags)?.[1] ?? "").split(",");
		if (json === "") Object.assign(fields, structOf(qualified(goType, home), sources));
		else fields[json] = fieldOf(goType, options.includes("omitempty"), { home, sources });
	}
	return fields;
}

function fieldOf(
	goType: string,
	omitEmpty: boolean,
	{ home, sources }: { home: string; sources: Sources },
): FieldShape {
	const meaning = sources.others.get(qualified(goType, home));
	if (meaning?.startsWith("[]")) return fieldOf(meaning, omitEmpty, { home, sources });
	const pointer = goType.startsWith("*");
	const type = scalarOf(goType.replace(/^\*/, ""), home, sources);
	// A struct is written whether it is empty or not.
	const leftOut = omitEmpty && (pointer || !structs.includes(type ?? ""));
	if (type !== undefined) return `${pointer ? "*" : ""}${type}${leftOut ? "?" : ""}` as FieldShape;
	const list = goType.startsWith("[]");
	const struct = structOf(qualified(goType.replace(/^\*|^\[\]/, ""), home), sources);
	if (pointer) return ["struct?", struct];
	return list ? [omitEmpty ? "list?" : "list", struct] : struct;
}

/** The notation of a type that is no struct and no list of structs. */
function scalarOf(goType: string, home: string, sources: Sources): string | undefined {
	const inside = (type: string) => scalarOf(type, home, sources);
	if (goType.startsWith("[]")) return bracketed("[]", inside(goType.slice(2)));
	if (goType.startsWith("map[")) return bracketed("{}", inside(goType.slice(goType.indexOf("]") + 1)));
	const name = qualified(goType, home);
	const known = scalars[goType] ?? scalars[name];
	if (known) return known;
	const meaning = sources.others.get(name);
	return meaning && scalarOf(meaning, name.split(".")[0]!, sources);
}

function bracketed([open, close]: Iterable<string> & string, type: string | undefined): string | undefined {
	return type && `${open}${type}${close}`;
}

function qualified(goType: string, home: string): string {
	const [owner, type] = goType.includes(".") ? goType.split(".") : [home, goType];
	return `${aliases[owner!] ?? owner}.${type}`;
}
