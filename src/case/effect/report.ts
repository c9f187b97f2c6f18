import {escapeMarkdown} from '../text/markdown.ts';
import type {Finding} from '../types.ts';
import type {Effect, EffectChange} from './effect.ts';

const HEADINGS: Readonly<Record<EffectChange['kind'], string>> = {
  file: 'Files of the composed port',
  variable: 'Variables as make evaluates them',
  target: 'Targets',
  makefile: 'Makefiles that make reads',
  command: 'Commands that make runs when it reads the port',
};

/** Returns analysis/effect.md: what a diff does to the composed port. `findings` are those after the policy's decisions. */
export function effectReport({changes, summary, missing}: Effect, findings: readonly Finding[]): string {
  const parts = (Object.keys(HEADINGS) as EffectChange['kind'][]).flatMap((kind) => {
    const lines = changes.filter((one) => one.kind === kind).map(lineOf);
    return lines.length === 0 ? [] : [`## ${HEADINGS[kind]}`, lines.join('\n')];
  });
  const found = findings.map(
    ({rule, severity, path, reason}) => `- ${severity} (${rule}): ${path && `${escaped(path)}: `}${escaped(reason)}`,
  );
  return [
    '# Effect on the port',
    escaped(summary),
    ...(missing.length === 0 ? [] : ['## Not evaluated', missing.map((one) => `- ${escaped(one)}`).join('\n')]),
    ...(found.length === 0 ? [] : ['## Findings', found.join('\n')]),
    ...parts,
    '',
  ].join('\n\n');
}

function lineOf({kind, name, text}: EffectChange): string {
  if (kind === 'variable') return `- ${code(text)}`;
  return `- ${code(name)}: ${kind === 'target' ? code(text) : text}`;
}

/** Text of a port as inline code that it cannot end. */
function code(text: string): string {
  return `\`${quoted(text).replaceAll('`', "'")}\``;
}

/** Text of a port as Markdown that forms no link, tag or heading. */
function escaped(text: string): string {
  return escapeMarkdown(quoted(text));
}

function quoted(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}
