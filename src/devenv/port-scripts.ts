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

/** The tree's hash is taken before: an edit that comes meanwhile makes the compose stale, as it should. */
export const MATERIALIZE = `${PRELUDE}${GIT}${TRAPS}
tree=$(tree_of "$1")
cd "$overlay"
rc=0
reapply "$1" || rc=$?
printf '\\nportwright-tree %s\\n' "$tree"
exit "$rc"
`;
