# run.sh: a run over ports. Read by dsynth.
# shellcheck shell=sh disable=SC2034,SC2154

# listed_ports ARGUMENT...: each port that is named, or that a file lists that is named.
listed_ports() {
	for one; do
		if [ -f "$one" ]; then awk 'NF {print $1}' "$one"; else printf '%s\n' "$one"; fi
	done
}

# build_ports ARGUMENT...
build_ports() {
	set -f
	# shellcheck disable=SC2046 # one port a word
	set -- $(listed_ports "$@")
	set +f
	read_ports "$@"
	case $directive in force | test) for spec; do delete_package "$spec"; done ;; esac
	[ "$directive" != test ] || { developer=1 && write_make_conf; }
	total=0 built=0 failed=0 ignored=0 skipped=0 missing=0 metas=0
	while read -r spec; do [ -s "$(key_of "$spec").flavors" ] || total=$((total + 1)); done <"$state/order"
	begun_run=$(date +%s)
	hook hook_run_start PORTS_QUEUED=$total
	prune_packaged
	while read -r spec <&3; do process "$spec"; done 3<"$state/order"
	while read -r spec; do report_lost "$spec"; done <"$state/order"
	wait
	hook hook_run_end PORTS_BUILT=$built PORTS_FAILED=$failed PORTS_IGNORED=$ignored PORTS_SKIPPED=$skipped
	printf '\nInitial queue size: %d\n    packages built: %d\n           ignored: %d\n           skipped: %d\n            failed: %d
           missing: %d\n        meta-nodes: %d\n\nDuration: %s\n\n' \
		$total $built $ignored $skipped $failed $missing $metas "$(clock $(($(date +%s) - begun_run)))" | tee -a "$logs/00_last_results.log"
}

report_lost() {
	[ -z "$(result_of "$1")" ] || return 0
	report 05_abnormal_command_output "[XXX] $1 lost in the ether [flags=00000000]"
	missing=$((missing + 1))
}

# print_status SPEC...: what `build` would build.
print_status() {
	read_ports "$@"
	count=0
	while read -r spec; do
		if [ -s "$(key_of "$spec").flavors" ] || is_package "$repository/$(package_of "$spec")"; then continue; fi
		echo "  N => $spec"
		count=$((count + 1))
	done <"$state/order"
	echo "Total packages that would be built: $count/$count"
}
