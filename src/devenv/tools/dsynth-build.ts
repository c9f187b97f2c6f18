import {stripVTControlCharacters} from 'node:util';
import {findingsToRaise} from '../../case/attempt/guard-round.ts';
import {type PackageFile, packageFindings} from '../../case/effect/index.ts';
import {acceptedLines} from '../../case/guard/accepted-instead.ts';
import {findingLines} from '../../case/prompt/guard-round.ts';
import type {Finding} from '../../case/types.ts';
import {buildFindings} from '../build-findings.ts';
import {type BuildFacts, lastGoodPackage, notVerified, PORT_FACTS, splitFacts} from '../clean-build.ts';
import type {ExecResult} from '../client.ts';
import {GIT, TRAPS} from '../git-script.ts';
import {DSYNTH, PRELUDE, runScript} from '../scripts.ts';
import {buildPatience} from '../unavailable.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool, ToolContext, ToolOutcome} from './tool.ts';

/**
 * ORIGIN FLAVOR PATIENCE COMPOSED_TREE ORIGIN...: the port, and those that were composed for it. `test`, as the proof builds: a package of an earlier build
 * would be taken for the result of this one, so it is deleted, and the plist is checked. Dependencies stay built. Behind dsynth's output come the
 * facts of a passing build.
 */
const SCRIPT = `${PRELUDE}${GIT}${DSYNTH}${TRAPS}${PORT_FACTS}
origin=$1 flavor=$2 patience=$3 composed=$4
shift 4
[ "$(trees_of "$@")" = "$composed" ] || refuse 77 "The overlay was changed after the last materialize_dports. Call materialize_dports, then dsynth_build."
cd "$overlay"
rc=0
(dsynth_quietly test "$origin" "$flavor") || rc=$?
end_build "$rc"
`;

/** Characters of what dsynth itself prints: little, since the port's log has the rest. */
const OWN_OUTPUT = 300;

/** Most bytes of the end of the output: the list of a large package has some MB. */
const MOST_BYTES = 8 << 20;
/** Most characters of the guard's findings, and of what is accepted instead. */
const MOST_GUARD = 2000;

export const dsynthBuild: Tool = {
  name: 'dsynth_build',
  description:
    'Build the composed port clean, with the checks of the proof, plist included, after materialize_dports. findings: first errors with their lines. guard: what keeps the diff from being proved.',
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 21600,
  async run(args, context) {
    const {env, origin, master, flavor, composedTree, signal} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    if (composedTree === undefined) {
      return refused(
        'stale_compose',
        'A build needs a successful materialize_dports in this attempt. Call it, then dsynth_build.',
        {blocked_by: 'stale_compose'},
      );
    }
    const last = await lastGoodPackage(env, {origin, ...(flavor ? {flavor} : {})});
    const composed = master === undefined ? [origin] : [master, origin];
    const patience = `${buildPatience(context.buildIdleSeconds)}`;
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', patience, composedTree, ...composed], {
      timeoutSeconds: context.buildTotalSeconds,
      idleSeconds: context.buildIdleSeconds,
      tailBytes: MOST_BYTES,
      signal,
    });
    return scriptRefusal(result) ?? reportBuild(context, result, last);
  },
};

async function reportBuild(
  context: ToolContext,
  result: ExecResult,
  last: readonly PackageFile[] | undefined,
): Promise<ToolOutcome> {
  const {origin} = context;
  const {output, facts} = splitFacts(result.stdout);
  const keys = execKeys(result, {stdout: stripVTControlCharacters(output), tail: OWN_OUTPUT});
  if (!keys.ok) return reportFailure(context, result, {...keys, origin, rebuild_ok: false});
  const guard = await guardOf(context, packageFindings(last, facts.files));
  if (facts.unverified.length > 0) return reportUnverified(origin, {...keys, origin, ...guard}, facts);
  return outcome({...keys, origin, rebuild_ok: true, ...guard}, `${origin} built`, {rebuildOk: true});
}

function reportUnverified(origin: string, keys: object, {unverified}: BuildFacts): ToolOutcome {
  const error = notVerified(unverified);
  const result = {...keys, ok: false, rebuild_ok: false, error, findings: error};
  return outcome(result, `${origin} built, without verified checksums`, {rebuildOk: false, errorSignature: ''});
}

async function reportFailure(context: ToolContext, result: ExecResult, keys: object): Promise<ToolOutcome> {
  const {env, origin, flavor, signal} = context;
  const log = await buildFindings(env, {origin, ...(flavor ? {flavor} : {})}, signal);
  const why = result.timedOut ? `${result.timedOut} time limit` : `exit code ${result.rc}`;
  const shown = {
    findings: log?.findings ?? '',
    ...log?.plist,
    log_tail: log?.tail ?? '',
    log_path: log?.logPath ?? '',
    total_lines: log?.totalLines ?? 0,
    log_hint: 'dsynth_log with from_line shows the log around a line.',
  };
  return outcome({ok: false, ...keys, ...shown, ...(await guardOf(context))}, `${origin} did not build, ${why}`, {
    rebuildOk: false,
    errorSignature: log?.signature ?? '',
  });
}

/** Returns the guard's findings that prevent a proof of the present diff, as a key of the result; nothing without any. */
async function guardOf({judge}: ToolContext, onPackage: readonly Finding[] = []): Promise<{guard?: string}> {
  const findings = findingsToRaise([...((await judge?.()) ?? []), ...onPackage]);
  if (findings.length === 0) return {};
  const lines = [findingLines(findings), ...acceptedLines(findings)].join('\n');
  return {guard: lines.slice(0, MOST_GUARD)};
}
