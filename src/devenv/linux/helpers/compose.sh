# compose.sh: compose a port from the ports tree and the overlay. Read by reapply and regen.
# shellcheck shell=sh
# The new tree is made aside and takes the old one's place by rename: what cannot be composed changes nothing.
# With json=yes each port's result is a line of JSON, in the shape of `dportsv3 compose --json`.

: "${DELTAPORTS_ROOT:=/work/DeltaPorts}" "${FREEBSD_PORTS_ROOT:=/work/freebsd-ports}" "${DPORTS_LOCK_ROOT:=/work/DPorts}"
: "${DPORTS_COMPOSE_ROOT:?must name the directory that is composed into, as in a dev-env}" "${DPORTS_TARGET:=}"
me=${0##*/}
json=''
mkdir -p "$DPORTS_COMPOSE_ROOT"
# One composer at a time; what a killed one left aside goes.
exec 8>"$DPORTS_COMPOSE_ROOT/../.lock"
flock 8
rm -rf "$DPORTS_COMPOSE_ROOT"/../.compose.*
aside=
ops=0
trap '[ -z "$aside" ] || rm -rf "$aside"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

notify() {
	printf '%s: %s\n' "$me" "$*" >&2
}

# problem STAGE CODE MESSAGE...: the message on stderr, and with its code in the errors of a stage of the JSON.
problem() {
	stage=$1 code=$2
	shift 2
	notify "$*"
	errors="$errors$stage $(json_string "$code: $*")
"
}

# json_string TEXT: the text as a string of JSON, in one line.
json_string() {
	printf '"%s"' "$(printf %s "$1" | tr '\n\t' '  ' | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g')"
}

is_origin() {
	case $1 in
	*/*/* | *[!A-Za-z0-9._+/-]* | .* | -* | */.* | */-*) return 1 ;;
	?*/?*) return 0 ;;
	*) return 1 ;;
	esac
}

# compose_port ORIGIN: 0 if $DPORTS_COMPOSE_ROOT/ORIGIN is now composed (or dropped, by STATUS MASK).
compose_port() {
	errors='' kind='' before=$ops
	aside=$(mktemp -d "$DPORTS_COMPOSE_ROOT/../.compose.XXXXXX")
	rc=0
	compose_aside "$1" || rc=1
	[ -z "$json" ] || report_json "$1"
	rm -rf "$aside"
	aside=
	return "$rc"
}

compose_aside() {
	if ! is_origin "$1"; then
		problem preflight_validate E_COMPOSE_SELECTED_ORIGIN_NOT_FOUND "An origin must be category/port; got '$1'."
		return 1
	fi
	overlay=$DELTAPORTS_ROOT/ports/$1
	place=$DPORTS_COMPOSE_ROOT/$1
	if check_branch && base_of "$1" && apply_overlay "$1" && place_port "$1"; then return 0; fi
	notify "$1: not composed; $place is as it was."
	return 1
}

