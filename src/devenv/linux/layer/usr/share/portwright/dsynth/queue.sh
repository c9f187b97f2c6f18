# queue.sh: which ports a run builds, in which order, and what became of each. Read by dsynth.
# shellcheck shell=sh disable=SC2154
# Facts of a port are files $state/<category>___<port>[@flavor].{package,ignore,depends,result}.

check_spec() {
	case ${1%%@*} in
	*/*/* | */ | /* | *[!A-Za-z0-9._+/-]* | .* | -* | */.* | */-*) ;;
	*/*)
		case $1 in *@*@* | *@ | *@*[!A-Za-z0-9._+-]*) ;; *) return 0 ;; esac
		;;
	esac
	stop "A port must be ORIGIN or ORIGIN@flavor; got '$1'."
}

key_of() {
	printf '%s/%s___%s' "$state" "${1%%/*}" "${1#*/}"
}

result_of() {
	cat "$(key_of "$1").result" 2>/dev/null || :
}

set_result() {
	echo "$2" >"$(key_of "$1").result"
}

package_of() {
	cat "$(key_of "$1").package"
}

# port_make SPEC ARGUMENT...: make in the port's directory, with dsynth's environment.
port_make() {
	spec_flavor=
	case $1 in *@*) spec_flavor=${1#*@} ;; esac
	port_directory=$ports/${1%%@*}
	shift
	env -i PATH="$PATH" HOME=/root TERM=dumb USER=root LANG=C ${spec_flavor:+FLAVOR="$spec_flavor"} \
		make -C "$port_directory" PORTSDIR="$ports" WRKDIRPREFIX=/construction DISTDIR="$distfiles" PACKAGES="$packages" PORT_DBDIR="$options" \
		BATCH=yes PACKAGE_BUILDING=yes ${developer:+DEVELOPER="$developer"} __MAKE_CONF="$conf/$profile-make.conf" "$@" </dev/null 3<&- 9>&-
}

# query SPEC: fills the port's facts. A port whose make fails is still queued: its first phase shows the error.
query() {
	fact=$(key_of "$1")
	[ ! -f "$fact.package" ] || return 0
	# shellcheck disable=SC2016 # for make to expand
	port_make "$1" -V '${PKGFILE:T}' -V '${IGNORE}' -V '${FETCH_DEPENDS} ${EXTRACT_DEPENDS} ${PATCH_DEPENDS} ${BUILD_DEPENDS} ${LIB_DEPENDS} ${RUN_DEPENDS}' \
		>"$fact.facts" 2>/dev/null || : >"$fact.facts"
	sed -n 2p "$fact.facts" >"$fact.ignore"
	sed -n '3,$p' "$fact.facts" | tr -s '[:blank:]' '[\n*]' | origins_of_depends | sort -u >"$fact.depends"
	file=$(sed -n 1p "$fact.facts")
	case $file in
	'' | .* | *[!A-Za-z0-9._+,~@-]*) file=$(basename "${1%%@*}")-unknown.txz ;;
	esac
	echo "$file" >"$fact.package"
}

# Of each `what:[PORTSDIR/]category/port[@flavor][:target]` the port.
origins_of_depends() {
	sed -n "s,^[^:]*:,,; s,^$ports/,,; s,:.*,,; /^[A-Za-z0-9][A-Za-z0-9._+-]*\/[A-Za-z0-9_][A-Za-z0-9._+@-]*\$/p"
}

delete_package() {
	[ -d "$ports/${1%%@*}" ] || return 0
	query "$1"
	rm -f "$repository/$(package_of "$1")"
}

# visit SPEC CHAIN: SPEC after its dependencies in the order, unless its package and theirs are there. A dependency without a
# port is left out: the port's own depends phase says what is missing.
visit() {
	case $2 in *" $1 "*) stop "Dependency loop:$2$1" ;; esac
	[ ! -f "$(key_of "$1").visited" ] || return 0
	if [ ! -f "$ports/${1%%@*}/Makefile" ]; then
		[ "$2" != ' ' ] || stop "No port '${1%%@*}' in $ports. Compose it first: reapply ${1%%@*}"
		return 0
	fi
	query "$1"
	while read -r depend; do
		visit "$depend" "$2$1 "
	done <"$(key_of "$1").depends"
	: >"$(key_of "$1").visited"
	if [ -f "$repository/$(package_of "$1")" ] && depends_are packaged "$1"; then
		report '' "[XXX] $1 ALREADY-BUILT"
		set_result "$1" success
		: >"$(key_of "$1").packaged"
	else
		rm -f "$repository/$(package_of "$1")"
		echo "$1" >>"$state/order"
	fi
}

# depends_are packaged SPEC: whether every dependency that is a port was packaged before this run.
depends_are() {
	while read -r depend; do
		[ ! -f "$(key_of "$depend").visited" ] || [ -f "$(key_of "$depend").$1" ] || return 1
	done <"$(key_of "$2").depends"
}

# all_depends SPEC: the port's dependencies and theirs, one a line, those first that others need.
all_depends() {
	while read -r depend; do
		[ -f "$(key_of "$depend").visited" ] || continue
		(all_depends "$depend")
		echo "$depend"
	done <"$(key_of "$1").depends"
}
