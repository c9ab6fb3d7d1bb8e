import { shell } from "./shell";

/** Folder on a machine with the program that prepares it, and with what each step found there. */
export const preparationFolder = "/var/lib/pulumi-kubeadm-preparation";

/**
 * Shell functions with which a step changes files, and an undo puts them back. A step that is cut off goes on at its next
 * run: what was there before is kept once, ahead of the first change.
 */
export const records = shell`
say() {
	printf '%s\n' "$*"
}

refuse() {
	printf 'prepare %s: %s\n' "$step" "$*" >&2
	exit 1
}

# Opens the record of a step.
open_record() {
	step=$1
	record=$folder/$step
	mkdir -p "$record"
	: >"$record/touched"
	touch "$record/files" "$record/folders"
}

# Makes a folder and those above it, and remembers which ones are new.
make_folder() {
	[ ! -d "$1" ] || return 0
	make_folder "$(dirname "$1")"
	printf '%s\n' "$1" >>"$record/folders"
	mkdir "$1"
}

# Keeps a file, or that there is none, as it was before the step first changed it.
keep() {
	printf '%s\n' "$1" >>"$record/touched"
	! grep -qxF "$1" "$record/files" || return 0
	mkdir -p "$record/before$(dirname "$1")"
	[ ! -e "$1" ] || cp -a "$1" "$record/before$1"
	printf '%s\n' "$1" >>"$record/files"
}

# Goes on keeping what an earlier run of the step kept.
keep_kept() {
	cat "$record/files" >>"$record/touched"
}

# Writes standard input to a file with a mode. Usage: put FILE MODE
put() {
	make_folder "$(dirname "$1")"
	keep "$1"
	(umask 077 && cat >"$1.preparing")
	if cmp -s "$1.preparing" "$1"; then
		rm "$1.preparing"
		return 0
	fi
	chmod "$2" "$1.preparing"
	mv "$1.preparing" "$1"
	touch "$record/changed"
	say "$1: written"
}

# Whether the step has changed something: in this run, or in one that was cut off.
has_changed() {
	[ -e "$record/changed" ]
}

# Puts a file back as it was before the step.
put_back() {
	if [ -e "$record/before$1" ]; then
		mkdir -p "$(dirname "$1")"
		cp -a "$record/before$1" "$1.preparing"
		mv "$1.preparing" "$1"
	else
		rm -f "$1"
	fi
	touch "$record/changed"
	say "$1: as before"
}

# Puts back the files that an earlier run of the step wrote and this one did not.
settle() {
	sort -u "$record/touched" >"$record/wanted"
	while read -r file; do
		grep -qxF "$file" "$record/wanted" || { put_back "$file" && rm -f "$record/before$file"; }
	done <"$record/files"
	mv "$record/wanted" "$record/files"
	rm -f "$record/touched" "$record/changed"
}

# Puts all files of the step back, and removes the folders that it made where nothing else is in them.
put_all_back() {
	while read -r file; do
		put_back "$file"
	done <"$record/files"
	sort -r "$record/folders" | while read -r made; do
		rmdir "$made" 2>/dev/null || say "$made: stays, as other files are in it"
	done
}

# Remembers a word once. Usage: remember LIST WORD
remember() {
	touch "$record/$1"
	grep -qxF "$2" "$record/$1" || printf '%s\n' "$2" >>"$record/$1"
}

# Prints the words that were remembered. Usage: remembered LIST
remembered() {
	[ ! -e "$record/$1" ] || cat "$record/$1"
}
`;
