import {readTokens} from './dops-tokens.ts';
import type {SideLine} from './sides.ts';

/** A statement of overlay.dops, or make text of a heredoc whose start is not in the diff. */
export interface DopsStatement {
  /** Empty for make text. */
  readonly tokens: readonly string[];
  /** Lines of its heredoc, or the make text. */
  readonly body: readonly SideLine[];
  /** The statement's own line is changed. */
  readonly changed: boolean;
  /** What the language does not allow. */
  readonly fault?: string;
}

const VERBS = new Set(['port', 'type', 'reason', 'maintainer', 'target', 'mk', 'file', 'text', 'patch']);
const CONTINUED = /\\[ \t\r]{0,80}$/;

/** Splits lines of overlay.dops, which may be parts of the file, into statements. */
export function readStatements(lines: readonly SideLine[]): DopsStatement[] {
  const out: DopsStatement[] = [];
  for (let at = 0; at < lines.length; ) {
    const first = lines[at];
    const parts: SideLine[] = [];
    do parts.push(lines[at++] ?? {text: '', changed: false});
    while (isContinued(parts.at(-1)?.text ?? '') && isNext(lines[at]));
    const {tokens, tag, fault} = readTokens(parts.map(({text}) => text.replace(CONTINUED, ' ')).join(''));
    if (first === undefined || (tokens.length === 0 && fault === undefined)) continue;
    const changed = parts.some((one) => one.changed);
    if (!VERBS.has(tokens[0] ?? '')) {
      out.push({tokens: [], body: parts, changed, ...(isMake(first.text) ? {} : {fault: first.text})});
      continue;
    }
    const body: SideLine[] = [];
    if (tag !== undefined) {
      while (isNext(lines[at]) && lines[at]?.text !== tag) body.push(lines[at++] as SideLine);
      if (lines[at]?.text === tag) at += 1;
    }
    out.push({tokens, body, changed, ...(fault === undefined ? {} : {fault})});
  }
  return out;
}

/** A comment runs to the end of its line, whatever that is. */
function isContinued(text: string): boolean {
  return CONTINUED.test(text) && !text.replace(/"(?:[^"\\]|\\.)*"?/g, '').includes('#');
}

function isNext(line: SideLine | undefined): boolean {
  return line !== undefined && line.afterGap !== true;
}

/** Returns whether a line that is no statement may be make text of a heredoc, or its terminator. */
function isMake(text: string): boolean {
  return /^[\t .#}]|^[\w-]{1,32}$|[=:]/.test(text);
}
