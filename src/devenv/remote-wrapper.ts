/**
 * Script of POSIX sh that runs one command on a host, sent over ssh on standard input. It needs ps, awk, mktemp and `head -c` there, and
 * nothing that only GNU has. Standard input is the lifeline: a header line, the command as text of sh, its input, and then nothing until
 * the client closes it, or its link is lost. At that end of file the watcher sends TERM, and KILL after the grace, to the command and to
 * everything that descends from it; dsynth's workers have process groups of their own, so signals to the group do not reach them.
 *
 * Header: token, grace in seconds, name of the dev-env, owner, activity, attempt, second when the activity was scheduled, `run` or `sole`,
 * bytes of the command, bytes of the input. `-` stands for none.
 *
 * On both streams the command's output is between `<RS><token> began` and `<RS><token> ended <code>`: noise of the login shell is
 * separated, and the client can verify that nothing is missing. The code has three digits, or is `sup`: a later attempt ended it.
 *
 * Each running command has a directory below portwright-<uid>, in PORTWRIGHT_RUN_DIR, or in /var/run, or in /tmp where /var/run cannot be
 * written to. There `entry` registers the command, and `known` lists its processes with their start times, so that a reused number is
 * never signalled.
 *
 * DragonFly's ps accepts no header text for an alias, which `stat` is; `state` is none.
 */
