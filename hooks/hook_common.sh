# Shared by Portwright's dsynth hooks; sourced, never run. POSIX sh and POSIX options only.
#
# dsynth gives a hook nothing but PROFILE, DIR_* and a few others: no PATH, no HOME. Any of them may be missing.
# A hook never fails or delays a build: pw_main ends with status 0 whatever happened, and problems
# are written to <DIR_LOGS>/portwright-hooks.log.

set -u
PW_NEWLINE='
'
PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
# Options that tools take from the environment.
unset CDPATH GREP_OPTIONS GREP_COLOR GREP_COLORS GZIP CLICOLOR CLICOLOR_FORCE POSIXLY_CORRECT
# Evidence is for its owner and its group to read: directories 0750, files 0640.
umask 027

: "${PROFILE:=unknown}" "${DIR_LOGS:=}" "${DIR_PORTS:=}" "${DIR_BUILDBASE:=}" "${DIR_PACKAGES:=}"
: "${DIR_REPOSITORY:=}" "${DIR_OPTIONS:=}" "${DIR_DISTFILES:=}" "${ORIGIN:=}" "${FLAVOR:=}" "${PKGNAME:=}"
# Only our own import sets these: dsynth gives its hooks no other variables than the above.
: "${PORTWRIGHT_EVIDENCE:=}" "${PORTWRIGHT_RUN_ID:=}"
# dsynth prints a package name that it does not know as (null).
[ "$PKGNAME" != '(null)' ] || PKGNAME=

pw_utc() {
	date -u +%Y%m%d-%H%M%SZ
}

# pw_is_plain PATH: whether it is a regular file and no link. Opening a FIFO would wait for its other end.
pw_is_plain() {
	[ -f "$1" ] && [ ! -h "$1" ]
}

# pw_is_appendable PATH: whether PATH is a regular file and no link, or absent.
pw_is_appendable() {
	pw_is_plain "$1" || { [ ! -e "$1" ] && [ ! -h "$1" ]; }
}

# pw_log TEXT: one line into the hooks' log, else to stderr (dsynth writes that to 00_last_results.log).
pw_log() {
	if [ -n "$PW_LOG" ]; then
		printf '%s %s[%s]: %s\n' "$(pw_utc)" "$PW_HOOK" "$$" "$1" >>"$PW_LOG"
	else
		printf '%s[%s]: %s\n' "$PW_HOOK" "$$" "$1" >&2
	fi
}

# pw_sanitize TEXT: '/', ':' and '@' become '_', then only A-Za-z0-9._- stay.
pw_sanitize() {
	printf %s "$1" | tr '/:@' '___' | tr -cd 'A-Za-z0-9._-'
}

# pw_line TEXT: TEXT as the value of a key=value line; control bytes would forge further lines.
pw_line() {
	case $1 in
	*[[:cntrl:]]*) printf %s "$1" | tr -d '\000-\037\177' ;;
	*) printf %s "$1" ;;
	esac
}

# pw_source_conf FILE: the known keys of a conf in shell syntax, as plain key=value lines. In a subshell:
# a mistake, an exit or an unknown key in that file changes nothing here.
pw_source_conf() (
	exec 3>&1 >/dev/null
	set +u
	# shellcheck disable=SC1090
	. "$1" || exit 1
	for key in $PW_CONF_KEYS; do
		eval "value=\${$key:-}"
		# shellcheck disable=SC2154 # value is set by eval
		printf '%s=%s\n' "$key" "$(pw_line "$value")" >&3
	done
	echo read=complete >&3
)

# pw_plain_conf FILE: the same for a file that sh cannot read: its plain KEY=value lines, quotes taken off.
pw_plain_conf() {
	sed -n -e 's/^[[:blank:]]*export[[:blank:]]*//' -e 's/^[[:blank:]]*//' -e 's/[[:blank:]]*$//' \
		-e "s/^\([A-Z0-9_]*=\)[\"']\(.*\)[\"']\$/\1\2/" -e '/^[A-Z0-9_]*=[^$`;&|()"'\'']*$/p' "$1"
}

