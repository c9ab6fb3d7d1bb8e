import { STAGED, SWEEP } from "./staging";

/**
 * Script that writes files. Its input is `FILES ACCESSES NONCE RECORDS`, then a line `MODE OWNER GROUP` for each access, a line
 * `SIZE SHA256 ACCESS DIRECTORY-MODE PATH` for each file, then the contents. A file that has the content, mode and owner already
 * is skipped. The others are staged beside their place, given owner and mode, verified and flushed, before the first is renamed
 * into place. A folder that is to be made is recorded under RECORDS first, unless that is empty, so that it is known whatever ends
 * this program. A script that ends before the first rename undoes what it did; after it, only SIGKILL stops the script.
 */
export const WRITE_SCRIPT = `set -C
umask 077
nl='
'
files=0 made=0 done=
fail() { printf 'failed %s %s %s\\n' "$1" "$2" "$3" >&2; exit 90; }
${SWEEP}
undo() {
	[ -z "$done" ] || return
	i=0
	while [ $i -lt $files ]; do
		i=$((i+1)); eval "t=\\$t$i"
		[ -z "$t" ] || rm -f -- "$t"
	done
	while [ $made -gt 0 ]; do
		eval "rmdir -- \\"\\$made$made\\"" 2>/dev/null
		made=$((made-1))
	done
}
recordFolder() {
	[ -n "$records" ] || return 0
	case $1 in "\${records%/*}"|"\${records%/*}"/*) return 0 ;; esac
	n=$(printf %s "$1" | sha256sum)
	e=$(mkdir -p -m 700 -- "$records" 2>&1) || fail file 0 "$e"
	printf %s "$1" >|"$records/$(printf %.32s "$n")" || fail file 0 "$records: the folder $1 cannot be recorded"
}
makeDirectory() {
	[ ! -d "$1" ] || return 0
	set -- "$1" "$2" "$3" "\${1%/*}"
	[ -z "$4" ] || makeDirectory "$4" "$2" "$3"
	recordFolder "$1"
	if e=$(mkdir -m "$2" -- "$1" 2>&1); then made=$((made+1)); eval "made$made=\\$1"; return 0; fi
	[ -d "$1" ] || fail file "$3" "$e"
}
trap undo EXIT
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 141' PIPE; trap 'exit 143' TERM

read -r files accesses nonce records || exit 91
a=0
while [ $a -lt $accesses ]; do
	a=$((a+1)); read -r mode owner group || exit 91
	eval "mode$a=\\$mode owner$a=\\$owner group$a=\\$group"
done
i=0; sums=; set --
while [ $i -lt $files ]; do
	i=$((i+1)); read -r size sum access dmode p || exit 91
	eval "size$i=\\$size sum$i=\\$sum access$i=\\$access dmode$i=\\$dmode t$i= p$i=\\$p"
	[ ! -d "$p" ] || fail file $i 'expected a file or nothing, got what is a directory'
	if [ -f "$p" ] && [ ! -L "$p" ]; then set -- "$@" "$p"; sums="$sums$sum  $p$nl"; fi
done
same= modes=
if [ $# -gt 0 ]; then
	same=$(printf %s "$sums" | sha256sum -c 2>/dev/null)
	modes=$(stat -c "%a %U %G %n$nl%a %u %g %n$nl%a %U %g %n$nl%a %u %G %n" -- "$@")
fi

i=0; swept=
while [ $i -lt $files ]; do
	i=$((i+1)); eval "size=\\$size$i access=\\$access$i dmode=\\$dmode$i p=\\$p$i"
	eval "wanted=\\"\\$mode$access \\$owner$access \\$group$access \\$p\\""
	d=\${p%/*}; d=\${d:-/}
	case $nl$same$nl in *"$nl$p: OK$nl"*) content=same ;; *) content= ;; esac
	case $nl$modes$nl in *"$nl$wanted$nl"*) ;; *) content= ;; esac
	count=1; [ $size -gt 0 ] || { size=1; count=0; }
	if [ "$content" = same ]; then
		dd bs=$size count=$count iflag=fullblock status=none >/dev/null || exit 91
		continue
	fi
	makeDirectory "$d" $dmode $i
	[ "$d" = "$swept" ] || sweep "$d"
	swept=$d
	t="\${d%/}/${STAGED}$$-$nonce-$i"
	eval "t$i=\\$t"
	e=$(dd bs=$size count=$count iflag=fullblock status=none 2>&1 >"$t") || fail file $i "$e"
done

a=0
while [ $a -lt $accesses ]; do
	a=$((a+1)); i=0; set --
	while [ $i -lt $files ]; do
		i=$((i+1)); eval "t=\\$t$i access=\\$access$i"
		[ -z "$t" ] || [ $access != $a ] || set -- "$@" "$t"
	done
	[ $# -gt 0 ] || continue
	eval "mode=\\$mode$a owner=\\$owner$a:\\$group$a"
	e=$(chown -- $owner "$@" 2>&1) || fail access 0 "$e"
	e=$(chmod -- $mode "$@" 2>&1) || fail access 0 "$e"
done

i=0; sums=; set --
while [ $i -lt $files ]; do
	i=$((i+1)); eval "t=\\$t$i sum=\\$sum$i"
	[ -z "$t" ] || { set -- "$@" "$t"; sums="$sums$sum  $t$nl"; }
done
[ $# -gt 0 ] || exit 0
e=$(printf %s "$sums" | sha256sum -c 2>&1) || fail digest 0 "the received content is not the sent content: $e"
e=$(sync -- "$@" 2>&1) || fail flush 0 "$e"

trap '' HUP INT TERM PIPE
m=0; set --
while [ $m -lt $made ]; do
	m=$((m+1)); eval "d=\\$made$m"
	printf 'made %s\\n' "$d"
	d=\${d%/*}; set -- "$@" "\${d:-/}"
done
made=0; i=0; last=
while [ $i -lt $files ]; do
	i=$((i+1)); eval "t=\\$t$i p=\\$p$i"
	[ -n "$t" ] || continue
	e=$(mv -fT -- "$t" "$p" 2>&1) || fail file $i "$e"
	printf 'written %s\\n' $i
	d=\${p%/*}; d=\${d:-/}
	[ "$d" = "$last" ] || set -- "$@" "$d"
	last=$d
done
done=yes
e=$(sync -- "$@" 2>&1) || fail flush 0 "$e"
`;