export const REMOTE_WRAPPER = `
set -u
mask=$(umask)
umask 077
dir=

fail() {
	printf 'portwright: %s\\n' "$*" >&2
	exit 1
}

nap() {
	sleep 0.2 2>/dev/null || sleep 1
}

# open_registry: creates and checks the private directory
open_registry() {
	uid=$(id -u) || fail 'id -u must work on the host'
	run=/tmp
	if [ -d /var/run ] && [ -w /var/run ]; then run=/var/run; fi
	run=\${PORTWRIGHT_RUN_DIR:-$run}/portwright-$uid
	[ -d "$run" ] || mkdir -m 700 "$run" 2>/dev/null
	# shellcheck disable=SC2046,SC2012
	set -- $(LC_ALL=C ls -ldn "$run" 2>&1)
	case $1 in
	drwx------ | drwx------[.@]) [ "$3" = "$uid" ] && return ;;
	esac
	fail "$run must be a directory of user $uid with mode 0700; got: $*. Remove it"
}

# receive: the command and its input, from standard input
receive() {
	dir=$(mktemp -d "$run/c.XXXXXXXXXX") || fail "a directory must be created below $run; the disk may be full"
	head -c "$((script + input))" >"$dir/received"
	[ "$(wc -c <"$dir/received")" -eq "$((script + input))" ] || fail 'the link was lost, or the disk is full: the command did not arrive complete'
	: >"$dir/known"
	if [ "$input" -eq 0 ]; then
		mv "$dir/received" "$dir/script"
		: >"$dir/input"
		return
	fi
	head -c "$script" "$dir/received" >"$dir/script"
	tail -c "+$((script + 1))" "$dir/received" >"$dir/input" || fail "$dir must take the input; the disk may be full"
	rm -f "$dir/received"
}

processes() {
	TZ=UTC0 LC_ALL=C ps -ax -o pid= -o ppid= -o pgid= -o state= -o lstart=
}

# scan DIR TREE: writes what runs of the command to DIR/known; 1 if nothing does and its wrapper is gone. TREE 0 leaves out what descends
# from the wrapper.
scan() {
	{
		read -r _
		read -r main watcher group begun watching
	} <"$1/entry" 2>/dev/null || return 1
	processes | awk -v main="$main" -v begun="$begun" -v watcher="$watcher" -v watching="$watching" -v group="$group" -v tree="$2" '
		function belongs(pid, at, steps) {
			if (pid in above) return 0
			for (at = pid; at in parent && steps++ < 500; at = parent[at]) {
				if (at == watcher && start[at] == watching) return 0
				if (at in was && was[at] == start[at]) return 1
				if (at == main && isUp) return tree
			}
			return isUp && pgid[pid] == group
		}
		part == "known" { was[$1] = $2; next }
		$1 ~ /^[0-9]+$/ && $4 !~ /^Z/ {
			parent[$1] = $2
			pgid[$1] = $3
			start[$1] = $5
			for (i = 6; i <= NF; i++) start[$1] = start[$1] "_" $i
		}
		END {
			isUp = main in parent && start[main] == begun
			if (isUp) for (at = main; at in parent && steps++ < 500; at = parent[at]) above[at] = 1
			for (pid in parent) if (belongs(pid)) print pid, start[pid]
			exit !isUp
		}
	' part=known "$1/known" part=ps - >"$1/scan.$token" 2>/dev/null
	up=$?
	mv "$1/scan.$token" "$1/known" 2>/dev/null || return 1
	[ "$up" -eq 0 ] || [ -s "$1/known" ]
}

# signal NAME DIR
signal() {
	while read -r pid _; do
		kill -s "$1" "$pid" 2>/dev/null
	done <"$2/known"
}

# end_command DIR: returns when the command and its wrapper are gone; 1 if something cannot be ended
end_command() {
	scan "$1" 1 || return 0
	signal TERM "$1"
	pass=0
	while scan "$1" 1; do
		pass=$((pass + 1))
		[ "$pass" -le "$((grace * 5))" ] || signal KILL "$1"
		[ "$pass" -ne "$((grace * 5 + 10))" ] || kill -s KILL "$main" 2>/dev/null
		[ "$pass" -le "$((grace * 5 + 50))" ] || return 1
		nap
	done 2>/dev/null
	return 0
}

# watch: waits for the end of standard input
watch() {
	trap '' HUP INT TERM
	trap - 0
	while read -r _ <&3; do :; done
	: >"$dir/lost"
	end_command "$dir"
	rm -rf "$dir"
}

register() {
	printf '%s %s %s %s %s\\n' "$name" "$owner" "$activity" "$attempt" "$since" >"$dir/new"
	processes | awk -v main="$$" -v watcher="$watcher" '
		{
			start = $5
			for (i = 6; i <= NF; i++) start = start "_" $i
		}
		$1 == main { group = $3; begun = start }
		$1 == watcher { watching = start }
		END {
			print main, watcher, group, begun, watching
			exit begun == ""
		}
	' >>"$dir/new" 2>/dev/null || fail 'ps must list the processes of the host'
	mv "$dir/new" "$dir/entry" || fail "$dir must take a file; the disk may be full"
}

# compare OWNER ACTIVITY ATTEMPT SINCE: prints older, newer or neither, of a command of the same dev-env. Activities that are scheduled
# together run side by side.
compare() {
	if [ "$1" = - ] || [ "$owner" = - ]; then
		echo neither
	elif [ "$mode" = sole ]; then
		if [ "$4" -le "$since" ]; then echo older; else echo neither; fi
	elif [ "$1" != "$owner" ]; then
		echo neither
	elif [ "$2" = "$activity" ]; then
		if [ "$3" -lt "$attempt" ]; then echo older; elif [ "$3" -gt "$attempt" ]; then echo newer; else echo neither; fi
	elif [ "$(($4 + 1))" -lt "$since" ]; then
		echo older
	elif [ "$((since + 1))" -lt "$4" ]; then
		echo newer
	else
		echo neither
	fi
}

refuse() {
	fail "a later attempt of the same work uses the dev-env $name; this one must not run there any more"
}

# supersede: ends what older attempts left running in the dev-env
supersede() {
	last=$run/last.$name
	if [ -f "$last" ]; then
		read -r o a t s <"$last"
		[ "$(compare "$o" "$a" "$t" "$s")" != newer ] || refuse
	fi
	for other in "$run"/c.*; do
		if [ "$other" = "$dir" ] || [ ! -f "$other/entry" ]; then continue; fi
		read -r n o a t s 2>/dev/null <"$other/entry" || continue
		[ "$n" = "$name" ] || continue
		if ! scan "$other" 1; then
			rm -rf "$other"
			continue
		fi
		case $(compare "$o" "$a" "$t" "$s") in
		newer) refuse ;;
		older)
			: >"$other/superseded"
			end_command "$other" || fail "a command that an earlier attempt left in the dev-env $name cannot be ended; see ps -ax on the host"
			rm -rf "$other"
			;;
		esac
	done
	if [ "$mode" = run ]; then
		printf '%s %s %s %s\\n' "$owner" "$activity" "$attempt" "$since" >"$dir/last" && mv "$dir/last" "$last"
	fi
}

# start: the command, in the foreground
start() {
	umask "$mask"
	/bin/sh -c 'TZ=UTC0 LC_ALL=C exec ps -o pid= -o lstart= -p "$PPID"' </dev/null 2>/dev/null | awk '
		$1 ~ /^[0-9]+$/ {
			start = $2
			for (i = 3; i <= NF; i++) start = start "_" $i
			print $1, start
		}
	' >"$dir/known"
	if [ -e "$dir/lost" ] || [ -e "$dir/superseded" ]; then exit 1; fi
	exec /bin/sh "$dir/script" <"$dir/input" 2>&4 3<&- 4>&-
}

IFS=' ' read -r token grace name owner activity attempt since mode script input || fail 'the link was lost before the command arrived'
open_registry
trap 'rm -rf "$dir"' 0
trap : HUP INT TERM PIPE
receive
exec 3<&0 4>&2 </dev/null
watch >/dev/null 2>&1 4>&- &
watcher=$!
trap 'kill -s KILL "$watcher" 2>/dev/null; rm -rf "$dir"' 0
register
[ "$owner" = - ] || supersede
printf '\\036%s began\\n' "$token"
printf '\\036%s began\\n' "$token" >&2
{
	(start)
	code=$?
	scan "$dir" 0
	signal KILL "$dir"
} 2>/dev/null
ended='ended %03d'
shown=$code
if [ -e "$dir/superseded" ]; then ended='ended %s' shown=sup; fi
# shellcheck disable=SC2059
printf "\\036%s $ended\\n" "$token" "$shown"
# shellcheck disable=SC2059
printf "\\036%s $ended\\n" "$token" "$shown" >&2
exec >/dev/null 2>&1 4>&-
exit "$code"
`;
