import type {VNode} from 'preact';
import type {ConversationNode, ToolCall} from '../../case/attempt/conversation.ts';
import type {AttemptResult} from '../../case/status.ts';
import {billable} from '../../case/types.ts';
import {count} from '../pages/components.tsx';
import {attemptAddress, attemptTitle, turnAddress, verdictOf} from './attempt-labels.ts';
import {PayloadView} from './fields.tsx';
import {BuildMark, Mark, Text} from './parts.tsx';
import {isFields, payload, type Turn, turnsFrom} from './turns.ts';
import {visible} from './visible.ts';

/** One attempt as it was sent. Without `nodes` the evidence has its conversation no more, or it never had one. */
export interface SessionAttempt {
  readonly attempt: AttemptResult;
  readonly nodes: readonly ConversationNode[] | undefined;
  /** Conversation with the reviewer of its diff; missing where there was none, and where the evidence has it no more. */
  readonly review?: readonly ConversationNode[] | undefined;
}

export interface SessionProps {
  readonly attempts: readonly SessionAttempt[];
}

/** Every message of every attempt, complete, as it was sent, in the order in which it was sent; with a table of contents. Its headings begin at level 2. */
export function SessionView({attempts}: SessionProps): VNode {
  if (attempts.length === 0) return <p class="dim">No attempt was made.</p>;
  return (
    <div class="session">
      <Contents attempts={attempts} />
      <div class="session-parts">
        <p class="dim">
          Where a conversation outgrew the model’s window, old results were shortened when they were sent; here they are complete.
        </p>
        {attempts.map((one) => (
          <Part key={one.attempt.attempt} {...one} />
        ))}
      </div>
    </div>
  );
}

function Contents({attempts}: SessionProps): VNode {
  return (
    <nav class="session-contents" aria-label="Turns" tabIndex={0}>
      <details id="session-contents" open>
        <summary>Contents</summary>
        {attempts.map(({attempt, nodes = [], review = []}) => (
          <div key={attempt.attempt}>
            <a href={`#${attemptAddress(attempt.attempt)}`}>{visible(attemptTitle(attempt))}</a>
            <ol>
              {turnsFrom(nodes).map((turn) => (
                <li key={turn.number}>
                  <a href={`#${turnAddress(attempt.attempt, turn.number)}`}>Turn {turn.number}</a>{' '}
                  <span class="dim">{visible(turnExcerpt(turn))}</span> <BuildMark verdict={turn.build} />
                </li>
              ))}
              {review.length === 0 ? null : (
                <li>
                  <a href={`#${attemptAddress(attempt.attempt)}-review`}>Review of the diff</a>
                </li>
              )}
            </ol>
          </div>
        ))}
      </details>
    </nav>
  );
}

function turnExcerpt({answered, calls}: Turn): string {
  if (!answered) return 'no reply';
  return calls.length === 0 ? 'text' : calls.map(({name}) => name.slice(0, 64)).join(', ');
}

function Part({attempt, nodes, review = []}: SessionAttempt): VNode {
  const {tone, label} = verdictOf(attempt);
  const id = attemptAddress(attempt.attempt);
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {visible(attemptTitle(attempt))} <Mark tone={tone}>{visible(label)}</Mark>
      </h2>
      <p class="facts">
        {visible(attempt.reason)} · {attempt.turns} turns, {attempt.minutes} min, {count(billable(attempt.usage))} tokens that
        count
      </p>
      {nodes === undefined ? (
        <p class="dim">There is no conversation of it.</p>
      ) : (
        <Messages attempt={attempt.attempt} nodes={nodes} />
      )}
      <Review attempt={attempt.attempt} nodes={review} />
    </section>
  );
}

/** Messages of one turn: the messages to the model before its reply, the reply, and the results of the tools. */
interface Sent {
  readonly turn: number;
  readonly messages: readonly {readonly number: number; readonly node: ConversationNode}[];
}

