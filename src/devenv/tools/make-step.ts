import {outputFindings} from '../build-findings.ts';
import {PORT_MAKE} from '../port-scripts.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {APPLIED} from './patching.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Bytes of the end of the output that are searched for errors. */
const KEPT_BYTES = 1 << 20;
/** Characters of its end that a model is shown if the step failed. */
const TAIL = 1000;

/**
 * ORIGIN FLAVOR TARGET. Where the work tree is, is told also when the step failed: what failed is in it. The whole output stays in
 * the dev-env. make's own exit code comes by descriptor 4, past the pipe.
 */
const SCRIPT = `${PRELUDE}
origin=$1 flavor=$2${PORT_MAKE}
composed
rm -f "/work/obj/$origin/.portwright-duped" "/work/obj/$origin/${APPLIED}"
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
log=$fresh/portwright-$3.log
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
exec 3>&1
rc=$({ { { port_make clean && port_make "$3"; } 2>&1 3>&- 4>&- || echo $? >&4; } | tee "$log" >&3; } 4>&1)
place=$(port_make -V '\${WRKDIR}' -V '\${WRKSRC}' 2>/dev/null) || place=
printf '\\nportwright-place\\n%s\\n%s\\n' "$(wc -l <"$log")" "$place"
way /work/obj /work/obj "\${origin%%/*}" "\${origin#*/}"
# The framework's patch target fails where one patch does.
if [ "\${rc:-0}" -eq 0 ]; then
  patches=/nonexistent
  if [ "$3" = patch ]; then patches=$(port_make -V '\${DFLY_PATCHDIR}' 2>/dev/null) || patches=; fi
  for one in "\${patches:-$compose/$origin/dragonfly}"/patch-*; do
    [ ! -f "$one" ] || printf '%s %s\n' "$(sha256 <"$one")" "\${one##*/}"
  done >"$fresh/${APPLIED}"
  mv -f "$fresh/${APPLIED}" .
fi
[ ! -d "./portwright-$3.log" ] || refuse 72 "$(pwd -P)/portwright-$3.log is a directory."
mv -f "$log" .
exit "\${rc:-0}"
`;

/** Defines a tool that rebuilds the work tree up to a target of the ports framework. */
export function makeStep(name: string, target: string, description: string): Tool {
  return {
    name,
    description,
    parameters: schema({origin: ORIGIN}),
    timeoutSeconds: 1800,
    async run(args, {env, origin, flavor, signal}) {
      const other = otherOrigin(args.origin, origin);
      if (other) return other;
      const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: KEPT_BYTES, signal};
      const result = await runScript(env, SCRIPT, [origin, flavor ?? '', target], options);
      const refusal = scriptRefusal(result);
      if (refusal) return refusal;
      const place = /\nportwright-place\n\s*(\d+)\n(.*)\n(.*)\n$/.exec(result.stdout);
      const [lines = '0', wrkdir = '', wrksrc = ''] = place?.slice(1) ?? [];
      const stdout = place ? result.stdout.slice(0, place.index) : result.stdout;
      const keys = execKeys(result, {stdout, ...(result.rc === 0 ? {short: true} : {tail: TAIL})});
      const log_path = `/work/obj/${origin}/portwright-${target}.log`;
      const findings = outputFindings(stdout + result.stderr, Number(lines));
      const step = keys.ok ? {} : {[`${name}_step`]: target, findings, log_path};
      const summary = keys.ok ? `${origin}, ${wrksrc}` : `${origin}: ${target} failed, exit code ${result.rc}`;
      return outcome({...keys, origin, wrkdir, wrksrc, ...step}, summary, keys.ok ? {wrksrc} : undefined);
    },
  };
}
