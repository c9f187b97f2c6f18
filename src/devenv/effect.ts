import {randomBytes} from 'node:crypto';
import {
  compareEffect,
  type Effect,
  emptySnapshot,
  type PortSnapshot,
  readSnapshot,
  unknownEffect,
  VARIABLES,
  WORK_PREFIX,
  withMaster,
} from '../case/effect/index.ts';
import {type DevEnv, succeeded} from './client.ts';
import {compose, requireEnvironment} from './compose.ts';
import {ONE_LINE, RECORDER} from './make-recorder.ts';
import {applyDiff, beginAttempt, type Diff} from './overlay.ts';
import {PRELUDE, runScript} from './scripts.ts';

export interface EffectInput {
  readonly caseId: string;
  readonly origin: string;
  /** Ports whose overlays the diff may change, in the order in which they are composed; the port itself unless given. */
  readonly scope?: readonly string[];
  readonly flavor?: string | undefined;
  /** The recorded diff. */
  readonly diff: Diff;
  /** Base names of the patches that fail in the log. */
  readonly failedPatches: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

const EXPRESSIONS = [...VARIABLES.map((name) => `\${${name}${ONE_LINE}}`), '${.MAKE.MAKEFILES}'];

/**
 * ORIGIN FLAVOR composed|ports PROOF_PREFIX BULK_PREFIX EXPRESSION...; on stdin a nonce, `all` or `only`, and with `only` the
 * commands that make may run while it reads the port. Any other is recorded and not run: `.SHELL` names a recorder as make's
 * shell, so that no command of a port that is being judged runs beside this script and can write into its output.
 * Targets come from make's graph after `-t -N`, which visits every target and neither expands nor runs a command.
 */
const SNAPSHOT = `${PRELUDE}
origin=$1 flavor=$2 from=$3 proof=$4 bulk=$5
shift 5
IFS= read -r nonce
IFS= read -r mode
aside=$(mktemp -d /tmp/portwright-effect.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
cat >"$aside/allowed"
case $from in composed) ports=\${DPORTS_COMPOSE_ROOT:?} ;; *) ports=/work/freebsd-ports ;; esac
[ -f "$ports/$origin/Makefile" ] || refuse 71 "There is no port $ports/$origin."
cd -P "$ports/$origin"
where
${RECORDER}
printf '.DEFAULT:\\n\\t@: portwright-default\\nportwright-graph: \${.ALLTARGETS:N.*:Nportwright-graph:N*[^A-Za-z0-9_.+-]*}\\n' >"$aside/last.mk"
phases='check-sanity fetch checksum extract patch configure build stage check-plist package install'
# evaluate SURROUNDING VARIABLE_ARGUMENT...: values, then the graph.
evaluate() {
  of=$1
  shift
  asked=
  [ "$of" = proof ] || asked=$phases
  rc=0
  port_make "$of" "$@" $asked >"$aside/values:$of" 2>"$aside/stderr:$of" || rc=$?
  printf '%s\\n' "$rc" >"$aside/status:$of"
  : >"$aside/graph:$of"
  port_make "$of" -k -B -t -N "-dF$aside/graph:$of" -dg2 $asked portwright-graph >/dev/null 2>>"$aside/stderr:$of" || :
  tail -c 4096 "$aside/stderr:$of" >"$aside/errors:$of"
}
usual='*[!A-Za-z0-9._+@%,=~:#/-]*'
find . -path "$usual" | head -n 5 | tr -d '\\r' >"$aside/odd"
find . ! -type d ! -path "$usual" | sort >"$aside/all-files"
find . -type f ! -path "$usual" | sort >"$aside/plain"
record_special
refuse_special
for expression; do
  shift
  set -- "$@" -V "$expression"
done
for of in proof bulk; do (evaluate "$of" "$@") & done

if bsd_stat; then set -- -f '%Lp %z %N'; else set -- -c '%a %s %n'; fi
xargs stat "$@" /dev/null <"$aside/all-files" >"$aside/files"
xargs $sums /dev/null <"$aside/plain" >"$aside/hashes"
find . -type l ! -path "$usual" | while read -r one; do
  printf '%s %s\\n' "\${one#./}" "$(readlink "$one" | tr '\\n' '?')"
done >"$aside/links"
wait

part() {
  printf '%s %s\\n' "$1" "$(wc -c <"$2" | tr -d ' ')"
  cat "$2"
  echo
}
printf '%s begin\\n' "$nonce"
printf '%s' "$real" >"$aside/directory"
printf '%s' "$aside" >"$aside/aside"
for name in directory aside files hashes links odd commands status:proof values:proof errors:proof graph:proof status:bulk values:bulk errors:bulk graph:bulk; do
  part "$name" "$aside/$name"
done
while read -r one; do
  case \${one##*/} in
  Makefile* | makefile | *.mk | pkg-* | *plist* | distinfo* | *.in) ;;
  *) continue ;;
  esac
  [ "$(wc -c <"$one")" -gt 262144 ] || part "text:$one" "$one"
done <"$aside/plain"
printf '%s end\\n' "$nonce"
`;

/** Seconds of a snapshot, which takes about one; a port whose make does not end is not evaluated. */
const SECONDS = 120;
const MOST_BYTES = 33554432;

/**
 * Compares the composed port before and after a recorded diff, in the state in which a proof starts. Afterwards the overlay has
 * the diff and the case's mark, composed. A diff that does not apply or compose has no effect here: its proof fails by that.
 * Throws what `beginAttempt` throws, and `DevEnvUnavailable` where the dev-env cannot compose.
 */
export async function portEffect(env: DevEnv, input: EffectInput): Promise<Effect> {
  const {caseId, origin, scope = [origin], diff, failedPatches, signal} = input;
  await beginAttempt(env, {caseId, origin: scope, signal});
  const composed = await compose(env, scope, signal);
  requireEnvironment(env, composed);
  const before = await snapshot(env, input, succeeded(composed) ? 'composed' : 'ports');
  if (!succeeded(await applyDiff(env, diff, signal))) return withoutEffect('The diff does not apply to the overlay.');
  if (!succeeded(await compose(env, scope, signal))) return withoutEffect('The port does not compose with the diff.');
  const after = await snapshot(env, input, 'composed', before.commands);
  return compareEffect(before, after, {failedPatches});
}

/**
 * Compares a case's port and, where the diff may change it, its master. The master comes first: a slave port includes its Makefile, and make
 * is not run on a port that could not be evaluated.
 */
export async function caseEffect(
  env: DevEnv,
  {master, ...input}: Omit<EffectInput, 'scope'> & {readonly master?: string | undefined},
): Promise<Effect> {
  if (master === undefined) return portEffect(env, input);
  const scope = [master, input.origin];
  const ofMaster = await portEffect(env, {...input, origin: master, flavor: undefined, scope});
  if (ofMaster.missing.length > 0)
    return withMaster(withoutEffect(`The master ${master} could not be evaluated.`), ofMaster, master);
  return withMaster(await portEffect(env, {...input, scope}), ofMaster, master);
}

function withoutEffect(reason: string): Effect {
  return {...unknownEffect(reason), findings: []};
}

/** Takes a snapshot; with `allowed` commands, make runs no other. */
async function snapshot(
  env: DevEnv,
  input: EffectInput,
  from: 'composed' | 'ports',
  allowed?: readonly string[],
): Promise<PortSnapshot> {
  const nonce = randomBytes(16).toString('hex');
  const args = [input.origin, input.flavor ?? '', from, WORK_PREFIX.proof, WORK_PREFIX.bulk, ...EXPRESSIONS];
  const stdin = [nonce, allowed === undefined ? 'all' : 'only', ...(allowed ?? [])].map((line) => `${line}\n`).join('');
  const options = {timeoutSeconds: SECONDS, tailBytes: MOST_BYTES, encoding: 'latin1' as const, signal: input.signal};
  const result = await runScript(env, SNAPSHOT, args, {...options, stdin: Buffer.from(stdin, 'latin1')});
  if (result.timedOut !== undefined) return emptySnapshot(`make must read the port within ${SECONDS} s; it did not.`);
  if (result.rc !== 0)
    return emptySnapshot(`The snapshot ended with exit code ${result.rc}: ${result.stderr.trim().slice(-300)}`);
  if (result.stdoutTruncated) return emptySnapshot(`A snapshot may have ${MOST_BYTES} bytes; this one has more.`);
  return readSnapshot(result.stdout, nonce);
}
