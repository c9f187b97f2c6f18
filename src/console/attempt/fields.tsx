import type {VNode} from 'preact';
import {count} from '../pages/components.tsx';
import {LabelledText} from './parts.tsx';
import {isFields, type Payload} from './turns.ts';
import {visible} from './visible.ts';

/** Characters of a value that stands in a row with others. */
const SHORT = 120;
const MOST_FIELDS = 60;

/** What a tool was given or gave back: the fields of a JSON object, short ones in a row, long texts with their line breaks; all else as text. */
export function PayloadView({payload: {text, value}, label, id}: {payload: Payload; label: string; id: string}): VNode {
  if (!isFields(value)) return <LabelledText label={label} text={text} id={id} />;
  const entries = Object.entries(value);
  const fields = entries.slice(0, MOST_FIELDS).map(([name, one]) => ({name, text: fieldText(one)}));
  if (fields.some((one) => one.text === undefined)) return <LabelledText label={label} text={text} id={id} />;
  const short = fields.filter((one) => isShort(one.text));
  const long = fields.filter((one) => !isShort(one.text));
  return (
    <div class="payload">
      <p class="row">
        <span class="label">{label}</span>
        {entries.length === 0 ? <span class="dim">nothing</span> : null}
        {short.map((one) => (
          <span key={one.name} class="field">
            <span class="dim">{visible(one.name)}</span> <code>{visible(one.text ?? '') || '""'}</code>
          </span>
        ))}
      </p>
      {long.map((one, at) => (
        <LabelledText key={one.name} label={one.name} text={one.text ?? ''} id={`${id}-${at + 1}`} />
      ))}
      {entries.length > MOST_FIELDS ? (
        <p class="dim">{count(entries.length - MOST_FIELDS)} fields more are in the session.</p>
      ) : null}
    </div>
  );
}

function isShort(text: string | undefined): boolean {
  return text !== undefined && text.length <= SHORT && !text.includes('\n');
}

/** A value as text; undefined where it is too deep to be written. */
function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    const short = JSON.stringify(value);
    return short.length <= SHORT ? short : JSON.stringify(value, null, 2);
  } catch {
    return undefined;
  }
}
