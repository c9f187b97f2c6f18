import {ONE_LINE, RECORDER} from '../make-recorder.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {schema} from './schema.ts';
import type {Tool, ToolOutcome} from './tool.ts';

const NAME = /^[.A-Za-z_][A-Za-z0-9_.+-]{0,99}$/;
const MOST_NAMES = 20;
/** Most characters of a value in the result, and of a command that was not run. */
const MOST_VALUE = 2000;
const MOST_COMMAND = 200;
const MOST_COMMANDS = 10;
/** Lines before the values, and before the commands that were not run. */
const VALUES = '\u001eportwright values\n';
const COMMANDS = '\u001eportwright commands\n';
/** Exit code where make fails. */
const MAKE_FAILED = 80;

/**
 * ORIGIN FLAVOR EXPRESSION...: the values in the composed port, a line each, then the commands that make met while it read the port and that were
 * not run. Those that FreeBSD's port has as well, which no attempt can change, are run: the framework takes its system's version from some.
 */
const SCRIPT = `${PRELUDE}
origin=$1 flavor=$2 mode=all
shift 2
ports=\${DPORTS_COMPOSE_ROOT:?} proof=/work/obj bulk=/work/obj
[ -f "$ports/$origin/Makefile" ] || refuse 71 "There is no composed port $ports/$origin; call materialize_dports first."
aside=$(mktemp -d /tmp/portwright-make.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
: >"$aside/allowed"
${RECORDER}
: >"$aside/last.mk"
for expression; do
  shift
  set -- "$@" -V "$expression"
done
list() { find . -type f ! -path '*[!A-Za-z0-9._+@%,=~:#/-]*' | sort >"$aside/plain"; }
if [ -f "/work/freebsd-ports/$origin/Makefile" ]; then
  cd -P "/work/freebsd-ports/$origin"
  list
  record_special
  refuse_special
  (port_make proof "$@") >/dev/null 2>&1 || :
fi
sort -u "$aside/commands" >"$aside/allowed"
rm -f "$aside/all"
mode=only
: >"$aside/commands"
cd -P "$ports/$origin"
list
record_special
refuse_special
rc=0
(port_make proof "$@") >"$aside/values" 2>"$aside/stderr" || rc=$?
if [ "$rc" -ne 0 ]; then
  tail -c 1000 "$aside/stderr" >&2
  exit ${MAKE_FAILED}
fi
printf '\\036portwright values\\n'
cat "$aside/values"
printf '\\036portwright commands\\n'
grep -avxF -f "$aside/allowed" "$aside/commands" | sort -u || :
`;

export const makeVar: Tool = {
  name: 'make_var',
  description: 'Values of make variables of the composed port; commands that only the overlay runs while it is read are not run.',
  parameters: schema({names: {type: 'array', items: {type: 'string'}, description: 'Such as USES, CONFIGURE_ARGS, WRKSRC.'}}),
  timeoutSeconds: 120,
  async run(args, {env, origin, flavor, signal}) {
    const names = [...new Set(args.names as readonly string[])];
    const refusal = refuseNames(names);
    if (refusal !== undefined) return refusal;
    const params = [origin, flavor ?? '', ...names.map((name) => `\${${name}${ONE_LINE}}`)];
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 1 << 20, signal};
    const result = await runScript(env, SCRIPT, params, options);
    if (result.rc === 72) return refused('special_line', result.stderr.trim().slice(-1000));
    const start = result.stdout.indexOf(VALUES);
    const end = result.stdout.lastIndexOf(COMMANDS);
    if (result.rc !== 0 || start < 0 || end < start) return scriptRefusal(result) ?? failed('make', result);
    const lines = result.stdout.slice(start + VALUES.length, end).split('\n');
    const values = Object.fromEntries(names.map((name, at) => [name, shownValue(lines[at] ?? '')]));
    return outcome({ok: true, values, ...notRun(result.stdout.slice(end + COMMANDS.length))}, names.join(', '));
  },
};

function refuseNames(names: readonly string[]): ToolOutcome | undefined {
  if (names.length === 0 || names.length > MOST_NAMES)
    return refused('bad_arguments', `names must have 1 to ${MOST_NAMES} variables; got ${names.length}.`);
  const odd = names.find((name) => !NAME.test(name));
  if (odd === undefined) return undefined;
  const rule = 'A name must be letters, digits and . _ + - only, without $, braces or modifiers';
  return refused('bad_arguments', `${rule}; got ${JSON.stringify(odd.slice(0, 100))}.`);
}

function shownValue(line: string): string {
  const value = line.replaceAll('\u0001', '\n');
  return value.length <= MOST_VALUE ? value : `${value.slice(0, MOST_VALUE)} [cut: ${value.length - MOST_VALUE} more characters]`;
}

function notRun(text: string): {not_run?: string[]; hint?: string} {
  const commands = text.split('\n').filter((line) => line !== '');
  if (commands.length === 0) return {};
  const shown = commands.slice(0, MOST_COMMANDS).map((command) => command.slice(0, MOST_COMMAND).replaceAll('\u0001', '\n'));
  return {not_run: shown, hint: 'Values that depend on the commands of not_run lack their output.'};
}
