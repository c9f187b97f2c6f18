# create.sh: make an environment. Read by dev-env.
# shellcheck shell=sh disable=SC2034,SC2154
#
#   --target @T            release that the ports are composed for (needed)
#   --freebsd-ports DIR    ports tree to compose from (needed); copied
#   --delta-root DIR       overlay, with ports/<origin>/ below (needed); copied, in a fresh git repository of one commit
#   --name N               default: the target without @
#   --origin O             the port that helpers take when none is named
#   --distfiles DIR        copied to /usr/distfiles; there is no network inside
#   --framework DIR        *.mk files for `.include <bsd.port.mk>`; default demo/framework of the installation
#   --composer WHAT        portwright (default): our engine composes; dportsv3: the tree's own program, which must run without a network
#   --hooks DIR            hook_* and their conf, copied to /etc/dsynth; reset keeps these
#   --bind HOST:INSIDE     a directory of this machine, seen inside, written with the owner of HOST; may be repeated
#   --logs-dir INSIDE      Directory_logs of dsynth; default /work/dsynth/logs
#   --memory BYTES, --cpu SECONDS, --file-size BYTES: limits a process; --processes N
#   --free BYTES           a command that fills the disk is ended when less is free; default 1 GiB
# The initial compose covers every port; if one fails the exit code is 1 and the environment is ready all the same.

do_create() {
	name='' target='' origin='' freebsd_ports='' delta_root='' distfiles='' framework='' hooks='' binds='' logs_dir=/work/dsynth/logs
	composer=portwright memory=4294967296 processes=512 cpu=3600 file_size=2147483648 free=$least_free
	parse_create "$@"
	check_needs
	[ -n "$name" ] || name=${target#@}
	check_word --name "$name"
	env=$envs/$name
	profile=$(printf %s "$name" | tr -c 'A-Za-z0-9._-' _)
	check_absolute 'The directory of environments' "$envs"
	mkdir -p "$envs"
	mkdir "$env" 2>/dev/null || fail "Environment '$name' must not exist yet; $env does. Destroy it (dev-env destroy $name) or choose another --name."
	trap 'rm -rf "$env"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	host_uid=$(owner_inside)
	populate
	within /bin/true || fail 'No isolated root can be had on this machine (see above), and nothing is run without one.' \
		'A plain user needs user namespaces: sysctl kernel.unprivileged_userns_clone=1, and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0; or run this as root.'
	composed=0
	within /root/.dports-dev/bin/regen --initial || composed=$?
	finish_create
	trap - EXIT
	[ "$composed" = 0 ] || fail "The initial compose of '$name' failed for a port (see above); the environment is ready without it. Mend the overlay, then: reapply ORIGIN"
	echo "$name"
}

parse_create() {
	while [ $# -gt 0 ]; do
		[ $# -gt 1 ] || fail "Option '$1' needs a value, or is not one of create. See lib/create.sh."
		case $1 in
		--target) check_target "$2"; target=$2 ;;
		--name) check_word --name "$2"; name=$2 ;;
		--origin) check_origin "$2"; origin=$2 ;;
		--freebsd-ports) freebsd_ports=$(directory "$1" "$2") ;;
		--delta-root) delta_root=$(directory "$1" "$2") ;;
		--distfiles) distfiles=$(directory "$1" "$2") ;;
		--framework) framework=$(directory "$1" "$2") ;;
		--composer) check_composer "$2"; composer=$2 ;;
		--hooks) hooks=$(directory "$1" "$2") ;;
		--bind) add_bind "$2" ;;
		--logs-dir) check_absolute --logs-dir "$2"; logs_dir=$2 ;;
		--memory) check_number "$1" "$2"; memory=$2 ;;
		--processes) check_number "$1" "$2"; processes=$2 ;;
		--cpu) check_number "$1" "$2"; cpu=$2 ;;
		--file-size) check_number "$1" "$2"; file_size=$2 ;;
		--free) check_number "$1" "$2"; free=$2 ;;
		*) fail "create does not know '$1'. See lib/create.sh for its options." ;;
		esac
		shift 2
	done
	[ -n "$target" ] || fail 'create needs --target, such as --target @2026Q2.'
	[ -n "$freebsd_ports" ] || fail 'create needs --freebsd-ports DIR, the ports tree to compose from.'
	[ -n "$delta_root" ] || fail 'create needs --delta-root DIR, the overlay with ports/<origin> below.'
	[ -d "$delta_root/ports" ] || fail "--delta-root must hold a directory ports/; got '$delta_root'."
	if [ "$composer" = dportsv3 ] && [ ! -x "$delta_root/dportsv3" ]; then
		fail "--composer dportsv3 needs the program $delta_root/dportsv3, which does not exist or is not executable. Give a full DeltaPorts checkout as --delta-root, or leave --composer out."
	fi
	[ -n "$framework" ] || [ ! -d "$home/../../../demo/framework" ] || framework=$(readlink -f "$home/../../../demo/framework")
}

check_composer() {
	case $1 in portwright | dportsv3) ;; *) fail "--composer must be portwright or dportsv3; got '$1'." ;; esac
}

