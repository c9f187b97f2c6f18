import {GIT, TRAPS} from './git-script.ts';
import {PRELUDE} from './scripts.ts';

/** `port_make ARGUMENT...` in the composed port, with the work tree under /work/obj. Needs `origin` and `flavor`. */
export const PORT_MAKE = `
compose=\${DPORTS_COMPOSE_ROOT:?}
port_make() {
  make -C "$compose/$origin" PORTSDIR="$compose" WRKDIRPREFIX=/work/obj BATCH=yes NOCLEANDEPENDS=yes \${flavor:+"FLAVOR=$flavor"} "$@" </dev/null
}
composed() {
  [ -f "$compose/$origin/Makefile" ] || refuse 71 "There is no composed port $compose/$origin; call materialize_dports first."
}
`;

/**
 * `unpatched TREE PREFIX`, in the port's work directory: sets `unpatched` to the port's source as it is before the overlay's patches, which is
 * unpacked below PREFIX once for each composed tree. Fails where it cannot be unpacked. Needs `real`.
 */
export const UNPATCHED = `
unpatched() {
  unpatched=$real/.portwright-source-$1/src
  [ ! -d "./.portwright-source-$1" ] || return 0
  port_make WRKDIRPREFIX="$2" DFLY_PATCHDIR=/nonexistent patch >/dev/null 2>&1 || return 1
  place=$(port_make WRKDIRPREFIX="$2" -V '\${WRKSRC}')
  case $place in "$2"/*) ;; *) return 1 ;; esac
  rm -rf ./.portwright-source-*
  mkdir "./.portwright-source-$1" && mv "$place" "./.portwright-source-$1/src"
}
`;

/**
 * `compose_port ORIGIN`: `reapply`, with `--json` where that helper has the option, which its text shows: an older one would take the option
 * for an origin. Sets rc. The real composer refuses a single port without an overlay, and leaves what was composed of it before, by an attempt
 * for example; it composes such a port from an overlay.dops that has a header only, and is deleted afterwards.
 */
const COMPOSE_PORT = `
output= header=
drop_header() {
  [ -z "$header" ] || rm -f "$header/overlay.dops"
  # Only empty directories are removed.
  [ -z "$header" ] || rmdir "$header" "\${header%/*}" 2>/dev/null || :
  header=
}
finish() {
  drop_header
  [ -z "$output" ] || rm -rf "$output"
  drop_git
}
trap finish EXIT
run_reapply() {
  rc=0
  if grep -q -e --json "$helper" 2>/dev/null; then set -- --json "$1"; fi
  reapply "$@" >"$output/stdout" 2>"$output/stderr" || rc=$?
}
# is_bare ORIGIN: FreeBSD has the port, and its overlay has nothing but the composer's own overlay.toml.
is_bare() {
  category=ports/\${1%/*}
  [ -f "/work/freebsd-ports/$1/Makefile" ] && [ ! -h "$category" ] && [ ! -h "ports/$1" ] || return 1
  [ -z "$(ls -A "ports/$1" 2>/dev/null | grep -vx overlay.toml)" ]
}
compose_port() {
  helper=$(command -v reapply) || helper=/nonexistent
  output=$(mktemp -d /work/.portwright-compose.XXXXXX)
  run_reapply "$1"
  if [ "$rc" -ne 0 ] && grep -q E_COMPOSE_SELECTED_ORIGIN_NOT_FOUND "$output/stdout" "$output/stderr" && is_bare "$1"; then
    header=ports/$1
    mkdir -p "$header"
    printf 'port %s\\ntype port\\ntarget @any\\n' "$1" >"$header/overlay.dops"
    run_reapply "$1"
    drop_header
  fi
  cat "$output/stderr" >&2
  cat "$output/stdout"
}
`;

/**
 * ORIGIN. Composes the port. The tree's hash is taken before: an edit that comes meanwhile makes the compose stale, as it should. Where the
 * port does not compose, its overlay.dops is printed too.
 */
export const MATERIALIZE = `${PRELUDE}${GIT}${TRAPS}${COMPOSE_PORT}
tree=$(tree_of "$1")
cd "$overlay"
compose_port "$1"
dops=ports/$1/overlay.dops
if [ "$rc" -ne 0 ] && [ -f "$dops" ] && [ ! -h "$dops" ]; then
  printf '\\nportwright-overlay\\n'
  head -c 262144 "$dops"
fi
printf '\\nportwright-tree %s\\n' "$tree"
exit "$rc"
`;
