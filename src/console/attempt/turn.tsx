import type {VNode} from 'preact';
import {replyExcerpt} from '../../case/attempt/reply-excerpt.ts';
import {Bar} from '../components/facts.tsx';
import {Icon} from '../components/icon.tsx';
import {Pill, Tag} from '../components/pill.tsx';
import {count, counted} from '../pages/components.tsx';
import {renderMarkdown} from './markdown.ts';
import {BuildMark, LabelledText} from './parts.tsx';
import {mainArgument, ToolCallView} from './tool-call.tsx';
import type {Turn, TurnTokens} from './turns.ts';
import {visible} from './visible.ts';

/** One line of an attempt; unfolded, its messages, calls and results. `id` is the turn's address. */
export function TurnItem({turn, id}: {turn: Turn; id: string}): VNode {
  const {tokens} = turn;
  return (
    <li>
      <details class="turn" id={id}>
        <summary>
          <Icon name="chev" class="chev" />
          <span class="dim">
            <span class="unseen">Turn </span>
            {turn.number}
          </span>
          <span class="did">
            <Did turn={turn} />
          </span>
          <span class="num nowrap">
            {tokens === undefined ? null : (
              <>
                {tokens.estimated ? '≈ ' : ''}
                {count(tokens.prompt + tokens.completion)}
                <span class="unseen"> tokens</span>
              </>
            )}
          </span>
          <span class="num dim cached">{tokens === undefined ? null : <CachedShare tokens={tokens} />}</span>
        </summary>
        <div class="in">
          {turn.timeline.map((one, at) => (
            <LabelledText key={at} label={`to the model: ${one.role}`} text={one.text} id={`${id}-message-${at + 1}`} />
          ))}
          <Reply turn={turn} id={id} />
          <TurnFacts turn={turn} />
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
        <Pill>{finishReason === 'length' ? 'cut off' : 'replies'}</Pill>
        <span class="break">{visible(replyExcerpt(content)) || 'nothing'}</span>
      </>
    );
  return (
    <>
      {calls.map((call, at) => (
        <>
          <Tag key={at}>{visible(call.name)}</Tag>
          <span class="arg">{visible(mainArgument(call.args.value))}</span>
          {call.ok === false && call.build === undefined ? <Pill tone="warn">not done</Pill> : null}
        </>
      ))}
      <BuildMark verdict={build} />
    </>
  );
}

/** Renders the cached share of a prompt as a thin bar with its figure. */
export function CachedShare({tokens: {cachedShare}}: {tokens: TurnTokens}): VNode {
  return (
    <>
      <Bar parts={[{value: cachedShare}]} most={100} label={`${cachedShare} % of the prompt was cached`} size="thin" />{' '}
      {cachedShare} % cached
    </>
  );
}

/** Renders the reply of a turn below a heading of level `under`: its reasoning folded, its text, its calls with their results. */
export function Reply({turn: {reasoning, content, calls}, id, under = 3}: {turn: Turn; id: string; under?: number}): VNode {
  return (
    <>
      {reasoning === '' ? null : (
        <details class="fold small" id={`${id}-reasoning`}>
          <summary>
            <Icon name="chev" class="chev" />
            Reasoning, {counted(reasoning.trim().split(/\s+/).length, 'word')}
          </summary>
          <Prose text={reasoning} under={under} />
        </details>
      )}
      {content.trim() === '' ? null : <Prose text={content} under={under} />}
      {calls.map((call, at) => (
        <ToolCallView key={at} call={call} id={`${id}-call-${at + 1}`} />
      ))}
    </>
  );
}

/** Renders Markdown of a model. */
export function Prose({text, under}: {text: string; under: number}): VNode {
  // markdown-it without HTML escapes all that it does not write itself.
  return <div class="prose words" dangerouslySetInnerHTML={{__html: renderMarkdown(text, under)}} />;
}

function estimateLabel({implausible}: TurnTokens): string {
  return implausible === undefined
    ? 'estimated here, the server did not report all of them'
    : `estimated here. ${visible(implausible)}`;
}

/** Renders what a turn used, how it ended, and its model. */
export function TurnFacts({turn: {tokens, finishReason, model}}: {turn: Turn}): VNode | null {
  if (tokens === undefined) return null;
  const facts = [
    `${counted(tokens.prompt, 'token')} in, ${count(tokens.cached)} of them cached`,
    `${count(tokens.completion)} out${tokens.reasoning > 0 ? `, ${count(tokens.reasoning)} of them reasoning` : ''}`,
    ...(tokens.estimated ? [estimateLabel(tokens)] : []),
    ...(finishReason === undefined || /^(?:stop|tool_calls)$/.test(finishReason) ? [] : [`ended by ${visible(finishReason)}`]),
    ...(model === undefined ? [] : [visible(model)]),
  ];
  return <p class="small dim">{facts.join(' · ')}</p>;
}
