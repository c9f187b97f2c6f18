import {PORT_MAKE} from '../port-scripts.ts';
import {PRELUDE} from '../scripts.ts';

/**
 * Start of dupe and genpatch: ORIGIN FLAVOR ROOT DIR NAME PATH. Goes to the file's directory and sets `relative`, the path below
 * WRKSRC, and `patch`, its patch's name as ports-mgmt/genpatch makes it: `_` doubled, then `/` as `_`.
 * dupe and genpatch are done here and not by the helpers of those names: their package is optional (contract 7.3), and
 * the helpers of different dev-envs differ in where they write and which baseline they store.
 */
export const LOCATE = `${PRELUDE}
origin=$1 flavor=$2${PORT_MAKE}
composed
enter "$3" "$4"
here=$real
name=$5 path=$6
wrksrc=$(port_make -V '\${WRKSRC}' 2>/dev/null) || wrksrc=
wrksrc=$(cd -P "\${wrksrc:-/nonexistent}" 2>/dev/null && pwd -P) || refuse 71 "There is no work tree of $origin; call make_patch first."
case $here/ in "$wrksrc"/*) ;; *) refuse 75 "$path must be below the port's source, $wrksrc." ;; esac
relative=\${here#"$wrksrc"}
relative=\${relative#/}
relative=\${relative:+$relative/}$name
patch=patch-$(printf %s "$relative" | sed 's/_/__/g; s,/,_,g; s/[^A-Za-z0-9._+-]/-/g')
`;
