# common.sh: messages, names and the state of an environment. Read by dev-env.
# shellcheck shell=sh

if [ -n "${PORTWRIGHT_ENVS_DIR:-}" ]; then
	envs=$PORTWRIGHT_ENVS_DIR
elif [ -n "${DPORTS_DEV_ENVS_DIR:-}" ]; then
	envs=$DPORTS_DEV_ENVS_DIR
else
	envs=${PORTWRIGHT_STATE_DIR:-${XDG_STATE_HOME:-${HOME:-/root}/.local/state}/portwright}/envs
fi

# Bytes that stay free on the disk of an environment that says nothing of it.
least_free=1073741824

# fail MESSAGE...: to stderr, one line each; exit 1.
fail() {
	printf 'dev-env: %s\n' "$@" >&2
	exit 1
}

# check_word WHAT VALUE: letters, digits, dot, underscore, plus, dash, not starting with a dot or dash; at most 64.
check_word() {
	case $2 in
	'' | [!A-Za-z0-9_]* | *[!A-Za-z0-9._+-]*) ;;
	*) [ ${#2} -gt 64 ] || return 0 ;;
	esac
	fail "$1 must be 1 to 64 of A-Z a-z 0-9 . _ + -, starting with a letter, digit or underscore; got '$2'."
}

check_target() {
	case $1 in
	@?*) check_word 'What follows the @ of --target' "${1#@}" ;;
	*) fail "--target must be a branch name with @ in front, such as @2026Q2; got '$1'." ;;
	esac
}

check_origin() {
	case $1 in
	*/*/*) ;;
	?*/?*)
		check_word 'The category of an origin' "${1%/*}"
		check_word 'The port name of an origin' "${1#*/}"
		return 0
		;;
	esac
	fail "An origin must be category/port; got '$1'."
}

# check_number OPTION VALUE
check_number() {
	case $2 in
	'' | *[!0-9]* | ????????????????*) fail "$1 must be a whole number of at most 15 digits; got '$2'." ;;
	esac
}

# check_absolute WHAT PATH: absolute, of one line, without `..`, and safe to keep in env.json and dsynth.ini.
check_absolute() {
	case $2 in
	*/../* | */..) ;;
	/*)
		case $2 in
		*[!A-Za-z0-9._+@%=/\ -]*) ;;
		*) return 0 ;;
		esac
		;;
	esac
	fail "$1 must be an absolute path of letters, digits, blanks and ._+@%=-/ without '..'; got '$2'."
}

# directory OPTION PATH: prints the real path of a directory that must exist.
directory() {
	[ -d "$2" ] || fail "$1 must name a directory that exists; got '$2'."
	readlink -f "$2"
}

# open_env NAME: sets env and what env.json says of it; the environment must exist.
open_env() {
	[ $# -eq 1 ] || fail "One environment name is needed; got $#. See: dev-env list"
	check_word 'An environment name' "$1"
	name=$1
	env=$envs/$1
	[ -f "$env/env.json" ] || fail "No environment '$1' in $envs. Make it: dev-env create --name $1 ...; see what is there: dev-env list"
	read_env
}

# env.json has one key a line and values without quotes or backslashes (all are checked), so that it is read line by line.
read_env() {
	target='' origin='' status=invalid composer=portwright profile='' host_uid='' memory='' processes='' cpu='' file_size='' free=$least_free
	while IFS= read -r line; do
		case $line in '  "'*'": '*) ;; *) continue ;; esac
		key=${line#'  "'} value=${line#*: }
		value=${value%,} value=${value#'"'}
		value=${value%'"'}
		case ${key%%'"'*} in
		target) target=$value ;;
		origin) origin=$value ;;
		status) status=$value ;;
		composer) composer=$value ;;
		dsynth_profile) profile=$value ;;
		host_uid) host_uid=$value ;;
		memory_bytes) memory=$value ;;
		processes) processes=$value ;;
		cpu_seconds) cpu=$value ;;
		file_bytes) file_size=$value ;;
		free_bytes) free=$value ;;
		esac
	done <"$env/env.json"
	[ "$origin" != null ] || origin=''
}

# write_env STATUS: env.json, schema 1, whole or not at all.
write_env() {
	status=$1
	cat >"$env/env.json.new" <<EOT
{
  "schema": 1,
  "name": "$name",
  "target": "$target",
  "origin": ${origin:+\"}${origin:-null}${origin:+\"},
  "status": "$status",
  "backend": "linux",
  "oracle_profile": "off",
  "composer": "$composer",
  "dsynth_profile": "$profile",
  "host_uid": $host_uid,
  "memory_bytes": $memory,
  "processes": $processes,
  "cpu_seconds": $cpu,
  "file_bytes": $file_size,
  "free_bytes": $free
}
EOT
	mv "$env/env.json.new" "$env/env.json"
}

# lock_env HOW: -s while a command runs inside, -x to reset or destroy; held on descriptor 9 until the process ends.
lock_env() {
	exec 9<"$env/lock"
	flock "$1" -w 5 9 || fail "Environment '$name' is in use by another command. Wait for it to end, or end it."
}
