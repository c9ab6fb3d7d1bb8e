import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns docs/terminal.md, made from the texts that test/soak/terminal.test.ts compares with a real terminal. */
export function terminalPage(): string {
	return `# What a person sees in a terminal

What \`pulumi preview\`, \`preview --diff\` and \`up\` print in a terminal of 120 columns, for a cluster of three control planes and a worker: while it is
made, when a flag of the API server changes, when a worker is added, when Kubernetes gets a patch release, and when it is removed. The test
\`test/soak/terminal.test.ts\` runs these commands on real hosts and compares what the terminal shows with these texts, line by line.

Not as the terminal shows it:

- Resources are in the order of their names. The engine prints them as they come.
- \`N\`, \`TIME\` and \`DIGEST\` stand for what differs from run to run. In \`up\`, the column \`Info\` is left out.
- Waits are left out, as they depend on the machine; [Waits](#waits) shows some. So are warnings about the hosts of the test.

Pulumi's engine prints the lines with \`[id=…]\` and \`[urn=…]\`, cuts the column \`Info\` off at the edge of the terminal, and breaks no line
between words.

The program, whose configuration has the arguments of \`Cluster\`:

${block("ts", readFileSync(join(import.meta.dirname, "../clusters/programs/terminal/index.ts"), "utf8").trimEnd())}

## A new cluster

\`pulumi preview\` contacts no host. The rows of \`cp-2\` and \`cp-3\` are left out here, as they are those of \`cp-1\`:

${shown(withoutNodes(textOf("bring-up-preview"), ["cp-2", "cp-3"]))}

\`pulumi up\` shows the same rows while it makes them. Its last lines say how to go on:

${shown(from(/^Diagnostics:/, textOf("bring-up-up")))}

## Waits

A wait that lasts longer than 5 s says what it waits for, how long it has waited, and its limit. In a terminal these lines stand under
\`Diagnostics\` in the end; \`pulumi up --diff\`, and \`pulumi up\` where the output is no terminal, print them as they come. Some of one bring-up and
of one change on a busy machine:

\`\`\`text
cluster: node worker-1 is not registered (5 s of 300 s)
kube-proxy, before CoreDNS: not ready on any node yet (5 s of 30 s)
cp-1: kube-apiserver: the kubelet has not started the new pod yet (6 s of 240 s)
cp-1: kube-apiserver: the kubelet has not started the new pod yet (36 s of 240 s)
cp-3: kube-apiserver: starting: 1 start-up step left (5 s of 240 s)
\`\`\`

## A flag of the API server

With \`apiServer: { extraArgs: [{ name: "audit-log-maxage", value: "30" }] }\`, \`pulumi preview --diff\` fits on one screen of 50 rows. Each control plane
restarts its API server, in the order that \`restarts\` says: the next one is touched when the one before serves.

${shown(textOf("flag-diff"))}

\`pulumi up\`:

${shown(textOf("flag-up"))}

## A worker that is added

\`pulumi preview\`: nothing changes on the nodes that are there.

${shown(textOf("worker-preview"))}

\`pulumi up\`:

${shown(textOf("worker-up"))}

## A patch release of Kubernetes

\`kubernetesVersion\` goes from 1.37.2 to 1.37.3. \`pulumi preview\`:

${shown(textOf("upgrade-preview"))}

\`pulumi preview --diff\` shows the images of each component, and what restarts after what. For \`cp-2\`:

${shown(resourcesOf("cp-2", textOf("upgrade-diff")))}

## The end of a cluster

The last lines of \`pulumi destroy\`:

${shown(from(/^(Diagnostics|Resources):/, textOf("destroy")))}
`;
}

function textOf(name: string): string[] {
	const file = join(import.meta.dirname, "../soak/terminal", `${name}.txt`);
	return readFileSync(file, "utf8").trimEnd().split("\n");
}

function block(language: string, text: string): string {
	return `\`\`\`${language}\n${text}\n\`\`\``;
}

function shown(lines: readonly string[]): string {
	return block("text", lines.join("\n"));
}

/** The lines from the first one on that begins with some text. */
function from(pattern: RegExp, lines: readonly string[]): string[] {
	return lines.slice(lines.findIndex((line) => pattern.test(line)));
}

/** A tree of resources without the rows of some nodes. */
function withoutNodes(lines: readonly string[], nodes: readonly string[]): string[] {
	return lines.filter((line) => !nodes.some((node) => line.includes(` lab-${node}`)));
}

/** What a preview with `--diff` prints of the resources of one control plane. */
function resourcesOf(node: string, lines: readonly string[]): string[] {
	const ends = /^ *[-+~]? ?\S+:\S+: \(|^(Outputs|Resources|Diagnostics):/;
	const starts = lines.flatMap((line, index) => (ends.test(line) ? [index] : []));
	const blocks = starts.map((start, index) => lines.slice(start, starts[index + 1]));
	return blocks.filter((block) => block.slice(0, 5).join("").includes(`::lab-${node}-`)).flat();
}
