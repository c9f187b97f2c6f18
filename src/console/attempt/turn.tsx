import type {VNode} from 'preact';
import {replyExcerpt} from '../../case/attempt/reply-excerpt.ts';
import {count} from '../pages/components.tsx';
import {PayloadView} from './fields.tsx';
import {BuildMark, LabelledText, Mark, Markdown, Meter} from './parts.tsx';
import {isFields, type ToolUse, type Turn, type TurnTokens} from './turns.ts';
import {visible} from './visible.ts';

/** One line of an attempt; opened, all messages, calls and results of it. `id` is the turn's address. */
export function TurnItem({turn, id}: {turn: Turn; id: string}): VNode {
  return (
    <li>
      <details class="turn" id={id}>
        <summary>
          <span class="turn-number">
            <span class="unseen">Turn </span>
            {turn.number}
          </span>
          <span class="did">
            <Did turn={turn} />
          </span>
          {turn.tokens === undefined ? null : <Tokens tokens={turn.tokens} />}
        </summary>
        <div class="turn-body">
          <TurnBody turn={turn} id={id} />
        </div>
      </details>
    </li>
  );
}

function Did({turn: {answered, calls, content, finishReason, build}}: {turn: Turn}): VNode {
  if (!answered) return <span class="dim">asked; no reply yet</span>;
  if (calls.length === 0)
    return (
      <>
        <Mark tone="plain">{finishReason === 'length' ? 'cut off' : 'replies'}</Mark>{' '}
        {visible(replyExcerpt(content)) || 'nothing'}
      </>
    );
  return (
    <>
      {calls.map((call, at) => (
        <span key={at} class="call-name">
          <code>{visible(call.name)}</code> <span class="dim">{visible(mainArgument(call.args.value))}</span>
          {call.ok === false && call.build === undefined ? (
            <>
              {' '}
              <Mark tone="warn">no</Mark>
            </>
          ) : null}
        </span>
      ))}
      <BuildMark verdict={build} />
    </>
  );
}

function Tokens({tokens: {prompt, completion, cachedShare, estimated}}: {tokens: TurnTokens}): VNode {
  return (
    <span class="tokens">
      <span>
        {estimated ? '≈ ' : ''}
        {count(prompt + completion)} tokens
      </span>
      <Meter percent={cachedShare} />
      <span class="dim share">{cachedShare} % cached</span>
    </span>
  );
}

/** The argument that identifies the call, without the front of a path in a dev-env. */
function mainArgument(args: unknown): string {
  if (!isFields(args)) return '';
  const found = [args.pattern, args.path, args.relpath, args.origin].find((one) => typeof one === 'string' && one !== '');
  return String(found ?? '')
    .replace(/^\/work\/(?:DeltaPorts\/ports\/|obj\/|artifacts\/compose\/[^/]+\/)?/, '')
    .slice(0, 120);
}

function TurnBody({turn, id}: {turn: Turn; id: string}): VNode {
  const {timeline, reasoning, content, calls} = turn;
  return (
    <>
      {timeline.map((one, at) => (
        <LabelledText key={at} label={`to the model: ${one.role}`} text={one.text} id={`${id}-message-${at + 1}`} />
      ))}
      {reasoning === '' ? null : (
        <details class="labelled" id={`${id}-reasoning`}>
          <summary>
            <span class="label">reasoning</span>
          </summary>
          <Markdown text={reasoning} under={3} />
        </details>
      )}
      {content.trim() === '' ? null : (
        <div class="said">
          <Markdown text={content} under={3} />
        </div>
      )}
      {calls.map((call, at) => (
        <Call key={at} call={call} id={`${id}-call-${at + 1}`} />
      ))}
      <TurnFacts turn={turn} />
    </>
  );
}

function Call({call: {name, args, result, ok, build}, id}: {call: ToolUse; id: string}): VNode {
  return (
    <div class={`call${build === undefined ? '' : ` ${build}`}`}>
      <p class="row">
        <code class="tool-name">{visible(name)}</code>
        {ok === false && build === undefined ? <Mark tone="warn">not done</Mark> : null}
        <BuildMark verdict={build} />
      </p>
      <PayloadView payload={args} label="asked" id={`${id}-asked`} />
      {result === undefined ? (
        <p class="dim">No result was sent to the model.</p>
      ) : (
        <PayloadView payload={result} label="answer" id={`${id}-answer`} />
      )}
    </div>
  );
}

function estimateLabel({implausible}: TurnTokens): string {
  return implausible === undefined
    ? 'estimated here, the server did not report all of them'
    : `estimated here. ${visible(implausible)}`;
}

function TurnFacts({turn: {tokens, finishReason, model}}: {turn: Turn}): VNode | null {
  if (tokens === undefined) return null;
  const facts = [
    `${count(tokens.prompt)} prompt tokens, ${count(tokens.cached)} of them cached (${tokens.cachedShare} %)`,
    `${count(tokens.completion)} of the reply${tokens.reasoning > 0 ? `, ${count(tokens.reasoning)} of them reasoning` : ''}`,
    ...(tokens.estimated ? [estimateLabel(tokens)] : []),
    ...(finishReason === undefined ? [] : [`ended by ${visible(finishReason)}`]),
    ...(model === undefined ? [] : [visible(model)]),
  ];
  return <p class="facts">{facts.join(' · ')}</p>;
}