# add_bind HOST:INSIDE: one line `HOST<tab>INSIDE` in binds. INSIDE may not cover what isolation or proof rests on.
add_bind() {
	case $1 in /*:/*) ;; *) fail "--bind must be HOSTDIR:INSIDE, both absolute; got '$1'." ;; esac
	check_absolute 'INSIDE of --bind' "${1#*:}"
	check_absolute 'HOSTDIR of --bind' "${1%%:*}"
	case ${1#*:}/ in
	/ | /usr/* | /bin/* | /sbin/* | /lib*/* | /etc/* | /root/* | /proc/* | /dev/*) fail "INSIDE of --bind must be outside /usr, /etc, /root and other system directories; got '${1#*:}'." ;;
	esac
	binds="$binds$(directory --bind "${1%%:*}")	${1#*:}
"
}

# What the machine must have; said all at once.
check_needs() {
	missing=
	for program in bwrap unshare setpriv prlimit flock bmake git patch tar mount; do
		command -v "$program" >/dev/null || missing="$missing $program"
	done
	[ -z "$missing" ] || fail "Isolation and builds need these programs, which are missing:$missing." \
		'On Debian or Ubuntu: apt-get install bubblewrap util-linux bmake git patch tar gcc'
	[ -d /usr/share/mk ] || fail "bmake's system files must be in /usr/share/mk, which does not exist. Install the package bmake of this machine."
}

# The uid that processes inside have on this machine: the caller's. For root: that of the bound directory, which they must be
# able to write, or one that owns nothing else, so that neither root's files nor its freedom from limits reach inside. An empty
# directory of root's is given to it.
owner_inside() {
	user=$(id -u)
	[ "$user" = 0 ] || { echo "$user"; return 0; }
	uid=${PORTWRIGHT_ENV_UID:-64999} bound=''
	check_number PORTWRIGHT_ENV_UID "$uid"
	if [ -n "$binds" ]; then
		bound=${binds%%	*}
		owner=$(stat -c %u "$bound")
		if [ "$owner" = 0 ] && [ -z "$(ls -A "$bound")" ]; then chown "$uid:$uid" "$bound"; else uid=$owner; fi
	fi
	[ "$uid" != 0 ] || fail "The uid inside must not be root's; got that of '${bound:-PORTWRIGHT_ENV_UID}', uid 0." \
		'Bind a directory of another user, or an empty one, which is then given to the uid inside. PORTWRIGHT_ENV_UID must not be 0.'
	echo "$uid"
}

# The environment's directory, with everything but the composed trees.
populate() {
	mkdir "$env/m" "$env/framework" "$env/etc" "$env/points"
	mkdir -p "$env/points/usr/distfiles" "$env/points/usr/local" "$env/writable"
	: >"$env/lock"
	printf %s "$binds" >"$env/binds"
	write_env creating
	lock_env -x
	write_etc
	[ -z "$framework" ] || copy_tree "$framework" "$env/framework"
	w=$env/writable
	mkdir "$w/local" "$w/var_db" "$w/tmp" "$w/var_tmp" "$w/construction" "$w/distfiles" "$w/etc_dsynth" "$w/work"
	chmod 1777 "$w/tmp" "$w/var_tmp"
	mkdir -p "$w/work/DPorts" "$w/work/artifacts/compose/$target" "$w/work/dsynth/packages/All" "$w/work/dsynth/options" \
		"$w/work/dsynth/build" "$w/work/dsynth/logs" "$w/work/obj" "$w/work/genpatch-out" "$w/work/DeltaPorts" "$w/work/freebsd-ports"
	: >"$w/work/.dports-dev-touched-origins"
	copy_tree "$delta_root" "$w/work/DeltaPorts"
	copy_tree "$freebsd_ports" "$w/work/freebsd-ports"
	[ -z "$distfiles" ] || copy_tree "$distfiles" "$w/distfiles"
	write_dsynth_conf
	[ -z "$hooks" ] || copy_tree "$hooks" "$w/etc_dsynth"
	give_away
}

# copy_tree FROM TO: files of FROM without its git directory.
copy_tree() {
	{ (cd "$1" && tar -cf - --exclude=./.git .) || : >"$env/torn"; } | (cd "$2" && tar -xpf - --no-same-owner) || : >"$env/torn"
	[ ! -e "$env/torn" ] || fail "$1 could not be copied whole (see above). Make it readable and give $env room, then create again."
}

# Files below writable belong to the uid inside; no link is followed.
give_away() {
	[ "$(id -u)" != 0 ] || chown -Rh "$host_uid:$host_uid" "$env/writable"
}

# A small /etc of its own: nothing of the host's is read but libraries' and alternatives' tables.
write_etc() {
	mkdir "$env/etc/dsynth" "$env/etc/alternatives"
	: >"$env/etc/ld.so.cache"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$env/etc/passwd"
	echo 'root:x:0:' >"$env/etc/group"
	echo '127.0.0.1 localhost dfly' >"$env/etc/hosts"
	printf '%s\n' '[safe]' '	directory = *' '[user]' '	name = dev-env' '	email = dev-env@localhost' \
		'[init]' '	defaultBranch = master' '[advice]' '	detachedHead = false' '[gc]' '	auto = 0' >"$env/etc/gitconfig"
}

write_dsynth_conf() {
	cat >"$w/etc_dsynth/dsynth.ini" <<EOT
[Global Configuration]
profile_selected= $profile

[$profile]
Operating_system= DragonFly
Directory_packages= /work/dsynth/packages
Directory_repository= /work/dsynth/packages/All
Directory_portsdir= /work/artifacts/compose/$target
Directory_options= /work/dsynth/options
Directory_distfiles= /usr/distfiles
Directory_buildbase= /work/dsynth/build
Directory_logs= $logs_dir
Directory_ccache= disabled
Directory_system= /
Package_suffix= .txz
Number_of_builders= 1
Max_jobs_per_builder= 2
Display_with_ncurses= true
leverage_prebuilt= false
EOT
	printf '%s\n' 'DISTDIR=/usr/distfiles' 'WRKDIRPREFIX=/construction' >"$w/etc_dsynth/$profile-make.conf"
}

# Keeps what reset goes back to, and says ready.
finish_create() {
	tar -C "$env/writable" -cpf "$env/created.tar" . || fail "Could not keep the state of '$name' for reset."
	write_env ready
}