# check_branch: whether the ports tree is on the branch of the target. Once good, it is not checked again.
check_branch() {
	[ -z "${on_branch-}" ] || return 0
	branch=${DPORTS_TARGET#@}
	if ! current=$(git -C "$FREEBSD_PORTS_ROOT" symbolic-ref --quiet --short HEAD || git -C "$FREEBSD_PORTS_ROOT" rev-parse --abbrev-ref HEAD); then
		problem preflight_validate E_COMPOSE_FREEBSD_NOT_GIT "$FREEBSD_PORTS_ROOT must be a git checkout on the branch $branch; git cannot read it."
		return 1
	fi
	if [ "$current" = "$branch" ]; then
		on_branch=yes
		return 0
	fi
	problem preflight_validate E_COMPOSE_TARGET_BRANCH_MISMATCH \
		"$FREEBSD_PORTS_ROOT must be on the branch $branch of the target $DPORTS_TARGET; it is on $current. Check out $branch there, then compose again."
	return 1
}

# report_json ORIGIN: what became of the port, in one line. Uses rc, errors, and the rows that the engine left in $aside.
report_json() {
	ok=true mode=compat
	[ "$rc" -eq 0 ] || ok=false
	[ ! -e "$DELTAPORTS_ROOT/ports/$1/overlay.dops" ] || mode=dops
	changes=$((ops - before))
	plan=$(cat "$aside/plan" 2>/dev/null) || plan=
	failed=$(cat "$aside/failed" 2>/dev/null) || failed=
	stages=''
	for stage in preflight_validate apply_semantic_ops apply_compat_ops; do
		found=$(printf %s "$errors" | sed -n "s/^$stage //p" | paste -s -d , -)
		success=true
		[ -z "$found" ] || success=false
		stages="$stages${stages:+,}{\"name\":\"$stage\",\"success\":$success,\"warnings\":[],\"errors\":[$found]}"
	done
	count=$(printf %s "$errors" | grep -c .) || :
	printf '{"ok":%s,"target":%s,"output_path":%s,"oracle_profile":"off"' "$ok" "$(json_string "$DPORTS_TARGET")" "$(json_string "$DPORTS_COMPOSE_ROOT")"
	printf ',"summary":{"port_total":1,"applied_ops":%s,"errors":%s},"stages":[%s]' "$changes" "$count" "$stages"
	printf ',"ports":[{"origin":%s,"type":%s,"mode":"%s","applied_ops":%s,"errors":%s' "$(json_string "$1")" \
		"$(json_string "$(printf %s "$kind" | tr '[:upper:]' '[:lower:]')")" "$mode" "$changes" "$count"
	printf ',"plan_errors":%s,"dops_failed_op_results":%s}]}\n' "${plan:-[]}" "${failed:-[]}"
}

# find_engine: sets node and engine, which interpret overlay.dops.
find_engine() {
	node=/root/.dports-dev/node engine=/root/.dports-dev/engine/devenv/dops/compose-port.js
	[ ! -x "$node" ] || [ ! -f "$engine" ] || return 0
	problem preflight_validate E_COMPOSE_PLAN_INVALID \
		"overlay.dops needs Portwright's engine, which this environment was not given. Run \`npm ci && npm run build\` in its directory, or install the package again."
	return 1
}

# dops COMMAND...: the engine for overlay.dops, which has the errors of the overlay on its stderr.
dops() {
	"$node" --no-warnings "$engine" "$@"
}

# read_kind ORIGIN: sets $kind, by the type of overlay.dops, else by the first word of STATUS. REMOVED: overlay.toml takes the overlay away.
read_kind() {
	kind=PORT rest=
	if [ -e "$overlay/overlay.dops" ]; then
		find_engine || return 1
		if ! kind=$(dops type "$overlay" "$DPORTS_TARGET" "$aside/plan"); then
			problem preflight_validate E_COMPOSE_PLAN_INVALID "$1: overlay.dops has errors."
			return 1
		fi
	elif [ -f "$overlay/STATUS" ]; then
		read -r kind rest <"$overlay/STATUS" || :
	fi
}

# base_of ORIGIN: copies what the overlay builds upon to $aside/port; nothing for MASK.
base_of() {
	read_kind "$1" || return 1
	missing=E_COMPOSE_SEMANTIC_SOURCE_MISSING
	case $kind in
	PORT | REMOVED) from=$FREEBSD_PORTS_ROOT/$1 ;;
	DPORT) from=$overlay/newport missing=E_COMPOSE_DPORT_SOURCE_MISSING ;;
	LOCK) from=$DPORTS_LOCK_ROOT/$1 missing=E_COMPOSE_LOCK_SOURCE_MISSING ;;
	MASK) return 0 ;;
	*)
		problem apply_compat_ops E_COMPOSE_COMPAT_FAILED \
			"$1: the first word of STATUS, or the type of overlay.dops, must be PORT, DPORT, LOCK or MASK; got '$kind'."
		return 1
		;;
	esac
	if [ ! -f "$from/Makefile" ]; then
		problem apply_semantic_ops "$missing" "$1: no port to compose from: $from/Makefile does not exist (type $kind)."
		return 1
	fi
	cp -RPp "$from" "$aside/port"
}