# pw_read_conf: reads portwright-hooks.conf beside the hooks, else the old system's conf. Anything but a regular file is reported
# and not read; none takes its place.
pw_read_conf() {
	PW_CONF_KEYS='PORTWRIGHT_BIN PORTWRIGHT_TARGET PORTWRIGHT_PUSH DELTAPORTS_ROOT DPORTSV3_TRACKER_TARGET DPORTSV3_HOOKS_FLAG_FILE'
	: "${PORTWRIGHT_BIN:=}" "${PORTWRIGHT_TARGET:=}" "${PORTWRIGHT_PUSH:=}" "${DELTAPORTS_ROOT:=}"
	: "${DPORTSV3_TRACKER_TARGET:=}" "${DPORTSV3_HOOKS_FLAG_FILE:=}"
	PW_CONF_BROKEN=
	PW_CONF_ODD=
	PW_CONF=$PW_HOOK_DIR/portwright-hooks.conf
	[ -e "$PW_CONF" ] || [ -h "$PW_CONF" ] || PW_CONF=${DPORTSV3_HOOKS_CONFIG:-$PW_HOOK_DIR/dportsv3-hooks.conf}
	if ! pw_is_plain "$PW_CONF"; then
		pw_is_appendable "$PW_CONF" || PW_CONF_ODD=1
		return 0
	fi
	pw_values=$(pw_source_conf "$PW_CONF" 2>/dev/null)
	if [ "${pw_values%read=complete}" = "$pw_values" ]; then
		PW_CONF_BROKEN=1
		pw_values=$(pw_plain_conf "$PW_CONF")
	fi
	while IFS='=' read -r pw_key pw_value; do
		case " $PW_CONF_KEYS " in
		*" $pw_key "*) eval "$pw_key=\$pw_value" ;;
		esac
	done <<EOF
$pw_values
EOF
}

# pw_set_target: conf, else @<PROFILE>; always exactly one leading @.
pw_set_target() {
	pw_value=${PORTWRIGHT_TARGET:-${DPORTSV3_TRACKER_TARGET:-$PROFILE}}
	while [ "${pw_value#@}" != "$pw_value" ]; do pw_value=${pw_value#@}; done
	pw_value=$(pw_sanitize "$pw_value")
	# shellcheck disable=SC2034 # for the hooks
	PW_TARGET=@${pw_value:-unknown}
}

# pw_set_places: sets where evidence and log go: below DIR_LOGS, or in /tmp/dsynth-evidence if dsynth sets none. Fails, with the
# directory in PW_ODD, if one of them is not really ours: no link, owned by us or root, and nobody else may write there.
# Then nobody can plant or exchange what the hooks open there.
pw_set_places() {
	while [ "${DIR_LOGS%/}" != "$DIR_LOGS" ]; do DIR_LOGS=${DIR_LOGS%/}; done
	PW_EVIDENCE=${PORTWRIGHT_EVIDENCE:-${DIR_LOGS:+$DIR_LOGS/evidence}}
	if [ -z "$PW_EVIDENCE" ]; then
		PW_EVIDENCE=/tmp/dsynth-evidence
		mkdir "$PW_EVIDENCE" 2>/dev/null
	fi
	# shellcheck disable=SC2034 # for the hooks
	PW_QUEUE=$PW_EVIDENCE/queue
	pw_top=${DIR_LOGS:-$PW_EVIDENCE}
	PW_ODD=$(find "$pw_top" "$PW_EVIDENCE" "$PW_EVIDENCE/runs" -prune \
		\( ! -type d -o ! -user "$(id -u)" ! -user 0 -o -perm -020 -o -perm -002 \) -print 2>/dev/null)
	PW_ODD=${PW_ODD%%"$PW_NEWLINE"*}
	[ "$PW_ODD" = "$pw_top" ] || pw_set_log "$pw_top/portwright-hooks.log"
	[ -z "$PW_ODD" ]
}

# pw_set_log FILE: lets pw_log append to FILE, if it can and if FILE is no link, FIFO, device or directory.
pw_set_log() {
	if ! pw_is_appendable "$1"; then
		pw_log "$1 must be a regular file, not a link, a FIFO, a device or a directory. It is not opened; remove it."
	elif { printf '' >>"$1"; } 2>/dev/null; then
		PW_LOG=$1
	fi
}

# pw_set_run: the run that hook_run_start opened for this profile, else run-<PROFILE>-unknown.
pw_set_run() {
	PW_PROFILE=$(pw_sanitize "$PROFILE")
	PW_RUN_ID=$PORTWRIGHT_RUN_ID
	if [ -z "$PW_RUN_ID" ] && pw_is_plain "$PW_EVIDENCE/.current_run"; then
		{ read -r PW_RUN_ID <"$PW_EVIDENCE/.current_run"; } 2>/dev/null
	fi
	case $PW_RUN_ID in
	*[!A-Za-z0-9._-]*) PW_RUN_ID=run-$PW_PROFILE-unknown ;;
	"run-$PW_PROFILE-"*) ;;
	*) PW_RUN_ID=run-$PW_PROFILE-unknown ;;
	esac
	PW_RUN_DIR=$PW_EVIDENCE/runs/$PW_RUN_ID
}

