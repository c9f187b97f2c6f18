import {Buffer} from 'node:buffer';
import {gzipSync} from 'node:zlib';
import {RootCauseScan, type RootCauses, rootCauseText} from '../../src/case/evidence/root-causes/index.ts';
import {handoffNote} from '../../src/case/review/handoff.ts';
import type {AttemptResult, CaseStatus} from '../../src/case/status.ts';
import {addUsage, billable, NO_USAGE, type Usage} from '../../src/case/types.ts';
import type {Proof} from '../../src/devenv/proof.ts';
import type {SeededRandom} from '../seeded-random.ts';
import {errorsText, generateLog} from './logs.ts';
import {type Failure, hookTimestamp} from './plan.ts';
import type {SimulatedCase} from './simulated-case.ts';

/** Contents of files by path in a bundle. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Generates the files that the failure hook writes. */
export function hookFiles(failure: Failure, random: SeededRandom): {readonly files: Files; readonly causes: RootCauses} {
  const {port, pkgname, cause, profile, at} = failure;
  const log = generateLog({origin: port.origin, pkgname, target: port.target}, cause, random);
  const scan = new RootCauseScan();
  scan.take(Buffer.from(log));
  const causes = scan.finish();
  const logfile = `/build/synth/logs/${port.origin.replace('/', '___')}${port.flavor === undefined ? '' : `@${port.flavor}`}.log`;
  const lines = causes.findings.filter(({kind}) => kind === 'cause').map(({line}) => line);
  const meta = {
    ts_utc: hookTimestamp(at),
    result: 'failure',
    origin: port.origin,
    origin_base: port.origin,
    flavor: port.flavor ?? '',
    pkgname: `${pkgname}.txz`,
    profile,
    ...runDirs(port.target),
    target: port.target,
  };
  const files = {
    'meta.txt': keyValueLines(meta),
    'logfile.txt': keyValueLines({logfile}),
    'logs/errors.txt': errorsText(log, logfile, lines),
    'logs/full.log.gz': gzipSync(log, {level: 1}),
    ...portFiles(failure),
  };
  return {files, causes};
}

/** Returns the directories of a run that dsynth passes to its hooks. */
export function runDirs(target: string): Record<string, string> {
  return {
    dir_logs: '/build/synth/logs',
    dir_ports: `/work/artifacts/compose/${target}`,
    dir_buildbase: '/build/synth/build',
    dir_packages: '/build/synth/packages',
    dir_repository: '/build/synth/packages/All',
    dir_options: '/build/synth/options',
    dir_distfiles: '/usr/distfiles',
  };
}

