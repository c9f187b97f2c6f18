import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {nodesOfAttempt} from '../case/attempt/conversation.ts';
import {isProved} from '../case/attempt/proved.ts';
import type {RootCauses} from '../case/evidence/root-causes/finding.ts';
import type {AttemptResult, CaseStatus} from '../case/status.ts';
import {type FailureReport, NO_USAGE} from '../case/types.ts';
import type {CaseTexts} from '../eval/clean.ts';
import {type ObservedAttempt, stepsOf, turnsToBuild} from '../eval/observe.ts';
import {EvalDir} from '../eval/run-dir.ts';
import {type CaseEnd, countLostToLimits, scoreCase} from '../eval/score.ts';
import {readTexts} from '../eval/texts.ts';
import {archivedCase} from '../evidence/archives.ts';
import {findBundle} from '../evidence/bundle.ts';
import {readConversation} from '../evidence/conversation.ts';
import {readBundleFile} from '../evidence/reading.ts';
import {causeLine} from '../evidence/signature.ts';
import {RecordStore} from '../evidence/store.ts';
import type {EvalActivities} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {finalFailure, type WorkerContext} from './context.ts';

const LARGEST = 8 << 20;

/** What the workflow of an evaluation asks of the disk. Its directory is a setting of the worker, never an argument of a workflow. */
export function evalActivities(context: WorkerContext): EvalActivities {
  return {
    async listEvalCases({from, count}) {
      const dir = dirOf(context);
      const {cases} = (await dir.settings()) ?? {cases: []};
      const listed = cases.slice(from, from + count).map(async (one) => {
        const row = await dir.row(one.name);
        return {...one, ...(row === undefined ? {} : {over: {tokens: row.tokens, cost: row.usage.cost}})};
      });
      return {total: cases.length, cases: await Promise.all(listed)};
    },

    async scoreEvalCase({name, report, failure}) {
      const dir = dirOf(context);
      const end = await endOf(dir, name, report, failure);
      const row = scoreCase(await dir.readCase(name), end, await dir.readForbidden(name));
      await dir.writeRow(row);
      return {tokens: row.tokens, cost: row.usage.cost};
    },
  };
}

function dirOf({env}: WorkerContext): EvalDir {
  const path = env.PORTWRIGHT_EVAL_DIR;
  if (!path)
    throw finalFailure(
      FAILURES.evalNotConfigured,
      'PORTWRIGHT_EVAL_DIR is not set. `portwright eval` starts a worker that has it.',
    );
  return new EvalDir(path);
}

/** Returns the end of a case. A case that failed as a workflow has only what its archive contains, if there is one. */
async function endOf(dir: EvalDir, name: string, report: FailureReport, failure: string | undefined): Promise<CaseEnd> {
  const {dir: bundle} = await findBundle([dir.evidence(name)], report);
  const status = await archivedCase(bundle);
  const observed = await observe(dir.evidence(name), status);
  const ended = failure ?? (status?.outcome ? undefined : 'its archive does not show how it ended');
  return {
    classification: status?.triage?.classification ?? null,
    confidence: status?.triage?.confidence ?? null,
    via: status?.triage ? await viaOf(bundle) : null,
    fixedBy: fixedBy(provedIn(status)),
    outcome: ended === undefined && status?.outcome ? status.outcome : 'failed',
    reason: ended ?? status?.reason ?? '',
    usage: status?.usage ?? NO_USAGE,
    turns: (status?.attempts ?? []).reduce((sum, one) => sum + one.turns, 0),
    attempts: status?.attempts.length ?? 0,
    lostToLimits: countLostToLimits(status?.attempts ?? []),
    turnsToBuild: turnsOfFix(observed),
    steps: stepsOf(observed),
    seconds: secondsOf(status),
    diff: await provedDiff(dir.evidence(name), status),
    texts: await textsOf(dir, name, bundle),
    findings: await findingsOf(bundle),
  };
}

/** Returns the attempts with their conversations. */
async function observe(root: string, status: CaseStatus | undefined): Promise<ObservedAttempt[]> {
  const store = new RecordStore(root);
  const attempts = (status?.attempts ?? []).map(async (result) => {
    const nodes = result.conversation === undefined ? [] : await readConversation(store, result.conversation);
    return {result, nodes: nodesOfAttempt(nodes, result.attempt)};
  });
  return Promise.all(attempts);
}

function turnsOfFix(observed: readonly ObservedAttempt[]): number | null {
  const fix = observed.findLast(({result}) => isProved(result) && result.by === undefined);
  return fix === undefined ? null : turnsToBuild(fix);
}

async function textsOf(dir: EvalDir, name: string, bundle: string): Promise<CaseTexts> {
  const [overlay, composed, freebsd] = await Promise.all([
    readTexts(join(bundle, 'overlay')),
    readTexts(join(bundle, 'port')),
    dir.readFreebsd(name),
  ]);
  return {overlay, composed, freebsd};
}

async function viaOf(bundle: string): Promise<string> {
  const triage = await readFile(join(bundle, 'analysis', 'triage.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(triage) as {via?: string}).via ?? 'model';
}

function provedIn(status: CaseStatus | undefined): AttemptResult | undefined {
  return status?.attempts.findLast(isProved);
}

/** No operator takes part in an evaluation: a diff that is not the model's own is a recipe's. */
function fixedBy(proved: AttemptResult | undefined): CaseEnd['fixedBy'] {
  if (proved === undefined) return null;
  return proved.by === undefined ? 'model' : 'recipe';
}

async function provedDiff(root: string, status: CaseStatus | undefined): Promise<string> {
  const proved = provedIn(status);
  return proved?.diff === undefined ? '' : new RecordStore(root).text(proved.diff);
}

/** The evidence's own selection; without one, the single line that errors.txt is taken to name. */
async function findingsOf(bundle: string): Promise<CaseEnd['findings']> {
  const selected = await readBundleFile(bundle, 'analysis/root_causes.json', LARGEST);
  if (selected !== undefined && !selected.truncated) return (JSON.parse(selected.text) as RootCauses).findings;
  const errors = await readBundleFile(bundle, 'logs/errors.txt', LARGEST);
  const text = causeLine(errors?.text ?? '');
  return text === '' ? [] : [{text}];
}

function secondsOf(status: CaseStatus | undefined): number {
  // Between the wait for an operator and its end there is no work.
  const [first, last] = [status?.timeline[0], status?.timeline.findLast(({phase}) => phase !== 'closed')];
  if (first === undefined || last === undefined) return 0;
  return Math.round((Date.parse(last.atUtc) - Date.parse(first.atUtc)) / 100) / 10;
}
