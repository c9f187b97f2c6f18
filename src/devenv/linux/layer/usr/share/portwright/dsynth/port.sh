# port.sh: what happens to one port of the order. Read by dsynth.
# shellcheck shell=sh disable=SC2154

bar=-------------------------------------------------------------------------------

# process SPEC: ignored, skipped because of a dependency, or built.
process() {
	reason=$(cat "$(key_of "$1").ignore")
	if [ -n "$reason" ]; then
		ignored=$((ignored + 1))
		settle "$1" ignored 03_ignored_list "[XXX] $1 ignored due to $reason "
		return 0
	fi
	reason=$(all_depends "$1" | while read -r depend; do
		case $(result_of "$depend") in failure | ignored | skipped) printf '%s ' "$depend" ;; esac
	done)
	if [ -n "$reason" ]; then
		skipped=$((skipped + 1))
		settle "$1" skipped 04_skipped_list "[XXX] $1 skipped due to $reason"
		return 0
	fi
	build_port "$1"
}

# settle SPEC RESULT LIST LINE
settle() {
	set_result "$1" "$2"
	report "$3" "$4"
	package_hook "$2" "$1"
}

build_port() {
	log=$logs/${1%%/*}___${1#*/}.log
	: >"$log"
	begun=$(date +%s)
	report '' "[000] START   $1 ##idep=00 depi=00/00 dep=0.00G"
	port_make "$1" clean >/dev/null 2>&1 || :
	broke=
	for phase in setup check-sanity pkg-depends fetch-depends fetch checksum extract-depends extract patch-depends patch build-depends \
		lib-depends configure build run-depends stage $check_plist package; do
		[ "$phase" != setup ] || [ -s "$(key_of "$1").depends" ] || continue
		run_phase "$1" || { broke=$phase; break; }
	done
	[ -n "$broke" ] || keep_package "$1" || broke=package
	remove_depends
	spent=$(clock $(($(date +%s) - begun)))
	if [ -z "$broke" ]; then
		built=$((built + 1))
		port_make "$1" clean >/dev/null 2>&1 || :
		settle "$1" success 01_success_list "[000] SUCCESS $1 ##$spent"
	else
		failed=$((failed + 1))
		settle "$1" failure 02_failure_list "$(printf '[000] FAILURE %s ##%16.16s %s' "$1" "$broke" "$spent")"
	fi
}

# run_phase SPEC: `make $phase`, its output and its time in the port's log.
run_phase() {
	printf '%s\n-- Phase: %s\n%s\n' $bar "$phase" $bar >>"$log"
	started=$(date +%s)
	rc=0
	if [ "$phase" = setup ]; then
		install_depends "$1" >>"$log" 2>&1 || rc=$?
	else
		port_make "$1" "$phase" >>"$log" 2>&1 || rc=$?
	fi
	ended=$(date +%s)
	word=SUCCEEDED
	if [ "$rc" -ne 0 ]; then
		word=FAILED
		report '' "[000] $1 Build phase '$phase' failed exit $rc"
	fi
	printf '\n%s %s\n' $word "$(clock $((ended - started)))" >>"$log"
	[ "$phase" != package ] || printf 'TOTAL TIME %s\n' "$(clock $((ended - begun)))" >>"$log"
	echo >>"$log"
	return "$rc"
}

# install_depends SPEC: unpacks the packages of all dependencies; remove_depends takes their files away again, so that a build
# sees its own dependencies and no other port's.
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

remove_depends() {
	[ -f "$state/installed" ] || return 0
	while read -r file; do
		case /$file in */../*) ;; *) rm -f "/$file" ;; esac
	done <"$state/installed"
	rm -f "$state/installed"
}

# keep_package SPEC: copies the port's package to the repository by way of a name aside, so that none is ever half there.
keep_package() {
	package=$(package_of "$1")
	# shellcheck disable=SC2016 # for make to expand
	made=$(port_make "$1" -V '${PKGFILE}' 2>/dev/null) || made=
	[ -f "$made" ] || made=/construction/${1%%@*}/pkg/$package
	[ "$made" != "$repository/$package" ] || return 0
	if cp "$made" "$repository/$package.new" && mv "$repository/$package.new" "$repository/$package"; then return 0; fi
	report '' "[000] $1 Unable to copy $made to $repository/$package"
	return 1
}