# pw_background ARGV...: runs on after the hook, which dsynth then need not wait for: it holds none of its descriptors.
pw_background() {
	(
		trap '' HUP INT
		exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
		"$@"
	) </dev/null >>"${PW_LOG:-/dev/null}" 2>&1 &
}

# pw_start_report: delivers the spool, if the conf names our program; else the worker does it.
pw_start_report() {
	[ -n "$PORTWRIGHT_BIN" ] || return 0
	if [ "${PORTWRIGHT_BIN#/}" != "$PORTWRIGHT_BIN" ] && [ -f "$PORTWRIGHT_BIN" ] && [ -x "$PORTWRIGHT_BIN" ]; then
		pw_background "$PORTWRIGHT_BIN" report --evidence "$PW_EVIDENCE"
	else
		pw_log "PORTWRIGHT_BIN must be the absolute path of an executable file; got '$PORTWRIGHT_BIN'. The worker will deliver the spool."
	fi
}

# pw_push: sends the evidence to the worker host that the conf names, and returns when it is there; for pw_background.
pw_push() {
	case $PORTWRIGHT_PUSH in
	'') return 0 ;;
	-* | *[!A-Za-z0-9._@:%\ -]*)
		pw_log "PORTWRIGHT_PUSH must be user@host, and this host's name in the hosts file there; got '$PORTWRIGHT_PUSH'. Nothing is pushed."
		return 0
		;;
	esac
	if [ -f "$PW_HOOK_DIR/send-evidence" ] && [ -x "$PW_HOOK_DIR/send-evidence" ]; then
		# shellcheck disable=SC2086 # two arguments
		"$PW_HOOK_DIR/send-evidence" push "$PW_EVIDENCE" $PORTWRIGHT_PUSH
	else
		pw_log "PORTWRIGHT_PUSH needs $PW_HOOK_DIR/send-evidence, which is missing or not executable. Nothing is pushed."
	fi
}

# pw_set_port: dsynth sets FLAVOR=ORIGIN for a port without a flavor.
pw_set_port() {
	PW_ORIGIN=${ORIGIN%%@*}
	case $FLAVOR in
	"$ORIGIN" | "$PW_ORIGIN") PW_FLAVOR= ;;
	*) PW_FLAVOR=$FLAVOR ;;
	esac
}

# pw_record RESULT [BUNDLE_ID]: one tab-separated line in the run's results.txt.
pw_record() {
	mkdir -p "$PW_RUN_DIR" || return 1
	if [ -h "$PW_RUN_DIR" ] || ! pw_is_appendable "$PW_RUN_DIR/results.txt"; then
		pw_log "$PW_RUN_DIR must be a directory and results.txt in it a regular file, not links; the result of $PW_ORIGIN is not recorded"
		return 1
	fi
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(pw_line "$PW_ORIGIN")" "$(pw_line "$PW_FLAVOR")" \
		"$(pw_line "$PKGNAME")" "$1" "$(pw_utc)" "${2:-}" >>"$PW_RUN_DIR/results.txt"
}

