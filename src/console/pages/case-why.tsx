import type {VNode} from 'preact';
import type {Finding, RootCauses} from '../../case/evidence/root-causes/finding.ts';
import {type CaseStatus, triageSource} from '../../case/status.ts';
import {visible} from '../attempt/visible.ts';
import {LogExcerpt} from '../components/log-excerpt.tsx';
import {Tag} from '../components/pill.tsx';
import {bundlePath, counted} from './components.tsx';
import {TextOrNone} from './text-or-none.tsx';

interface WhyProps {
  readonly status: CaseStatus;
  readonly causes: RootCauses | undefined;
  /** analysis/triage.md */
  readonly triage: string | undefined;
}

/** Lines before and after the line of the cause. */
const BEFORE = 2;
const AFTER = 3;

/** Renders why the port failed: the root cause, and the line of the log that names it. */
export function WhyPanel({status, causes, triage}: WhyProps): VNode {
  const [first, ...others] = causes?.findings ?? [];
  const log = `${bundlePath(status.bundle?.bundleId ?? '')}/log`;
  const linkTo = (line: number): string => `${log}?line=${line}#L${line}`;
  return (
    <section class="panel" id="why">
      <div class="head">
        <h2>Why it failed</h2>
        {status.triage === null ? null : <Tag>{visible(status.triage.classification)}</Tag>}
        <WhyFacts status={status} causes={causes} />
        {first === undefined ? null : (
          <a class="end small" href={linkTo(first.line)} data-action="log" aria-keyshortcuts="l">
            Log at line {first.line}
          </a>
        )}
      </div>
      <div class="body">
        <RootCause status={status} />
        {first === undefined ? <p class="dim">No line of the log names a cause.</p> : <Excerpt finding={first} linkTo={linkTo} />}
        <OtherLines findings={others} linkTo={linkTo} />
        {triage === undefined ? null : (
          <details id="triage-text" class="fold">
            <summary>Full triage</summary>
            <TextOrNone text={triage} none="" under={2} />
          </details>
        )}
      </div>
    </section>
  );
}

function WhyFacts({status: {triage}, causes}: Pick<WhyProps, 'status' | 'causes'>): VNode | null {
  const facts = [
    ...(causes?.failedPhase ? [`phase ${causes.failedPhase}`] : []),
    ...(triage === null ? [] : [`confidence ${triage.confidence}`, `by ${triageSource(triage)}`]),
  ];
  return facts.length === 0 ? null : <span class="dim small">{visible(facts.join(' · '))}</span>;
}

function RootCause({status: {triage, phase}}: {status: CaseStatus}): VNode {
  if (triage?.rootCause) return <p class="cause break">{visible(triage.rootCause)}</p>;
  return <p class="dim">{phase === 'closed' ? 'The case has no triage.' : 'No triage yet.'}</p>;
}

interface LinesProps {
  readonly linkTo: (line: number) => string;
}

function Excerpt({finding, linkTo}: LinesProps & {finding: Finding}): VNode {
  const {line, text, context} = finding;
  const start = Math.max(0, line - BEFORE - context.from);
  const lines = context.lines.slice(start, line - context.from + AFTER + 1);
  const shown = lines.length === 0 ? {from: line, lines: [text]} : {from: context.from + start, lines};
  return <LogExcerpt label="Build log around the error" {...shown} hit={line} linkTo={linkTo} />;
}

function OtherLines({findings, linkTo}: LinesProps & {findings: readonly Finding[]}): VNode | null {
  if (findings.length === 0) return null;
  return (
    <details id="other-lines" class="fold">
      <summary>{counted(findings.length, 'more line')} of interest in the log</summary>
      <ul class="steps">
        {findings.map((one) => (
          <li key={one.line}>
            <a href={linkTo(one.line)}>{one.line}</a>
            <code class="break">{visible(one.text)}</code>
            <span class="num">{one.kind}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