/** Renders `key=value` lines. */
export function keyValueLines(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function portFiles({port: {origin}, pkgname}: Failure): Files {
  const [category, name] = origin.split('/');
  const [, version] = /-([\d.]+)$/.exec(pkgname) ?? [];
  const makefile = [
    `PORTNAME=\t${name}`,
    `DISTVERSION=\t${version}`,
    `CATEGORIES=\t${category}`,
    'MASTER_SITES=\thttps://example.invalid/',
    '',
    'MAINTAINER=\tports@example.invalid',
    `COMMENT=\tSeeded port ${name}`,
    '',
    'USES=\t\tgmake pkgconfig',
    '',
    '.include <bsd.port.mk>',
  ];
  return {
    'port/Makefile': `${makefile.join('\n')}\n`,
    'port/distinfo': `TIMESTAMP = 1700000000\nSIZE (${pkgname}.tar.gz) = 554\n`,
  };
}

/** Generates the files that the worker writes into analysis/ of a bundle. */
export function analysisFiles({status, triageUsage, sessions}: SimulatedCase, causes: RootCauses, failure: Failure): Files {
  const last = status.attempts.at(-1);
  const handoff: Files = status.phase === 'awaiting-operator' ? {'manual_handoff.md': handoffNote(status)} : {};
  const files: Files = {
    'root_causes.json': json(causes, 1),
    'root_causes.md': rootCauseText(causes),
    'case.json': json({version: 1, ...status}),
    ...handoff,
    ...(status.triage === null ? {} : triageFiles(status, triageUsage, causes, failure)),
    ...(last === undefined ? {} : attemptFiles(status.attempts, last)),
    ...(last === undefined ? {} : {'session.jsonl': sessions.map((one, at) => one.lines(at + 1)).join('')}),
    ...(sessions.at(-1) === undefined ? {} : {'patch.md': sessions.at(-1)?.final ?? ''}),
  };
  const proved = status.attempts.findLast(({proof}) => proof !== undefined);
  const allFiles = proved?.proof === undefined ? files : {...files, ...proofFiles(status, proved.proof, failure)};
  return Object.fromEntries(Object.entries(allFiles).map(([name, content]) => [`analysis/${name}`, content]));
}

/** Returns the diff of the last attempt that has one. */
export function lastDiff({status: {attempts}, diffs}: SimulatedCase): string | undefined {
  const id = attempts.findLast(({diff}) => diff !== undefined)?.diff;
  return id === undefined ? undefined : diffs.get(id);
}

function triageFiles({triage}: CaseStatus, usage: Usage, causes: RootCauses, {cause}: Failure): Files {
  const evidence = causes.findings[0]?.context.lines.join('\n') ?? '';
  const report = {
    Classification: triage?.classification,
    Platform: triage?.platform,
    'Root Cause': cause.rootCause,
    Evidence: `\`\`\`\n${evidence}\n\`\`\``,
    'Suggested Fix': cause.fix,
    Confidence: triage?.confidence,
  };
  const body = {...triage, snippet_rounds: 0, tokens_used: tokensUsed(usage), model: 'seeded-model', via: 'model'};
  const sections = Object.entries(report).map(([heading, text]) => `## ${heading}\n\n${text}\n`);
  return {'triage.md': sections.join('\n'), 'triage.json': json(body)};
}

function attemptFiles(attempts: readonly AttemptResult[], last: AttemptResult): Files {
  const audit = {
    status: last.proof?.rebuildOk ? 'success' : 'needs-help',
    model: 'seeded-model',
    tokens_used: tokensUsed(attempts.reduce((sum, one) => addUsage(sum, one.usage), NO_USAGE)),
    attempts: attempts.map(({attempt, usage, proof, built, turns, end, reason, findings, diff}) => ({
      attempt,
      tokens: billable(usage),
      rebuild_ok: proof?.rebuildOk ?? false,
      built,
      turns,
      end,
      reason,
      findings,
      diff: diff ?? null,
    })),
    via: 'model',
  };
  return {'patch_audit.json': json(audit)};
}

function proofFiles(
  {port, timeline}: CaseStatus,
  {rebuildOk, diffSha256}: NonNullable<AttemptResult['proof']>,
  {profile}: Failure,
): Files {
  const at = timeline.findLast(({phase}) => phase === 'prove')?.atUtc ?? '';
  const tree = {commit: diffSha256.slice(0, 40), dirty: false};
  const log = `analysis/proof-${diffSha256.slice(0, 12)}.log`;
  const proof: Proof & {readonly log: string} = {
    rebuild_ok: rebuildOk,
    findings: [],
    origin: port.origin,
    dsynth_profile: profile,
    build_command: `dsynth -S -y -p ${profile} test ${port.origin}`,
    timestamp_utc: at,
    diff_sha256: diffSha256,
    trees: {deltaports: tree, freebsd_ports: tree},
    log_sha256: diffSha256,
    started_utc: at,
    finished_utc: at,
    ...(rebuildOk ? {} : {failure: {step: 'build', tail: '*** Error code 1\n\nStop.\n'}}),
    log,
  };
  const output = `[000] START   ${port.origin}\n[000] ${rebuildOk ? 'SUCCESS' : 'FAILURE'} ${port.origin} ##00:03:12\n`;
  return {'rebuild_proof.json': json(proof), [log.replace('analysis/', '')]: output};
}

function tokensUsed(usage: Usage): object {
  return {...usage, total: usage.prompt + usage.completion, billable: billable(usage)};
}

function json(value: unknown, indent = 2): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}
