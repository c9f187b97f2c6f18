import type {VNode} from 'preact';
import {shellWord} from '../../case/operator/commands.ts';
import {stateOf} from '../../case/review/case-state.ts';
import {operatorInstruction} from '../../case/review/handoff.ts';
import {QUESTIONS} from '../../case/review/questions.ts';
import {waitReasonOf} from '../../case/review/wait-reason.ts';
import type {CaseStatus} from '../../case/status.ts';
import {visible} from '../attempt/visible.ts';
import {Command} from '../components/copy.tsx';
import {Icon} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {Time} from '../components/time.tsx';

interface QuestionProps {
  readonly status: CaseStatus;
  readonly now: number;
}

/** Renders what a waiting case asks, why it asks an operator, and what led to it. Null for a case without a question. */
export function QuestionPanel({status, now}: QuestionProps): VNode | null {
  const {kind, detail} = stateOf(status);
  if (kind !== 'question' && kind !== 'blocked') return null;
  const {why} = QUESTIONS[reasonOf(status)];
  const title = kind === 'blocked' ? `Blocked: ${detail}` : `You decide: ${detail}`;
  return (
    <Panel
      tone="warn"
      id="question"
      title={
        <>
          <Icon name={kind === 'blocked' ? 'plug' : 'alert'} /> {title}
        </>
      }
      end={
        <>
          waits <Time utc={status.waitingSinceUtc} now={now} as="for" />
        </>
      }
    >
      {status.reason === '' ? null : <p class="cause break">{visible(sentence(status.reason))}</p>}
      <p>
        <strong>{kind === 'blocked' ? 'What blocks it:' : 'Why you:'}</strong> {why}
      </p>
    </Panel>
  );
}

/** Renders the commands of the hand-off, to be copied. Null where the reason has none. */
export function HandOffPanel({status}: {status: CaseStatus}): VNode | null {
  const {kind} = stateOf(status);
  if (kind !== 'question' && kind !== 'blocked') return null;
  return (
    <Panel title="On a terminal" id="hand-off">
      <p>{operatorInstruction(status).replace(/`/g, '')}</p>
      {commandsOf(status).map((text) => (
        <Command key={text} text={text} />
      ))}
    </Panel>
  );
}

/** Returns commands that help to find the answer. Those that give it are with the answers. */
function commandsOf(status: CaseStatus): string[] {
  const {workflowId, port} = status;
  const origin = shellWord(port.origin);
  const more: Partial<Record<ReturnType<typeof reasonOf>, string[]>> = {
    'changed-distfile': [
      `cd freebsd-ports/${port.origin} && make makesum`,
      `portwright hold ${origin} --until 3d --reason 'changed distfile'`,
    ],
    'guard-asks': [
      `portwright diff ${origin} | portwright patch ${origin} --diff - --judged ${shellWord(askedRules(status).join(','))}`,
    ],
    'no-dev-env': ['portwright doctor'],
    'dev-env-failed': ['portwright doctor'],
    'overlay-changed': ['portwright doctor'],
    'no-model': ['portwright doctor'],
    'model-failed': ['portwright doctor'],
    'policy-unusable': ['portwright policy check'],
  };
  return [
    ...(more[reasonOf(status)] ?? []),
    `portwright show ${shellWord(workflowId)}`,
    `portwright log ${shellWord(workflowId)}`,
  ];
}

/** Returns the rules of the guard that ask about the last diff. */
export function askedRules({attempts}: CaseStatus): string[] {
  const asked = attempts.at(-1)?.findings.filter(({severity}) => severity === 'ask') ?? [];
  return [...new Set(asked.map(({rule}) => rule))];
}

function reasonOf(status: CaseStatus): ReturnType<typeof waitReasonOf> {
  return waitReasonOf({...status, classification: status.triage?.classification});
}

/** Returns a reason as a sentence. A name that it begins with stays as it is. */
function sentence(text: string): string {
  const isWord = /^(?:the|a|an|no|none|two|all|its|automation|triage)\b/.test(text);
  const capital = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
