import { type Change, changes, left, refused } from "./previews.ts";

/** Returns docs/previews.md, made from the table that test/soak/previews.test.ts compares with a running cluster. */
export function previewsPage(): string {
	return `# Previews

\`pulumi preview --diff\` shows what \`pulumi up\` will change: each file under the resource that places it, and each API object under the resource
that applies it.

## Reading a preview

Inputs of resources are printed, and kept in Pulumi's state, in a form in which a preview is short and a difference shows under its own name:

- A flag stands under its name. \`--v (at the end)\` is a flag behind those in the alphabet's order, where \`extraArgs\` stand on a command line. An item
  of a list stands under its name: \`[name=etcd]\`. So does a word of a list that is longer than a line:
  \`[api.example.org]: true\`; \`rest\` has the words behind those in the alphabet's order. A Kubernetes object stands under its kind, namespace and name:
  \`ConfigMap kube-system/kubeadm-config\`. \`order\` lists the objects in the order in which they are applied, where that is not the alphabet's.
- \`spec > containers > [name=etcd] > image\` is the path of a field. \`validity (days)\` is the life of a certificate.
- A list or object of up to 150 characters is one line of YAML: \`{path: /livez, port: 6443}\`. In a line, \`(unknown)\` stands for a value that is not
  known yet; elsewhere it is Pulumi's \`[unknown]\`. A line shows as a whole, old and new, when a value in it changes.
- \`kubelet (yaml)\` is the text \`kubelet\`, printed as the YAML document that it is. \`(0s)\` lists the fields with the value "0s".
- Left out is what follows from the rest: the usages, organizations and key path of a certificate that kubeadm names, the \`apiVersion\` of a
  ConfigMap, the default of a preflight check, labels and taints where there are none.
- \`restarts: "kube-apiserver on cp-1"\` names what the update of a resource restarts, and in a roll after which nodes:
  \`kube-apiserver on cp-2 after cp-1\`, \`kubelet on worker-2 after worker-1\`. After \`pulumi refresh\`, \`- needsUpdate: "…"\` is the reason for an
  update whose inputs do not differ, such as a certificate that ends soon; without a refresh, a line under Diagnostics says so.
- Any other text of several lines, such as a Corefile, shows its first three lines when it is new, and the changed lines when it changes.

\`npx pulumi-kubeadm render\` ([command-line.md](command-line.md)) writes every file and object in full.

## Changes

For each kind of field, the table lists what the preview of a running cluster shows and what \`up\` changes. The table writes paths of fields with
dots. It is generated (\`npm run docs\`) from the data of \`test/soak/previews.test.ts\`. That test changes one field after another on a cluster with
a control plane \`cp-1\` and a worker \`worker-1\`, and compares all files and objects before and after with the preview: the two are equal.

- Fields without a prefix belong to \`Cluster\`. Fields with the prefix \`node.\` belong to one of its nodes.
- Resource names omit the cluster's name: \`cp-1-etcd\` stands for \`CLUSTER-cp-1-etcd\`. The operation is an update unless another is named.
- The last column is what the inputs \`restarts\` say, and the pods of workloads that are deleted.
- A row with a resource but without files, objects and restarts changes only Pulumi's state.
- Two things are not counted: this package's records in \`/var/lib/pulumi-kubeadm\`, and what the cluster's controllers and components write
  themselves.
- While the API server restarts, a controller manager or scheduler that loses its lease restarts too. On a machine so busy that etcd is unavailable
  for more than a minute, kube-apiserver may fail its liveness probe and restart as well.

| field | resources shown, with their changed inputs | files | objects | restarts |
| --- | --- | --- | --- | --- |
${changes.map(row).join("\n")}

## Refused

A change of these fields would break a running cluster. The preview fails with the reason, and nothing is changed: ${refused
		.map(({ field }) => `\`${field.replace(/, /, "` (")}${field.includes(", ") ? ")" : "`"}`)
		.join(", ")}.

## Not tested

The test does not change these fields on its running cluster, for the reason given:

${Object.entries(left)
	.map(([field, why]) => `- \`${field}\`: ${why}`)
	.join("\n")}
`;
}

function row({ field, shows, files = [], objects = [], restarts = [], note }: Change): string {
	const [name, of] = field.split(/, (.*)/);
	const what = `\`${name}\`${of ? `, ${of}` : ""}${note ? `: ${note}` : ""}`;
	const resources = Object.entries(shows).map(([step, paths]) => {
		const [op, type, resource] = step.split(" ");
		const said = paths.map((path) => `\`${path}\``).join(", ");
		return `${op === "update" ? "" : `${op} `}${type} \`${resource}\`${said ? `: ${said}` : ""}`;
	});
	return `| ${[[what], resources, ...[files, objects, restarts].map(code)].map((lines) => lines.join("<br>")).join(" | ")} |`;
}

function code(words: string[]): string[] {
	return words.map((word) => `\`${word}\``);
}
