import type {VNode} from 'preact';
import {shellWord} from '../../case/operator/commands.ts';
import {acceptedFix, patchName} from '../../case/review/export.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Finding} from '../../case/types.ts';
import {guardLabel} from '../attempt/attempt-labels.ts';
import {diffSize} from '../attempt/diff-size.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {Command, CopyButton} from '../components/copy.tsx';
import {Icon, type Tone} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import type {ReadAttempt} from './case-parts.ts';
import {casePath, counted} from './components.tsx';

/** Returns the path of an attempt's diff as a file. */
export function patchPath({workflowId, runId}: Pick<CaseStatus, 'workflowId' | 'runId'>, attempt: number): string {
  return `${casePath(workflowId)}/patch/${attempt}?run=${encodeURIComponent(runId)}`;
}

/** Renders the number of files and lines of a diff. */
export function DiffCounts({diff}: {diff: string}): VNode {
  const {files, added, removed} = diffSize(diff);
  return (
    <>
      {counted(files, 'file')} <span class="tone-ok">+{added}</span> <span class="tone-bad">−{removed}</span>
    </>
  );
}

const GUARD_TONES: Readonly<Record<Finding['severity'], Tone>> = {refuse: 'bad', ask: 'warn', note: 'ok'};

/** Renders what the guard found, with a link to its first finding. */
export function GuardPill({findings, href}: {findings: readonly Finding[]; href?: string}): VNode {
  const worst = (['refuse', 'ask', 'note'] as const).find((one) => findings.some(({severity}) => severity === one));
  return (
    <Pill tone={GUARD_TONES[worst ?? 'note']} icon="shield" href={findings.length === 0 ? undefined : href}>
      {guardLabel(findings)}
    </Pill>
  );
}

/** Renders the diff of an attempt, with the guard's findings below their lines. */
export function ChangePanel({status, read}: {status: CaseStatus; read: ReadAttempt}): VNode | null {
  const {attempt, diff} = read;
  if (diff === undefined) return null;
  const id = `d${attempt.attempt}`;
  return (
    <section class="panel" id="change">
      <div class="head">
        <h2>The change</h2>
        <span class="small">
          <DiffCounts diff={diff} />
        </span>
        <GuardPill findings={attempt.findings} href={`#${id}-finding-1`} />
        <span class="end small">
          <a href={`${casePath(status.workflowId)}/diff/${attempt.attempt}?run=${status.runId}`}>Full page</a>{' '}
          <a href={patchPath(status, attempt.attempt)}>Raw</a>
        </span>
      </div>
      <DiffView diff={diff} findings={attempt.findings} id={id} hasCounts={false} />
    </section>
  );
}

/** Renders how an accepted fix gets into a checkout of the overlay; null for any other case. */
export function AcceptedPanel({status, read}: {status: CaseStatus; read: ReadAttempt}): VNode | null {
  const fix = acceptedFix(status);
  if ('fault' in fix || read.diff === undefined || fix.attempt.attempt !== read.attempt.attempt) return null;
  const file = patchName(fix, 1);
  const raw = 'accepted-patch';
  return (
    <Panel title="Use the fix" id="accepted" end={`accepted by ${fix.accepted.by}`}>
      <p>Write it as a mail with its commit message, and apply it in your checkout of the overlay.</p>
      <Command text={`portwright export ${shellWord(status.workflowId)} --out .`} />
      <Command text={`git am ${file}`} />
      <p class="row">
        <a class="button" href={patchPath(status, read.attempt.attempt)}>
          <Icon name="down" />
          Download the diff
        </a>
        <CopyButton from={{id: raw}} what="diff" />
      </p>
      <pre id={raw} hidden>
        {read.diff.startsWith('\n') ? `\n${read.diff}` : read.diff}
      </pre>
    </Panel>
  );
}
