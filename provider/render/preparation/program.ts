import { binaries } from "./binaries";
import { debian } from "./families/debian";
import { redhat } from "./families/redhat";
import { suse } from "./families/suse";
import { packages } from "./packages";
import { preparationFolder, records } from "./records";
import { shell } from "./shell";
import { containerd } from "./steps/containerd";
import { kernel } from "./steps/kernel";
import { kubernetes } from "./steps/kubernetes";
import { surroundings } from "./steps/surroundings";
import { swap } from "./steps/swap";

/** The distributions of each family, by `ID` and `ID_LIKE` of /etc/os-release, and the functions of the family. */
const families: readonly (readonly [ids: readonly string[], functions: string])[] = [
	[["debian", "ubuntu"], debian],
	[["rhel", "fedora", "centos", "rocky", "almalinux"], redhat],
	[["suse", "opensuse", "sles"], suse],
];

const head = `#!/bin/sh
# Prepares this machine for a Kubernetes node, step by step. Placed by pulumi-kubeadm.
# Usage: prepare STEP [ARGUMENT ...], prepare undo STEP, prepare check-family
set -eu
umask 022
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
folder=${preparationFolder}
step=
`;

const main = shell`
choose_family() {
	# shellcheck source=/dev/null
	. /etc/os-release
	for id in "$ID" \${ID_LIKE:-}; do
		case $id in
FAMILIES
		esac
	done
	refuse "this machine runs \${PRETTY_NAME:-$ID}, for whose family this package has no steps (it has: NAMES); install containerd and the kubelet yourself, and leave the preparation out: docs/hosts.md says what a machine needs"
}

# Calls a step's own function, where it has one: "leave" comes before its packages and files go, "undo" comes after.
call_if_there() {
	if command -v "$1" >/dev/null; then "$1"; fi
}

# Steps wait for each other: a package manager serves one at a time.
exec 9>"$folder/lock"
flock 9

# A machine of another family keeps nothing of this.
if [ "$1" = check-family ]; then
	step=$1
	(choose_family) && exit 0
	rm -f "$folder/prepare" "$folder/lock"
	rmdir "$folder" 2>/dev/null || true
	exit 1
fi
if [ "$1" = undo ]; then
	step=$2
	record=$folder/$step
	[ -d "$record" ] || exit 0
	choose_family
	touch "$record/files" "$record/folders"
	name=$(printf '%s' "$step" | tr - _)
	call_if_there "leave_$name"
	remove_added
	put_all_back
	call_if_there "undo_$name"
	rm -rf "$record"
	exit 0
fi
step=$1
choose_family
open_record "$step"
shift
"do_$(printf '%s' "$step" | tr - _)" "$@"
has_changed || say "$step: nothing to do"
settle
`;

/** Returns the program that prepares a machine, a shell script. The program is the same for all machines. */
export function preparationProgram(): string {
	const patterns = families.map(([ids, functions], index) => {
		const name = `use_family_${index + 1}`;
		return { name, functions, line: `\t\t${ids.join(" | ")}) ${name} && return 0 ;;`, ids };
	});
	const choice = main
		.replace("FAMILIES", () => patterns.map(({ line }) => line).join("\n"))
		.replace("NAMES", () => families.flatMap(([ids]) => ids).join(", "));
	const chosen = patterns.map(({ name, functions }) => `${name}() {\n${indented(functions)}}\n`);
	return [
		head,
		records,
		packages,
		binaries,
		...chosen,
		swap,
		kernel,
		surroundings,
		containerd,
		kubernetes,
		choice,
	].join("\n");
}

/** Indents shell code, except for the texts of here-documents. */
function indented(code: string): string {
	let isText = false;
	return code
		.split("\n")
		.map((line) => {
			const [wasText, opens] = [isText, line.endsWith("<<END")];
			if (opens) isText = true;
			else if (line === "END") isText = false;
			return wasText || line === "" ? line : `\t${line}`;
		})
		.join("\n");
}
