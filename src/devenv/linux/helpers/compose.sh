# compose.sh: compose a port from the ports tree and the overlay. Read by reapply and regen.
# shellcheck shell=sh
# The new tree is made aside and takes the old one's place by rename: what cannot be composed changes nothing.

: "${DELTAPORTS_ROOT:=/work/DeltaPorts}" "${FREEBSD_PORTS_ROOT:=/work/freebsd-ports}" "${DPORTS_LOCK_ROOT:=/work/DPorts}"
: "${DPORTS_COMPOSE_ROOT:?must name the directory that is composed into, as in a dev-env}"
me=${0##*/}
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

say() {
	printf '%s: %s\n' "$me" "$*" >&2
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
	if ! is_origin "$1"; then
		say "An origin must be category/port; got '$1'."
		return 1
	fi
	overlay=$DELTAPORTS_ROOT/ports/$1
	place=$DPORTS_COMPOSE_ROOT/$1
	aside=$(mktemp -d "$DPORTS_COMPOSE_ROOT/../.compose.XXXXXX")
	if ! base_of "$1" || ! apply_overlay "$1" || ! place_port "$1"; then
		rm -rf "$aside"
		aside=
		say "$1: not composed; $place is as it was."
		return 1
	fi
	rm -rf "$aside"
	aside=
}

# dops COMMAND...: the engine for overlay.dops, which has the errors of the overlay on its stderr.
dops() {
	node=/root/.dports-dev/node engine=/root/.dports-dev/engine/devenv/dops/compose-port.js
	if [ ! -x "$node" ] || [ ! -f "$engine" ]; then
		say "overlay.dops needs Portwright's engine, which this environment was not given. Run \`npm ci && npm run build\` where dev-env lies."
		return 1
	fi
	"$node" --no-warnings "$engine" "$@"
}

# read_kind: sets $kind, by the type of overlay.dops, else by the first word of STATUS. REMOVED: overlay.toml takes the overlay away.
read_kind() {
	kind=PORT rest=
	if [ -e "$overlay/overlay.dops" ]; then
		kind=$(dops type "$overlay" "${DPORTS_TARGET:-}") || return 1
	elif [ -f "$overlay/STATUS" ]; then
		read -r kind rest <"$overlay/STATUS" || :
	fi
}

# base_of ORIGIN: copies what the overlay builds upon to $aside/port; nothing for MASK.
base_of() {
	read_kind || return 1
	case $kind in
	PORT | REMOVED) from=$FREEBSD_PORTS_ROOT/$1 ;;
	DPORT) from=$overlay/newport ;;
	LOCK) from=$DPORTS_LOCK_ROOT/$1 ;;
	MASK) return 0 ;;
	*)
		say "$1: the first word of STATUS, or the type of overlay.dops, must be PORT, DPORT, LOCK or MASK; got '$kind'."
		return 1
		;;
	esac
	if [ ! -f "$from/Makefile" ]; then
		say "$1: no port to compose from: $from/Makefile does not exist (type $kind)."
		return 1
	fi
	cp -RPp "$from" "$aside/port"
}

apply_overlay() {
	if [ -e "$overlay/overlay.dops" ]; then
		apply_dops
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
	applied=$(dops apply "$overlay" "${DPORTS_TARGET:-}" "$aside/port") || return 1
	ops=$((ops + applied))
}

# diffs/REMOVE: files of the port to delete, one a line, relative to it.
remove_files() {
	[ -f "$overlay/diffs/REMOVE" ] || return 0
	while read -r file; do
		case $file in
		'' | '#'*) continue ;;
		/* | .. | ../* | */.. | */../*)
			say "$1: diffs/REMOVE must name files of the port, without '..'; got '$file'."
			return 1
			;;
		esac
		if [ ! -e "$aside/port/$file" ] && [ ! -L "$aside/port/$file" ]; then
			say "$1: diffs/REMOVE names '$file', which the port does not have. Delete that line."
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
		if ! patch -d "$aside/port" -p0 -F0 -N -f --no-backup-if-mismatch -i "$diff" >"$aside/out" 2>&1; then
			cat "$aside/out" >&2
			show_rejects
			say "$1: diffs/${diff##*/} does not apply (patch -p0 -F0 in the port's directory). Make it again from $FREEBSD_PORTS_ROOT/$1."
			return 1
		fi
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
		say "$1: masked; it is not in the composed tree."
	else
		mv "$aside/port" "$place"
	fi
}
