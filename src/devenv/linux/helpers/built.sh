# built.sh: what dsynth's lists have of ports. Read by dbuild and dtest.
# shellcheck shell=sh

# all_built PORT...: whether each was built by the last dsynth, which exits with 0 whatever became of them, or was packaged before it.
# Reports each that was not on stderr.
all_built() {
	lists=$(sed -n 's/^Directory_logs *= *//p' /etc/dsynth/dsynth.ini | tail -n 1)
	status=0
	for port; do
		if has_bad_line "$port" || ! has_good_line "$port"; then
			echo "$port was not built; ${lists:-/work/dsynth/logs}/00_last_results.log has the reason." >&2
			status=1
		fi
	done
	return "$status"
}

# A port that is named without a flavor is built as its flavors.
has_good_line() {
	awk -v port="$1" '
		{ about = $2 == "SUCCESS" ? $3 : $3 == "Already-Built" ? $2 : "" }
		about == port || (port !~ /@/ && index(about, port "@") == 1) { found = 1 }
		END { exit !found }' "$lists/00_last_results.log"
}
has_bad_line() {
	awk -v port="$1" '
		{ about = $2 ~ /^[A-Z]+$/ ? $3 : $2 }
		about == port || (port !~ /@/ && index(about, port "@") == 1) { found = 1 }
		END { exit !found }' "$lists/02_failure_list.log" "$lists/03_ignored_list.log" "$lists/04_skipped_list.log"
}