function Messages({attempt, nodes}: {attempt: number; nodes: readonly ConversationNode[]}): VNode {
  return (
    <>
      {byTurns(nodes).map(({turn, messages}) => {
        const id = turnAddress(attempt, turn);
        return (
          <div key={turn}>
            <h3 id={id}>Turn {turn}</h3>
            {messages.map(({number, node}) => (
              <Message key={number} id={`${attemptAddress(attempt)}-m${number}`} number={number} node={node} />
            ))}
          </div>
        );
      })}
    </>
  );
}

/** The conversation with the reviewer of an attempt's diff, in which there is one reply. */
function Review({attempt, nodes}: {attempt: number; nodes: readonly ConversationNode[]}): VNode | null {
  if (nodes.length === 0) return null;
  const id = `${attemptAddress(attempt)}-review`;
  return (
    <div>
      <h3 id={id}>Review of the diff</h3>
      {nodes.map((node, at) => (
        <Message key={at} id={`${id}-m${at + 1}`} number={at + 1} node={node} />
      ))}
    </div>
  );
}

/** A turn begins with the first message after the results of the turn before. */
function byTurns(nodes: readonly ConversationNode[]): Sent[] {
  const turns: {turn: number; messages: {number: number; node: ConversationNode}[]}[] = [];
  let replied = true;
  nodes.forEach((node, at) => {
    const {role} = node.message;
    if (replied && role !== 'tool') {
      turns.push({turn: turns.length + 1, messages: []});
      replied = false;
    }
    if (role === 'assistant') replied = true;
    turns.at(-1)?.messages.push({number: at + 1, node});
  });
  return turns;
}

function Message({id, number, node}: {id: string; number: number; node: ConversationNode}): VNode {
  const {message, call, tool} = node;
  const {content, reasoning_content, tool_calls = []} = message;
  return (
    <div class={`message ${message.role}`}>
      <h4 id={id}>
        <span class="dim">{number}</span> {message.role}
        {tool === undefined ? null : (
          <>
            {' '}
            <code>{visible(tool.name)}</code> {tool.ok ? null : <Mark tone="warn">not ok</Mark>}
          </>
        )}
      </h4>
      {call === undefined ? null : <CallFacts call={call} />}
      {reasoning_content ? (
        <>
          <p class="label">reasoning_content</p>
          <Text text={reasoning_content} />
        </>
      ) : null}
      {content === null || content === '' ? null : <Text text={content} />}
      {tool_calls.map((one, at) => (
        <Asked key={at} call={one} id={`${id}-call-${at + 1}`} />
      ))}
      {message.role === 'tool' && content ? <Readable text={content} id={`${id}-readable`} /> : null}
    </div>
  );
}

function CallFacts({call}: {call: NonNullable<ConversationNode['call']>}): VNode {
  const {model, usage, estimated, implausible, finishReason, sent} = call;
  return (
    <p class="facts">
      {visible(model)} · {count(sent)} messages sent · {count(usage.prompt)} prompt tokens, {count(usage.cached)} of them cached ·{' '}
      {count(usage.completion)} of the reply{estimated ? ', estimated here' : ''}
      {implausible === undefined ? '' : ` · ${visible(implausible)}`} · finish reason {visible(finishReason)}
    </p>
  );
}

function Asked({call, id}: {call: ToolCall; id: string}): VNode {
  return (
    <div class="asked">
      <p class="label">
        tool call <code>{visible(call.function.name)}</code> <span class="dim">{visible(call.id)}</span>
      </p>
      <Text text={call.function.arguments} />
      <Readable text={call.function.arguments} id={`${id}-readable`} />
    </div>
  );
}

/** A JSON text once more with its line breaks, where it has some. */
function Readable({text, id}: {text: string; id: string}): VNode | null {
  const read = payload(text);
  if (!isFields(read.value) || !text.includes('\\n')) return null;
  return (
    <details class="readable" id={id}>
      <summary>Formatted</summary>
      <PayloadView payload={read} label="fields" id={`${id}-field`} />
    </details>
  );
}
