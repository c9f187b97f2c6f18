# depends.sh: dependencies of the ports of a run. Read by dsynth.
# shellcheck shell=sh disable=SC2154

# direct_depends SPEC: the ports that it needs; of a port that has flavors and is named without one the first flavor.
direct_depends() {
	while read -r depend; do
		flavor=$(flavors_of "$depend" | head -n 1)
		echo "$depend${flavor:+@$flavor}"
	done <"$(key_of "$1").depends"
}

# all_depends SPEC: the port's dependencies and theirs, those first that others need.
all_depends() {
	direct_depends "$1" | while read -r depend; do
		(all_depends "$depend")
		echo "$depend"
	done
}

# prune_packaged: what is packaged is not built, unless a dependency is not packaged.
prune_packaged() {
	[ -z "$fetch_only" ] || return 0
	while read -r spec; do
		if [ -s "$(key_of "$spec").flavors" ]; then
			depends_are_packaged "$spec" || continue
			note "[XXX] $spec META-ALREADY-BUILT"
		else
			package=$(package_of "$spec")
			is_package "$repository/$package" || continue
			if ! depends_are_packaged "$spec"; then
				rm -f "$repository/$package"
				report '' "[XXX] $spec DELETE-PACKAGE $repository/$package (due to dependencies)"
				continue
			fi
			note "[XXX] $spec Already-Built"
			total=$((total - 1))
		fi
		set_result "$spec" packaged
	done <"$state/order"
}

depends_are_packaged() {
	for one in $(fact "$1" depends); do
		[ "$(result_of "$one")" = packaged ] || return 1
	done
}

# is_bad SPEC: whether what depends on it cannot be built.
is_bad() {
	[ ! -f "$(key_of "$1").corrupt" ] || return 0
	case $(result_of "$1") in failure | ignored | skipped) return 0 ;; *) return 1 ;; esac
}

# skip_reason SPEC [nested]: why it is not built: the dependencies that failed, or were not built themselves with why.
skip_reason() (
	reason=
	for depend in $(direct_depends "$1"); do
		is_bad "$depend" || continue
		reason=$reason$depend
		case $(result_of "$depend") in ignored | skipped) reason="$reason->$(skip_reason "$depend" nested)" ;; esac
		[ -z "${2-}" ] || break
		reason="$reason "
	done
	ignore=$(fact "$1" ignore)
	printf '%s\n' "${reason:-${ignore:+$ignore }}"
)

# skip_count SPEC: ` N`, the number of ports of the run that need it; nothing where there are none.
skip_count() {
	awk -v start="$1" '
		{ needs[$2] = needs[$2] " " $1 }
		function walk(port, list, n, i) {
			n = split(needs[port], list, " ")
			for (i = 1; i <= n; i++) if (!(list[i] in seen)) { seen[list[i]] = 1; count++; walk(list[i]) }
		}
		END { walk(start); if (count) print " " count }' "$state/edges"
}
