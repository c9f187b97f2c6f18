import {log} from '@temporalio/activity';
import {nodesOfAttempt} from '../case/attempt/conversation.ts';
import {sessionLines} from '../case/attempt/session.ts';
import {passes} from '../case/guard/index.ts';
import type {CaseAnswer, CaseQuestion} from '../case/question.ts';
import {handoffNote} from '../case/review/handoff.ts';
import {type AttemptResult, type CaseStatus, nowUtc, SHOWN_DIFF} from '../case/status.ts';
import {bytesOfText} from '../case/text/byte-text.ts';
import {addUsage, type BundleRef, billable, NO_USAGE, type Usage} from '../case/types.ts';
import {archivedCase} from '../evidence/archives.ts';
import {writeAnalysis} from '../evidence/bundle.ts';
import {readConversation} from '../evidence/conversation.ts';
import {persistFix} from '../evidence/fixes.ts';
import type {RecordStore} from '../evidence/store.ts';
import {writeArchive} from '../evidence/write-archive.ts';
import type {CaseSteps, ControlActivities} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {judgeCaptured} from './judge.ts';

type Artifacts = Pick<
  ControlActivities,
  'persistText' | 'archiveEnded' | 'remindOperator' | 'checkDiff' | 'writeTriage' | 'writeAttempts'
> &
  Pick<CaseSteps, 'writeHandoff' | 'archiveCase'>;

/** Returns the activities, and steps of activities, that write below a bundle's analysis/. Each file is replaced atomically, so a retry does no harm. */
export function artifactActivities(context: WorkerContext): Artifacts {
  return {
    async checkDiff({bundle, origin, master, captured, decided}) {
      const {dir, store} = await openBundle(context, bundle);
      const findings = await judgeCaptured({dir, store, origin, master, captured, decided});
      return {findings, passes: passes(findings), shown: (await store.text(captured.diff)).slice(0, SHOWN_DIFF)};
    },

    async writeTriage({bundle, text, triage, usage, rounds, via}) {
      const {dir, store} = await openBundle(context, bundle);
      await writeAnalysis(dir, 'triage.md', `${(await store.text(text)).trimEnd()}\n`);
      const model = context.env.DP_HARNESS_TRIAGE_MODEL || null;
      const body = {
        classification: '',
        confidence: '',
        ...triage,
        snippet_rounds: rounds,
        tokens_used: tokensUsed(usage),
        model,
        via,
      };
      await writeAnalysis(dir, 'triage.json', `${JSON.stringify(body, null, 2)}\n`);
    },

    async writeAttempts({bundle, attempts, status}) {
      const {dir, store} = await openBundle(context, bundle);
      const last = attempts.at(-1);
      const usage = attempts.reduce((sum, one) => addUsage(sum, one.usage), NO_USAGE);
      const audit = {
        status,
        model: context.env.DP_HARNESS_PATCH_MODEL || context.env.DP_HARNESS_TRIAGE_MODEL || null,
        tokens_used: tokensUsed(usage),
        attempts: attempts.map((one) => ({
          attempt: one.attempt,
          tokens: billable(one.usage),
          rebuild_ok: one.proof?.rebuildOk ?? false,
          built: one.built,
          turns: one.turns,
          end: one.end,
          reason: one.reason,
          findings: one.findings,
          guard_round: one.guardRound ?? null,
          diff_review: one.diffReview ?? null,
          diff: one.diff ?? null,
        })),
        via: 'model',
      };
      await writeAnalysis(dir, 'patch_audit.json', `${JSON.stringify(audit, null, 2)}\n`);
      if (last?.finalText) await writeAnalysis(dir, 'patch.md', `${(await store.text(last.finalText)).trimEnd()}\n`);
      if (last?.diff) await writeAnalysis(dir, 'changes.diff', await store.bytes(last.diff));
      await writeAnalysis(dir, 'session.jsonl', await session(store, attempts));
    },

    async persistText({bundle, text}) {
      const {store} = await openBundle(context, bundle);
      return store.putExact(bytesOfText(text));
    },

    async remindOperator({caseId, sinceUtc, asked}) {
      log.warn(`${caseId} waits for an operator since ${sinceUtc.slice(0, 16)}: ${asked}`);
    },

    async archiveEnded({bundle, caseId}) {
      const opened = await openOrNot(bundle);
      const status = opened && (await archivedCase(opened.dir));
      if (!status || status.outcome || status.workflowId !== caseId) return;
      const ended = await context.client.workflow.getHandle(caseId, status.runId).describe();
      if (ended.status.name !== 'TERMINATED') return;
      const atUtc = nowUtc();
      const reason = 'it was terminated in Temporal';
      const timeline = [...status.timeline, {atUtc, phase: 'closed' as const, text: `discarded: ${reason}`}];
      const change = {
        phase: 'closed',
        outcome: 'discarded',
        pendingOutcome: null,
        waitingSinceUtc: null,
        currentAttempt: null,
      } as const;
      await archive({...status, ...change, seq: (status.seq ?? 0) + 1, reason, timeline});
    },

    async writeHandoff({bundle, status}) {
      const opened = await openOrNot(bundle);
      if (opened) await writeAnalysis(opened.dir, 'manual_handoff.md', handoffNote(await withTexts(status, opened.store)));
    },

    /** Writes the archive into every bundle of the case: once it is closed, the file marks that its bundle starts nothing. */
    async archiveCase(status: CaseStatus) {
      await archive(status);
    },
  };

  async function archive(status: CaseStatus): Promise<void> {
    for (const bundle of status.bundles) {
      const opened = await openOrNot(bundle);
      if (!opened) continue;
      const complete = await withTexts(status, opened.store);
      if (bundle.bundleId === status.bundle?.bundleId) await persistFix(opened.root, status);
      await writeArchive(opened.dir, complete);
    }
  }

  /** A bundle that cannot be found is not written to; the case continues. */
  async function openOrNot(bundle: BundleRef): Promise<{dir: string; root: string; store: RecordStore} | undefined> {
    return openBundle(context, bundle).catch((error: {type?: string}) => {
      if (error.type === FAILURES.evidenceUnavailable) return undefined;
      throw error;
    });
  }
}

