import type {VNode} from 'preact';
import {Icon} from '../components/icon.tsx';
import {Notice} from '../components/notice.tsx';
import {Pill, Tag} from '../components/pill.tsx';
import {counted} from '../pages/components.tsx';
import {ChangedLines, DiffLines, MachineLines} from './machine-text.tsx';
import {BuildMark, Text} from './parts.tsx';
import {argumentParts, linesLabel, type ResultPart, resultParts} from './result-parts.ts';
import {isFields, type Payload, type ToolUse} from './turns.ts';
import {visible} from './visible.ts';

/** Renders a tool call in one line, its result by kind, and both as they were sent. */
export function ToolCallView({call, id}: {call: ToolUse; id: string}): VNode {
  const {name, args, result, ok, build} = call;
  const lines = result && linesLabel(result);
  return (
    <div class="call">
      <div class="head">
        <Tag>{visible(name)}</Tag>
        <span class="break">
          {visible(mainArgument(args.value))}
          {lines === undefined ? '' : `, ${lines}`}
        </span>
        {ok === false && build === undefined ? <Pill tone="warn">not done</Pill> : null}
        <BuildMark verdict={build} />
      </div>
      {[...argumentParts(call), ...resultParts(call)].map((part, at) => (
        <Part key={at} part={part} tool={`${labelOf(name)}, ${id}-part-${at + 1}`} id={`${id}-part-${at + 1}`} />
      ))}
      {result === undefined ? <p class="fold dim small">No result was sent to the model.</p> : null}
      <details class="fold small" id={`${id}-raw`}>
        <summary>
          <Icon name="chev" class="chev" />
          Raw JSON
        </summary>
        <Raw label="Arguments" payload={args} />
        {result === undefined ? null : <Raw label="Result" payload={result} />}
      </details>
    </div>
  );
}

function Raw({label, payload}: {label: string; payload: Payload}): VNode {
  return (
    <>
      <p class="dim">{label}</p>
      <Text text={payload.text.slice(0, 50_000)} />
    </>
  );
}

/** Returns a name that a model or a tool gave as a part of a label. */
function labelOf(name: string): string {
  return name.replace(/[^\w-]/g, '').slice(0, 40);
}

function Part({part, tool, id}: {part: ResultPart; tool: string; id: string}): VNode {
  switch (part.kind) {
    case 'error':
      return <Notice tone="warn">{visible(part.text.slice(0, 4000))}</Notice>;
    case 'facts':
      return (
        <div class="fold small row">
          {part.facts.map(([name, value]) => (
            <span key={name} class="break">
              <span class="dim">{visible(name)}</span> <code>{visible(value)}</code>
            </span>
          ))}
        </div>
      );
    case 'more':
      return <p class="fold dim small">{counted(part.fields, 'more field')} in the raw JSON.</p>;
    case 'file':
      return <MachineLines id={id} label={`the file of ${tool}`} text={part.text} from={part.from} />;
    case 'diff':
      return <DiffLines label={`Diff of ${tool}`} text={part.text} />;
    case 'change':
      return <ChangedLines label={`Change by ${tool}`} before={part.before} after={part.after} />;
    case 'log':
      return <MachineLines id={id} label={`${labelOf(part.name)} of ${tool}`} text={part.text} shows="end" />;
    default:
      return <MachineLines id={id} label={`${labelOf(part.name)} of ${tool}`} text={part.text} />;
  }
}

/** Returns the argument that identifies a call, without the front of a path in a dev-env. */
export function mainArgument(args: unknown): string {
  if (!isFields(args)) return '';
  const found = [args.pattern, args.path, args.relpath, args.origin].find((one) => typeof one === 'string' && one !== '');
  return String(found ?? '')
    .replace(/^\/work\/(?:DeltaPorts\/ports\/|obj\/|artifacts\/compose\/[^/]+\/)?/, '')
    .slice(0, 120);
}
