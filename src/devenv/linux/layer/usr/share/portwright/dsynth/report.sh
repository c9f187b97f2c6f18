# report.sh: dsynth's summary lists and hooks. Read by dsynth.
# shellcheck shell=sh disable=SC2154

reset_logs() {
	for list in 00_last_results 01_success_list 02_failure_list 03_ignored_list 04_skipped_list 05_abnormal_command_output \
		06_obsolete_packages 07_debug; do
		: >"$logs/$list.log"
	done
}

# report LIST LINE: to LIST (may be empty), to 00_last_results.log and to standard output.
report() {
	[ -z "$1" ] || printf '%s\n' "$2" >>"$logs/$1.log"
	printf '%s\n' "$2" >>"$logs/00_last_results.log"
	printf '%s\n' "$2"
}

# hook ID NAME=VALUE...: runs the hook if there is one, as dsynth's childHookRun does: this environment and nothing else, no
# arguments, no input, its output thrown away. That it fails is a line in 00_last_results.log.
hook() {
	[ -x "$conf/$1" ] || return 0
	id=$1
	shift
	env -i PROFILE="$profile" DIR_PACKAGES="$packages" DIR_REPOSITORY="$repository" DIR_PORTS="$ports" DIR_OPTIONS="$options" \
		DIR_DISTFILES="$distfiles" DIR_LOGS="$logs" DIR_BUILDBASE="$buildbase" "$@" \
		"$conf/$id" </dev/null >/dev/null 2>>"$logs/00_last_results.log" 9>&- ||
		printf '[XXX] %s SCRIPT %s (%s)\n' "${about:-(null)}" "$id" "$conf/$id" >>"$logs/00_last_results.log"
}

# package_hook RESULT SPEC: in the background, as package hooks run beside the build; dsynth waits for them before the run's end.
package_hook() {
	about=$2
	hook "hook_pkg_$1" RESULT="$1" ORIGIN="${2%%@*}" FLAVOR="${2#*@}" PKGNAME="$(package_of "$2")" 3<&- &
	about=
}

# clock SECONDS: hh:mm:ss
clock() {
	printf '%02d:%02d:%02d' $(($1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60))
}
