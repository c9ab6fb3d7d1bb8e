import { introducedIn } from "../../../provider/facts/versions";
import { type Check, everywhere } from "../../../provider/phases/preflight/check";
import { checks, imagePull, notMade } from "../../../provider/phases/preflight/checks";

/** The page on the checks, from their table. */
export function preflightPage(): string {
	const all = [...checks, imagePull];
	return `# Preflight checks

Before anything is placed on a host it is looked at, in one exchange that changes nothing there, for what \`kubeadm init\` and \`kubeadm join\`
look for, by the same names. All errors are said at once, each with the next command; warnings are lines of the update. This page is made from the
table of checks.

An error whose name is in the node's \`nodeRegistration.ignorePreflightErrors\` (in any case; \`all\` for all) is a warning. With \`preflight\` in
\`skipPhases\` nothing is looked at and no image is pulled. A control plane is looked at by its \`Preflight\`, and again by its \`Kubelet\` where an
update that failed is gone on with; a worker by its \`Kubelet\`. A kubelet that runs is not. On a host that is a node already, ports and files are not held against it: each file is taken over or refused for itself.

| name | where | severity | expects | next command |
| --- | --- | --- | --- | --- |
${all.map(row).join("\n")}

\`XXXX\` is the port, or the path with \`-\` for each \`/\`: \`Port-6443\`, \`FileAvailable--etc-kubernetes-manifests-etcd.yaml\`,
\`DirAvailable--var-lib-etcd\`.

Those marked * are this package's own. \`Swap\` and \`Service-kubelet\` are warnings of
kubeadm's: a kubelet that is not told otherwise does not start with swap, and nothing here starts without systemd. \`SystemVerification\` of kubeadm does
not know \`failCgroupV1\`. \`Firewalld\` of kubeadm looks on control planes, for firewalld only.

Not made:

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
