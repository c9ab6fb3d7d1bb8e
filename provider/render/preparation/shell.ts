/** A text of shell, as it is written: backslashes stay, and `\${` stands for the shell's own `${`. */
export function shell({ raw }: TemplateStringsArray): string {
	return raw[0]!.replaceAll("\\${", "${").trimStart();
}
