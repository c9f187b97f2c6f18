import {outputFindings} from '../build-findings.ts';
import {PORT_MAKE} from '../port-scripts.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {relativePath} from './paths.ts';
import {execKeys, outcome, refused, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool, ToolOutcome} from './tool.ts';

/** Bytes of the end of the output that are searched for errors. */
const SEARCHED_BYTES = 1 << 20;
/** Characters of its end in the result. */
const TAIL = 1500;
const MOST_SECONDS = 1200;

/** Neither an option, an assignment nor anything that a shell or make would expand. */
const TARGET = /^[A-Za-z0-9_][A-Za-z0-9_.+/@-]{0,199}$/;

/** The framework's command of a build without its target; that of its parts in a framework that has no such variable. */
const COMMAND = '${DO_MAKE_BUILD:U${SETENV} ${MAKE_ENV} ${MAKE_CMD:U${MAKE}} ${_MAKE_JOBS} ${MAKE_ARGS}}';

/**
 * ORIGIN FLAVOR TARGET DIR COMMAND: configures the patched work tree unless it is, without dependencies, and runs the framework's build command for
 * one target in the directory of the build, or in DIR below WRKSRC. TARGET is a parameter of that command, never a part of its text.
 * make's own exit code comes by descriptor 4, past the pipe.
 */
const SCRIPT = `${PRELUDE}
origin=$1 flavor=$2 target=$3 dir=$4${PORT_MAKE}
composed
places=$(port_make -V '\${WRKDIR}' -V '\${WRKSRC}' -V '\${BUILD_WRKSRC:U\${WRKSRC}}' -V "$5" 2>/dev/null) || places=
wrkdir= wrksrc= place= command=
{ read -r wrkdir && read -r wrksrc && read -r place && read -r command; } <<PLACES || :
$places
PLACES
set -- "\${wrkdir:-/nonexistent}"/.patch_done.*
[ -e "$1" ] || refuse 71 "There is no patched work tree of $origin; call make_patch first."
top=$wrkdir
if [ -n "$dir" ]; then top=$wrksrc place=$wrksrc/$dir; fi
top=$(cd -P "$top" 2>/dev/null && pwd -P) || refuse 71 "There is no directory $top; call make_patch first."
case $top/ in /work/obj/*) ;; *) refuse 75 "$top must be below /work/obj." ;; esac
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
log=$fresh/portwright-try.log
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
exec 3>&1
logged() { rc=$({ { "$@" 2>&1 3>&- 4>&- || echo $? >&4; } | tee -a "$log" >&3; } 4>&1); rc=\${rc:-0}; }
rc=0 step=make
set -- "$wrkdir"/.configure_done.*
if [ ! -e "$1" ]; then
  step=configure
  logged port_make NO_DEPENDS=yes configure
fi
if [ "$rc" -eq 0 ]; then
  step=make
  enter "$top" "$place"
  logged /bin/sh -c "$command \\"\\$1\\" </dev/null" make "$target"
fi
printf '\\nportwright-step %s %s\\n' "$step" "$(($(wc -l <"$log")))"
way /work/obj /work/obj "\${origin%%/*}" "\${origin#*/}"
[ ! -d "./portwright-try.log" ] || refuse 72 "$(pwd -P)/portwright-try.log is a directory."
mv -f "$log" .
exit "$rc"
`;

export const tryMake: Tool = {
  name: 'try_make',
  description:
    'Compile one object, or make one target, in the edited work tree of make_patch, in seconds. Dependencies are not installed there.',
  parameters: schema({
    target: text('Such as src/foo.o, or all.'),
    'dir?': text('Directory below wrksrc, if not where the port builds.'),
  }),
  timeoutSeconds: MOST_SECONDS,
  async run(args, {env, origin, slave, flavor, buildIdleSeconds, buildTotalSeconds, signal}) {
    const target = String(args.target);
    const dir = relativePath(String(args.dir ?? ''));
    const refusal = refuseTarget(target, dir);
    if (refusal !== undefined) return refusal;
    const own = slave ?? origin;
    const result = await runScript(env, SCRIPT, [own, flavor ?? '', target, dir ?? '', COMMAND], {
      timeoutSeconds: Math.min(MOST_SECONDS, buildTotalSeconds || MOST_SECONDS),
      ...(buildIdleSeconds > 0 ? {idleSeconds: buildIdleSeconds} : {}),
      tailBytes: SEARCHED_BYTES,
      signal,
    });
    const refused = scriptRefusal(result);
    if (refused) return refused;
    const end = /\nportwright-step (\w+) (\d+)\n$/.exec(result.stdout);
    const output = end === null ? result.stdout : result.stdout.slice(0, end.index);
    const keys = execKeys(result, {stdout: output, ...(result.rc === 0 ? {short: true} : {tail: TAIL})});
    const failure = {
      step: end?.[1] ?? 'make',
      findings: outputFindings(output + result.stderr, Number(end?.[2] ?? 0)),
      log_path: `/work/obj/${own}/portwright-try.log`,
    };
    const summary = keys.ok ? `${target} made` : `${target}: ${failure.step} failed, exit code ${result.rc}`;
    return outcome({...keys, target, dir, ...(keys.ok ? {} : failure)}, summary);
  },
};

function refuseTarget(target: string, dir: string | undefined): ToolOutcome | undefined {
  if (!TARGET.test(target) || target.split('/').includes('..'))
    return refused(
      'bad_arguments',
      `target must be one file or target of make: letters, digits and . _ + / @ - only, without '..'; got ${JSON.stringify(target.slice(0, 100))}.`,
    );
  if (dir !== undefined) return undefined;
  return refused('outside', "dir must be a directory below wrksrc, without '..' or a leading slash.");
}
