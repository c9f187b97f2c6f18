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
 * ORIGIN. Composes by \`reapply --json\` where that helper has the option, which its text shows: an older one would take the option for an
 * origin. The tree's hash is taken before: an edit that comes meanwhile makes the compose stale, as it should. Where the port does not
 * compose, its overlay.dops is printed too.
 */
export const MATERIALIZE = `${PRELUDE}${GIT}${TRAPS}
tree=$(tree_of "$1")
cd "$overlay"
helper=$(command -v reapply) || helper=/nonexistent
if grep -q -e --json "$helper" 2>/dev/null; then set -- --json "$1"; else set -- "$1"; fi
rc=0
reapply "$@" || rc=$?
[ $# -eq 1 ] || shift
dops=ports/$1/overlay.dops
if [ "$rc" -ne 0 ] && [ -f "$dops" ] && [ ! -h "$dops" ]; then
  printf '\\nportwright-overlay\\n'
  head -c 262144 "$dops"
fi
printf '\\nportwright-tree %s\\n' "$tree"
exit "$rc"
`;