/** The state with the start of each attempt's diff and the answers to questions, which histories do not carry. */
async function withTexts(status: CaseStatus, store: RecordStore): Promise<CaseStatus> {
  const attempts = await Promise.all(status.attempts.map(async (one) => ({...one, ...(await diffTextOf(one, store))})));
  if (status.questions === undefined) return {...status, attempts};
  const questions = await Promise.all(status.questions.map(async (one) => ({...one, ...(await answerOf(one, store))})));
  return {...status, attempts, questions};
}

/** An answer whose record is in another evidence root is left out. */
async function answerOf({record}: CaseQuestion, store: RecordStore): Promise<{answer?: CaseAnswer}> {
  const answer = record === undefined ? undefined : await store.json<CaseAnswer>(record).catch(() => undefined);
  return answer === undefined ? {} : {answer};
}

/** A record that is in another evidence root, since the case joined a bundle there, is left out. */
async function diffTextOf({diff}: AttemptResult, store: RecordStore): Promise<{diffText?: string}> {
  const text = diff === undefined ? undefined : await store.text(diff).catch(() => undefined);
  return text === undefined ? {} : {diffText: text.slice(0, SHOWN_DIFF)};
}

async function session(store: RecordStore, attempts: readonly AttemptResult[]): Promise<string> {
  const lines: string[] = [];
  for (const one of attempts) {
    if (one.conversation === undefined) continue;
    const nodes = await readConversation(store, one.conversation);
    lines.push(...sessionLines(one.attempt, nodesOfAttempt(nodes, one.attempt)));
    const review = one.diffReview?.conversation;
    if (review !== undefined) lines.push(...sessionLines(one.attempt, await readConversation(store, review), 'review'));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function tokensUsed(usage: Usage): object {
  return {...usage, total: usage.prompt + usage.completion, billable: billable(usage)};
}