apply_overlay() {
	if [ -e "$overlay/overlay.dops" ]; then
		apply_dops "$1"
		return
	fi
	[ "$kind" = PORT ] || [ "$kind" = DPORT ] || return 0
	remove_files "$1" && apply_diffs "$1" || return 1
	if [ -d "$overlay/dragonfly" ]; then
		ops=$((ops + 1))
		rm -rf "$aside/port/dragonfly"
		cp -RPp "$overlay/dragonfly" "$aside/port/dragonfly" || return 1
	fi
	for fragment in "$overlay"/Makefile.DragonFly*; do
		[ -f "$fragment" ] || continue
		ops=$((ops + 1))
		cp -p "$fragment" "$aside/port/" || return 1
	done
}

# overlay.dops alone counts where it is; it applies to every type but MASK, which has no port.
apply_dops() {
	[ "$kind" != MASK ] && [ "$kind" != REMOVED ] || return 0
	if ! applied=$(dops apply "$overlay" "$DPORTS_TARGET" "$aside/failed" "$aside/port"); then
		problem apply_semantic_ops E_COMPOSE_APPLY_FAILED "$1: operations of overlay.dops failed."
		return 1
	fi
	ops=$((ops + applied))
}

# diffs/REMOVE: files of the port to delete, one a line, relative to it.
remove_files() {
	[ -f "$overlay/diffs/REMOVE" ] || return 0
	while read -r file; do
		case $file in
		'' | '#'*) continue ;;
		/* | .. | ../* | */.. | */../*)
			problem apply_compat_ops E_COMPOSE_COMPAT_FAILED "$1: diffs/REMOVE must name files of the port, without '..'; got '$file'."
			return 1
			;;
		esac
		if [ ! -e "$aside/port/$file" ] && [ ! -L "$aside/port/$file" ]; then
			problem apply_compat_ops E_COMPOSE_COMPAT_FAILED "$1: diffs/REMOVE names '$file', which the port does not have. Delete that line."
			return 1
		fi
		ops=$((ops + 1))
		rm -rf "$aside/port/${file:?}"
	done <"$overlay/diffs/REMOVE"
}

apply_diffs() {
	for diff in "$overlay"/diffs/*.diff; do
		[ -f "$diff" ] || continue
		ops=$((ops + 1))
		if ! patch -d "$aside/port" -p0 -F0 -N -f -i "$diff" >"$aside/out" 2>&1; then
			cat "$aside/out" >&2
			show_rejects
			problem apply_compat_ops E_COMPOSE_COMPAT_FAILED \
				"$1: diffs/${diff##*/} does not apply (patch -p0 -F0 in the port's directory). Make it again from $FREEBSD_PORTS_ROOT/$1."
			return 1
		fi
	done
	drop_backups
}

# drop_backups: deletes the backups that patch leaves of files whose lines have moved.
drop_backups() {
	find "$aside/port" -name '*.orig' -type f -print | while IFS= read -r backup; do
		[ -e "$from/${backup#"$aside/port/"}" ] || rm -f "$backup"
	done
}

show_rejects() {
	find "$aside/port" -name '*.rej' -print | while read -r reject; do
		printf '== %s ==\n' "${reject#"$aside/port/"}"
		cat "$reject"
	done >&2
}

place_port() {
	mkdir -p "${place%/*}" || return 1
	[ ! -e "$place" ] || mv "$place" "$aside/old" || return 1
	if [ "$kind" = MASK ]; then
		notify "$1: masked; it is not in the composed tree."
	else
		mv "$aside/port" "$place"
	fi
}
