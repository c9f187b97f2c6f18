# port.sh: what happens to one port of the order. Read by dsynth.
# shellcheck shell=sh disable=SC2034,SC2154

bar=-------------------------------------------------------------------------------
phases='check-sanity pkg-depends fetch-depends fetch checksum extract-depends extract patch-depends patch build-depends lib-depends
	configure build run-depends stage'
variables='CONFIGURE_ENV CONFIGURE_ARGS MAKE_ENV MAKE_ARGS PLIST_SUB SUB_LIST'
dumps="Environment showconfig $variables /etc/make.conf"

# process SPEC: left as it is, ignored, skipped because of a dependency, or built.
process() {
	if [ -n "$(result_of "$1")" ] || [ -f "$(key_of "$1").corrupt" ]; then return 0; fi
	if [ -s "$(key_of "$1").flavors" ]; then
		metas=$((metas + 1))
		set_result "$1" meta
		# Whatever became of the flavors.
		report 01_success_list "[XXX] $1 meta-node complete"
		return 0
	fi
	reason=$(skip_reason "$1")
	if [ -z "$reason" ]; then
		build_port "$1"
	elif [ -n "$(fact "$1" ignore)" ]; then
		ignored=$((ignored + 1))
		settle "$1" ignored 03_ignored_list "[XXX] $1$(skip_count "$1") ignored due to $reason"
	else
		skipped=$((skipped + 1))
		settle "$1" skipped 04_skipped_list "[XXX] $1$(skip_count "$1") skipped due to $reason"
	fi
}

# settle SPEC RESULT LIST LINE [COLOR]
settle() {
	set_result "$1" "$2"
	report "$3" "$4" "${5-}"
	package_hook "$2" "$1"
}

build_port() {
	log=$logs/${1%%/*}___${1#*/}.log
	: >"$log"
	begun=$(date +%s)
	needs=$(direct_depends "$1" | wc -l)
	report '' "$(printf '[000] START   %s ##idep=%02d depi=00/00 dep=0.00G' "$1" "$((needs))")"
	port_make "$1" clean >/dev/null 2>&1 || :
	rm -f "$state/dump"
	broke=
	for phase in $(phases_of "$1"); do
		run_phase "$1" || { broke=$phase; break; }
	done
	[ -n "$broke$fetch_only" ] || store_package "$1" || broke=$phase
	remove_installed
	spent=$(clock $(($(date +%s) - begun)))
	if [ -z "$broke" ]; then
		built=$((built + 1))
		port_make "$1" clean >/dev/null 2>&1 || :
		settle "$1" success 01_success_list "[000] SUCCESS $1 ##$spent" 32
	else
		failed=$((failed + 1))
		settle "$1" failure 02_failure_list "$(printf '[000] FAILURE %s%s ##%16.16s %s' "$1" "$(skip_count "$1")" "$(list_name "$broke")" "$spent")" 31
		# Those that need it are fetched as well.
		[ -z "$fetch_only" ] || set_result "$1" fetched
	fi
}

phases_of() {
	[ -z "$developer" ] || echo "$dumps"
	if [ -n "$fetch_only" ]; then
		echo check-sanity fetch-depends fetch checksum
	else
		[ ! -s "$(key_of "$1").depends" ] || echo setup
		echo "$phases $check_plist package $install"
	fi
}

# list_name PHASE: the phase as the failure list names it.
list_name() {
	case $1 in
	setup) echo install-pkgs ;;
	Environment) echo dump-env ;;
	showconfig) echo show-config ;;
	/etc/make.conf) echo make-conf ;;
	[A-Z]*) echo dump-var ;;
	*) echo "$1" ;;
	esac
}

# run_phase SPEC: the phase's command, its output and its time in the port's log.
run_phase() {
	printf '%s\n-- Phase: %s\n%s\n' $bar "$phase" $bar >>"$log"
	started=$(date +%s)
	rc=0
	phase_command "$1" >>"$log" 2>&1 || rc=$?
	ended=$(date +%s)
	if [ "$rc" -ne 0 ]; then
		printf '\nFAILED %s\n' "$(clock $((ended - started)))" >>"$log"
		note "[000] ${1%%@*} Build phase '$phase' failed exit $rc"
	else
		echo >>"$log"
		[ "$phase" != extract ] || printf 'Extracted Memory Use: %6.2fM\n' "$(du -sk /construction | awk '{print $1 / 1024}')" >>"$log"
		printf 'SUCCEEDED %s\n' "$(clock $((ended - started)))" >>"$log"
	fi
	[ "$phase" != package ] || printf 'TOTAL TIME %s\n' "$(clock $((ended - begun)))" >>"$log"
	echo >>"$log"
	return "$rc"
}

phase_command() {
	no_depends=1 spec_flavor=
	case $1 in *@*) spec_flavor=${1#*@} ;; esac
	case $phase in
	Environment) build_env env ;;
	/etc/make.conf) cat "$state/make.conf" ;;
	[A-Z]*) dump_variable "$1" ;;
	setup) install_depends "$1" ;;
	build | package | showconfig) port_make "$1" "$phase" ;;
	install) list_local >"$state/local" && no_depends='' && port_make "$1" install ;;
	*) no_depends='' && port_make "$1" "$phase" ;;
	esac
}

# dump_variable SPEC: the value of the variable that the phase is named after. One make evaluates all of them, which dsynth runs six for.
dump_variable() {
	if [ ! -f "$state/dump" ]; then
		# shellcheck disable=SC2016 # for make to expand
		for one in $variables; do set -- "$@" -V "$one" -V '${:Uend of variable}'; done
		port_make "$@" >"$state/dump" || { rm -f "$state/dump" && return 1; }
	fi
	awk -v wanted="$phase" -v names="$variables" '
		BEGIN { split(names, name, " "); at = 1 }
		$0 == "end of variable" { at++; next }
		name[at] == wanted' "$state/dump"
}

# install_depends SPEC: unpacks the packages of all dependencies. remove_installed deletes their files, and what the port itself
# installed, so that a build sees its own dependencies and no other port's.
install_depends() {
	: >"$state/installed"
	all_depends "$1" | awk '!seen[$0]++' | while read -r depend; do
		package=$(package_of "$depend")
		echo "Installing /packages/All/$package"
		tar -tf "$repository/$package" | grep -v -e '/$' -e '^[./]*+' >"$state/members" || exit 1
		cat "$state/members" >>"$state/installed"
		tar -C / -xpf "$repository/$package" --no-same-owner --no-recursion --verbatim-files-from -T "$state/members" || exit 1
	done
}

list_local() { find /usr/local | sort; }

remove_installed() {
	if [ -f "$state/local" ]; then
		list_local | comm -13 "$state/local" - | sort -r | while read -r file; do
			if [ -d "$file" ] && [ ! -h "$file" ]; then rmdir "$file"; else rm -f "$file"; fi
		done
		rm -f "$state/local"
	fi
	[ -f "$state/installed" ] || return 0
	while read -r file; do
		case /$file in */../*) ;; *) rm -f "/$file" ;; esac
	done <"$state/installed"
	rm -f "$state/installed"
}
