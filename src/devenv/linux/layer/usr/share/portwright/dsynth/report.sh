# report.sh: dsynth's lists and hooks. Read by dsynth.
# shellcheck shell=sh disable=SC2154

# reset_logs: empties the lists of the run before. A pipe in the place of a log would be waited for, and a link followed.
reset_logs() {
	for file in "$logs"/*.log; do if [ -h "$file" ] || [ ! -f "$file" ]; then rm -rf "$file"; fi; done
	for list in 00_last_results 01_success_list 02_failure_list 03_ignored_list 04_skipped_list 05_abnormal_command_output \
		06_obsolete_packages 07_debug; do
		: >"$logs/$list.log"
	done
}

# padded LINE: the line; what is behind its `##` ends in column 79, where there is room.
padded() {
	case $1 in
	*'##'*)
		width=$((79 - $(printf %s "${1%%##*}" | wc -c)))
		[ $width -gt 0 ] || width=0
		printf "%s%${width}s\n" "${1%%##*}" "${1#*##}"
		;;
	*) printf '%s\n' "$1" ;;
	esac
}

# report LIST LINE [COLOR]: to LIST (may be empty), to 00_last_results.log and to standard output. note LINE: only to 00_last_results.log.
report() {
	line=$(padded "$2")
	[ -z "$1" ] || printf '%s\n' "$line" >>"$logs/$1.log"
	note "$line"
	if [ -n "${3-}" ] && [ -n "$color" ]; then printf '\033[0;%sm%s\n\033[0;39m' "$3" "$line"; else printf '%s\n' "$line"; fi
}
note() {
	printf '%s\n' "$1" >>"$logs/00_last_results.log"
}

# report_stderr FILE PORT: what a command wrote on its standard error.
report_stderr() {
	while IFS= read -r error || [ -n "$error" ]; do
		report '' "${2:+$2: }$error"
	done <"$1"
	rm -f "$1"
}

# hook ID NAME=VALUE...: runs the hook if there is one, as dsynth's childHookRun does: niced, with this environment and nothing else,
# no arguments, no input, its output thrown away.
hook() {
	[ -f "$conf/$1" ] && [ -x "$conf/$1" ] || return 0
	id=$1
	shift
	stderr=$(mktemp "$state/stderr.XXXXXX")
	status=0
	$nice env -i PROFILE="$profile" DIR_PACKAGES="$packages" DIR_REPOSITORY="$repository" DIR_PORTS="$ports" DIR_OPTIONS="$options" \
		DIR_DISTFILES="$distfiles" DIR_LOGS="$logs" DIR_BUILDBASE="$buildbase" "$@" \
		"$conf/$id" </dev/null >/dev/null 2>"$stderr" 3<&- 9>&- || status=$?
	report_stderr "$stderr" "${about-}"
	[ $status -eq 0 ] || report '' "[XXX] ${about:-(null)} SCRIPT $id ($conf/$id)"
}

# package_hook RESULT SPEC: in the background, as package hooks run beside the build; dsynth waits for them before the run's end.
package_hook() {
	about=$2
	package=$(package_of "$2")
	hook "hook_pkg_$1" RESULT="$1" ORIGIN="${2%%@*}" FLAVOR="${2#*@}" PKGNAME="${package:-(null)}" &
	about=
}

# clock SECONDS: hh:mm:ss
clock() {
	printf '%02d:%02d:%02d' $(($1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60))
}
