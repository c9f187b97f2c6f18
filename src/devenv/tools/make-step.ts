import {PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

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

/** ORIGIN FLAVOR TARGET. Where the work tree is, is told also when the step failed: what failed is in it. */
const SCRIPT = `${PRELUDE}
origin=$1 flavor=$2${PORT_MAKE}
composed
rm -f "/work/obj/$origin/.portwright-duped"
rc=0
port_make clean && port_make "$3" || rc=$?
place=$(port_make -V '\${WRKDIR}' -V '\${WRKSRC}' 2>/dev/null) || place=
printf '\\nportwright-place\\n%s\\n' "$place"
exit "$rc"
`;

/** A tool that makes the work tree anew up to a target of the ports framework. */
export function makeStep(name: string, target: string, description: string): Tool {
  return {
    name,
    description,
    parameters: schema({origin: ORIGIN}),
    timeoutSeconds: 1800,
    async run(args, {env, origin, flavor, signal}) {
      const other = otherOrigin(args.origin, origin);
      if (other) return other;
      const options = {timeoutSeconds: this.timeoutSeconds, ...(signal ? {signal} : {})};
      const result = await runScript(env, SCRIPT, [origin, flavor ?? '', target], options);
      const refusal = scriptRefusal(result);
      if (refusal) return refusal;
      const place = /\nportwright-place\n(.*)\n(.*)\n$/.exec(result.stdout);
      const [wrkdir = '', wrksrc = ''] = place?.slice(1) ?? [];
      const keys = execKeys(result, {short: true, stdout: place ? result.stdout.slice(0, place.index) : result.stdout});
      const step = keys.ok ? {} : {[`${name}_step`]: target};
      const summary = keys.ok ? `${origin}, ${wrksrc}` : `${origin}: ${target} failed, exit code ${result.rc}`;
      return outcome({...keys, origin, wrkdir, wrksrc, ...step}, summary, keys.ok ? {wrksrc} : undefined);
    },
  };
}
