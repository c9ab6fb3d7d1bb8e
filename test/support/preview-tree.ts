import type { Sent } from "./mocks";

/** What a preview prints of a new stack, as far as the resources have no parent. The engine may order them otherwise. */
export function previewTree(all: readonly Sent[], stack: string): string {
	const own = all.filter(({ parent }) => !parent);
	const branches = own.map(({ type, name }, index) => [`${index < own.length - 1 ? "├─" : "└─"} ${shown(type)}`, name]);
	const rows = [["pulumi:pulumi:Stack", stack], ...branches] as [string, string][];
	const [typeWidth, nameWidth] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)) + 2);
	const line = (sign: string, type: string, name: string, plan: string) =>
		` ${sign}   ${type.padEnd(typeWidth!)}${name.padEnd(nameWidth!)}${plan}`;
	return [line(" ", "Type", "Name", "Plan"), ...rows.map(([type, name]) => line("+", type, name, "create"))].join("\n");
}

/** `aws:ec2/vpc:Vpc` as `aws:ec2:Vpc` */
function shown(type: string): string {
	return type.includes(":") ? type.replace(/\/[^:]*/, "") : `kubeadm:index:${type}`;
}