# pw_dirs: the profile's directories as key=value lines, in the contract's order.
pw_dirs() {
	printf '%s=%s\n' dir_logs "$(pw_line "$DIR_LOGS")" dir_ports "$(pw_line "$DIR_PORTS")" \
		dir_buildbase "$(pw_line "$DIR_BUILDBASE")" dir_packages "$(pw_line "$DIR_PACKAGES")" \
		dir_repository "$(pw_line "$DIR_REPOSITORY")" dir_options "$(pw_line "$DIR_OPTIONS")" \
		dir_distfiles "$(pw_line "$DIR_DISTFILES")"
}

# pw_copy SOURCE DEST: copies a file under a dot name first: DEST is a complete copy, or not there.
pw_copy() {
	pw_part=${2%/*}/.${2##*/}.part
	cp "$1" "$pw_part" && mv "$pw_part" "$2" && return 0
	rm -f "$pw_part"
	return 1
}

# pw_copy_config DIR: dsynth.ini and the profile's make.conf, from dsynth's config base (where the hooks are). Fails if one of
# them is there and could not be copied.
pw_copy_config() {
	pw_status=0
	for pw_name in dsynth.ini "$PW_PROFILE-make.conf"; do
		for pw_base in "$PW_HOOK_DIR" /etc/dsynth /usr/local/etc/dsynth; do
			[ -f "$pw_base/$pw_name" ] || continue
			pw_copy "$pw_base/$pw_name" "$1/$pw_name" || pw_status=1
			break
		done
	done
	return "$pw_status"
}

# pw_result RESULT: all that the success, ignored and skipped hooks do.
pw_result() {
	pw_set_run
	pw_set_port
	pw_record "$1"
}

# pw_is_fetch_only: whether dsynth, which started this hook, only fetches distfiles. It runs the hooks then too, and its
# environment does not show it; a port that was only fetched has neither failed to build nor recovered.
pw_is_fetch_only() {
	case " $(ps -o args= -p "$PPID" 2>/dev/null) " in
	*dsynth*' fetch-only '*) return 0 ;;
	esac
	return 1
}

# pw_run FUNCTION ARG...: what pw_main protects: conf, flag file, places, then the hook's own work.
pw_run() {
	pw_read_conf
	[ ! -e "${DPORTSV3_HOOKS_FLAG_FILE:-/work/.dports-agent-hooks-disabled}" ] || return 0
	if ! pw_set_places; then
		pw_log "$PW_ODD must be a directory of our own that nobody else can write to, and no link; no evidence was stored. $(pw_advice)"
		return 0
	fi
	[ -z "$PW_LOG" ] || exec 2>>"$PW_LOG"
	[ -z "$PW_CONF_BROKEN" ] || pw_log "sh cannot read $PW_CONF; only its plain KEY=value lines count. Correct it."
	[ -z "$PW_CONF_ODD" ] || pw_log "$PW_CONF must be a regular file and no link; it is not read. Put the file itself there."
	if pw_is_fetch_only; then
		[ "$PW_HOOK" != hook_run_start ] || pw_log 'dsynth only fetches distfiles: nothing of this run is recorded'
		return 0
	fi
	pw_set_target
	"$@"
}

# pw_advice: how to correct the directory PW_ODD.
pw_advice() {
	[ -n "$DIR_LOGS" ] || { printf %s 'Set DIR_LOGS.' && return 0; }
	if [ -h "$PW_ODD" ]; then
		printf %s "Put the directory itself into dsynth.ini as Directory_logs, or in the link's place."
	else
		printf %s "Run: chown $(id -un) '$PW_ODD'; chmod go-w '$PW_ODD'"
	fi
}

# pw_main FUNCTION ARG...: runs a hook. Never returns, always ends with status 0.
pw_main() {
	PW_HOOK=${0##*/}
	PW_LOG=
	(pw_run "$@") </dev/null >/dev/null
	pw_status=$?
	[ "$pw_status" -eq 0 ] || printf '%s[%s]: ended with status %s\n' "$PW_HOOK" "$$" "$pw_status" >&2
	exit 0
}
