import { type Change, changes, left, refused } from "./previews.ts";

/** The page on previews, from the table that test/soak/previews.test.ts holds against a running cluster. */
export function previewsPage(): string {
	return `# Previews

On a running cluster, \`pulumi preview --diff\` shows what \`pulumi up\` then does: each file as YAML under the resource that it is of, each
API object under the resource that keeps it. Below is, for each kind of field, what is shown and what happens. This page is made from the
table (\`npm run docs\`) by which \`test/soak/previews.test.ts\` changes one field after the other on a control plane \`cp-1\` and a worker
\`worker-1\`, and compares each preview with all files and objects before and after: it is the same set.

- Fields without a prefix are the \`Cluster\`'s; those with \`node.\` are of one of its nodes.
- Resources are named without the cluster's name: \`cp-1-etcd\` is \`CLUSTER-cp-1-etcd\`. One is an update unless it says otherwise.
- Where nothing but the state changes, only the resource is told: nothing is written, and nothing starts anew.
- Not counted are this package's own records in \`/var/lib/pulumi-kubeadm\`, and what the cluster's controllers and components write of
  their own accord. Where the API server starts anew, a controller manager or scheduler that loses its lease meanwhile does, too.
- On a machine so busy that etcd is away for more than a minute, kube-apiserver may not pass its liveness probe and start anew as well.

| field | resources shown, and what of them | files | objects | starts anew |
| --- | --- | --- | --- | --- |
${changes.map(row).join("\n")}

## Refused

A change of these would break a running cluster. The preview ends with the reason, and nothing is done: ${refused
		.map(({ field }) => `\`${field.replace(/, /, "` (")}${field.includes(", ") ? ")" : "`"}`)
		.join(", ")}.

## Not tried

kubeadm's other fields, which the test does not change on its running cluster:

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
