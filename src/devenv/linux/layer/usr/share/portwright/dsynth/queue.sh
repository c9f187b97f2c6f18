# queue.sh: facts of the ports of a run, as make reports them, and their order. Read by dsynth.
# shellcheck shell=sh disable=SC2154
# Facts of a port are files $state/<category>___<port>[@flavor].{package,ignore,depends,flavors,result,...}, and its lines of $state/edges.

key_of() {
	printf '%s/%s___%s' "$state" "${1%%/*}" "${1#*/}"
}
fact() { cat "$(key_of "$1").$2" 2>/dev/null || :; }
result_of() { fact "$1" result; }
package_of() { fact "$1" package; }
flavors_of() { fact "$1" flavors; }
set_result() { echo "$2" >"$(key_of "$1").result"; }

# port_make SPEC ARGUMENT...: make in the port's directory, with dsynth's environment.
port_make() {
	spec_flavor=
	case $1 in *@*) spec_flavor=${1#*@} ;; esac
	port_directory=$ports/${1%%@*}
	shift
	build_env make -C "$port_directory" PORTSDIR="$ports" WRKDIRPREFIX=/construction DISTDIR="$distfiles" PACKAGES="$packages" \
		PORT_DBDIR="$options" BATCH=yes PACKAGE_BUILDING=yes ${developer:+DEVELOPER="$developer"} __MAKE_CONF="$state/make.conf" "$@"
}
# build_env COMMAND...
build_env() {
	env -i PATH="$PATH" HOME=/root TERM=dumb USER=root LANG=C SSL_NO_VERIFY_PEER=1 ${spec_flavor:+FLAVOR="$spec_flavor"} \
		${no_depends:+NO_DEPENDS="$no_depends"} "$@" </dev/null 3<&- 9>&-
}

# write_make_conf: what make reads as /etc/make.conf: the profile's, and dsynth's own.
write_make_conf() {
	{
		cat "$conf/$profile-make.conf" 2>/dev/null || :
		printf '%s\n' USE_PACKAGE_DEPENDS_ONLY=yes "PORTSDIR=$ports" "PORT_DBDIR=$options" PKG_COMPRESSION_FORMAT=.txz \
			${developer:+DEVELOPER=1} OPSYS=DragonFly "DISTDIR=$distfiles" WRKDIRPREFIX=/construction BATCH=yes PACKAGE_BUILDING=yes
	} >"$state/make.conf"
}

# query SPEC: fills the port's facts. Fails where make cannot read it.
query() {
	base=$(key_of "$1")
	[ ! -f "$base.package" ] || return 0
	for one in package ignore depends flavors; do : >"$base.$one"; done
	rc=0
	# shellcheck disable=SC2016 # for make to expand
	port_make "$1" -V '${PKGFILE:T}' -V '${IGNORE}' -V '${FLAVORS}' \
		-V '${FETCH_DEPENDS} ${EXTRACT_DEPENDS} ${PATCH_DEPENDS} ${BUILD_DEPENDS} ${LIB_DEPENDS} ${RUN_DEPENDS}' \
		>"$base.facts" 2>"$base.stderr" || rc=$?
	report_stderr "$base.stderr" "${1%%@*}"
	if [ $rc -ne 0 ]; then
		if [ -s "$base.facts" ]; then echo "DPort corrupt: ${1%%@*}"; else echo "DPort not found: ${1%%@*}"; fi
		echo "make -V* command for ${1%%@*} failed"
		: >"$base.corrupt"
		return 0
	fi
	read_facts "$1"
}
read_facts() {
	sed -n 2p "$base.facts" >"$base.ignore"
	case $1 in *@*) ;; *) sed -n 3p "$base.facts" | tr -s '[:blank:]' '[\n*]' | sed '/^$/d' >"$base.flavors" ;; esac
	if [ -s "$base.flavors" ]; then
		sed "s,^,$1@," "$base.flavors" >"$base.depends"
	else
		sed -n '4,$p' "$base.facts" | tr -s '[:blank:]' '[\n*]' | origins_of_depends | sort -u >"$base.depends"
		package=$(sed -n 1p "$base.facts")
		case $package in '' | .* | *[!A-Za-z0-9._+,~@-]*) ;; *) echo "$package" >"$base.package" ;; esac
	fi
	sed "s,^,$1 ," "$base.depends" >>"$state/edges"
}

# Of each `what:[PORTSDIR/]category/port[@flavor][:target]` the port.
origins_of_depends() {
	sed -n "/^\/nonexistent:/d; s,^[^:]*:,,; s,^$ports/,,; s,:.*,,; /^[A-Za-z0-9][A-Za-z0-9._+-]*\/[A-Za-z0-9_][A-Za-z0-9._+@-]*\$/p"
}

# read_ports SPEC...: the facts of these ports and all their dependencies. Ends dsynth where a port that was named cannot be read, or
# a direct dependency of it.
read_ports() {
	no_depends='' spec_flavor='' wrong=''
	: >"$state/edges"
	: >"$state/order"
	write_make_conf
	for spec; do
		case $spec in
		*[!A-Za-z0-9._+@/-]* | *..* | /* | *@*@* | *@ | */*/*) wrong=$spec ;;
		*/?*) continue ;;
		*) wrong=$spec ;;
		esac
		echo "Bad portdir specification: $wrong"
	done
	echo "Processing $# ports"
	[ -z "$wrong" ] || fatal ParsePackageList 'Bad specifications, exiting'
	for spec; do visit "$spec" ' '; done
	echo "Total Returned $(grep -c . "$state/order" || :)"
	unread=0
	for spec; do
		for one in "$spec" $(fact "$spec" depends); do [ ! -f "$(key_of "$one").corrupt" ] || unread=$((unread + 1)); done
	done
	[ $unread -eq 0 ] || { printf '%s packages failed to probe\nunable to continue, aborting\n' $unread && exit 1; }
}

# visit SPEC CHAIN: SPEC behind its dependencies in $state/order.
visit() {
	case $2 in *" $1 "*) fatal build_find_leaves "pkg dependency loop$2-> $1" ;; esac
	[ ! -f "$(key_of "$1").visited" ] || return 0
	: >"$(key_of "$1").visited"
	query "$1"
	while read -r depend; do
		visit "$depend" "$2$1 "
	done <"$(key_of "$1").depends"
	echo "$1" >>"$state/order"
}
