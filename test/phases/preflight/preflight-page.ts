import { introducedIn } from "../../../provider/facts/versions";
import { type Check, everywhere } from "../../../provider/phases/preflight/check";
import { checks, imagePull, notMade } from "../../../provider/phases/preflight/checks";

/** Returns docs/preflight.md, made from the table of checks. */
export function preflightPage(): string {
	const all = [...checks, imagePull];
	return `# Preflight checks

Before anything is placed on a host, the package runs the checks of \`kubeadm init\` and \`kubeadm join\` there, under kubeadm's names, in one
exchange that changes nothing. All errors are listed at once, each with the next command to type. Warnings appear as lines of the update. This page
is generated from the table of checks (\`npm run docs\`).

- An error whose name is in the node's \`nodeRegistration.ignorePreflightErrors\` becomes a warning. Upper and lower case are equal; \`all\` means all.
- With \`preflight\` in \`skipPhases\`, no check runs and no image is pulled.
- \`Preflight\` checks a control plane's host, and a host with etcd alone ("etcd" in the table, and part of "everywhere"). \`Kubelet\` checks a
  worker's host, and the others again when a failed update continues. A host whose kubelet runs is not checked.
- On a host that is already a node, taken ports and existing files are not errors. Each file is adopted or refused by the resource that places it.

| name | where | severity | expects | next command |
| --- | --- | --- | --- | --- |
${all.map(row).join("\n")}

\`XXXX\` stands for the port, or for the path with \`-\` for each \`/\`: \`Port-6443\`, \`FileAvailable--etc-kubernetes-manifests-etcd.yaml\`,
\`DirAvailable--var-lib-etcd\`.

Checks marked * exist in this package only. Differences from kubeadm:

- \`Swap\` and \`Service-kubelet\` are warnings in kubeadm. Here \`Swap\` is an error unless \`failSwapOn\` is false, because the kubelet does not
  start otherwise, and \`Service-kubelet\` is an error, because this package needs systemd.
- \`SystemVerification\` respects \`failCgroupV1\`; kubeadm's does not.
- \`Firewalld\` runs on all nodes and knows other firewalls; kubeadm's runs on control planes and knows firewalld only.

Checks of kubeadm that this package does not run:

${Object.entries(notMade)
	.map(([name, why]) => `- \`${name}\`: ${why}`)
	.join("\n")}
`;
}

function row({ name, on, since, ours, severity, expects, next, afterwards }: Omit<Check, "script" | "judge">): string {
	const where = `${on === everywhere ? "everywhere" : on.join(", ")}${since ? `, from 1.${introducedIn[since]} on` : ""}`;
	const mends = `\`${next.replaceAll("|", "\\|")}\`${afterwards ? `; then: ${afterwards}` : ""}`;
	return `| \`${name}\`${ours ? " *" : ""} | ${where} | ${severity} | ${expects} | ${mends} |`;
}
