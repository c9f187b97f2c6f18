import type {CaseAnswer, Citation, DroppedCitation} from '../question.ts';

/** Maximum number of citations of an answer; what is beyond is removed. */
const MOST_CITATIONS = 12;
/** Maximum number of lines of a citation. */
export const CITED_LINES = 40;
/** Lines of a citation that an answer has with it. */
const SHOWN_LINES = 6;
const LINE_CHARS = 200;
const ANSWER_CHARS = 8000;
const DROPPED_CHARS = 120;

/** Form of a citation in a reply: `[[logs/full.log:413]]` or `[[attempt-1/changes.diff:3-9]]`. The name has no brackets and no line breaks. */
const CITATION = /\[\[([^[\]\n]{1,300}?):(\d{1,9})(?:-(\d{1,9}))?\]\]/g;
/** What looks like a citation and has not its form. */
const MALFORMED = /\[\[[^[\]\n]{0,300}\]\]/g;

/** Lines that a reply names. */
export interface CitedLines {
  readonly artifact: string;
  readonly from: number;
  readonly to: number;
}

/** Lines of an artifact that a reply names, or why they cannot be cited. */
export type FoundLines = {readonly lines: readonly string[]; readonly turn?: number} | {readonly missing: string};

/** Returns the citations in a reply, each once, in their order. */
export function citationsIn(reply: string): CitedLines[] {
  const found = [...reply.matchAll(CITATION)].map((match) => citedBy(match));
  const keys = found.map(keyOf);
  return found.filter((one, at) => keys.indexOf(keyOf(one)) === at);
}

/**
 * Returns an answer whose citations were checked: `found` has what the artifacts have, by `keyOf`. Others are removed from the text, and
 * named in `dropped`.
 */
export function checkedAnswer(reply: string, found: ReadonlyMap<string, FoundLines>): CaseAnswer {
  const citations: Citation[] = [];
  const numbers = new Map<string, number>();
  const dropped = new Map<string, DroppedCitation>();
  // What the model wrote in the form of a checked reference is none.
  const unreferenced = reply.replaceAll(REMOVED, '').replaceAll('[^', '[');
  const checked = unreferenced.replace(CITATION, (text, ...groups) => {
    const cited = citedBy([text, ...groups] as unknown as RegExpMatchArray);
    const key = keyOf(cited);
    const lines = found.get(key) ?? {missing: 'it was not checked'};
    const known = numbers.get(key);
    if (known !== undefined) return `[^${known}]`;
    if ('missing' in lines || citations.length === MOST_CITATIONS) {
      const reason = 'missing' in lines ? lines.missing : `an answer has at most ${MOST_CITATIONS} citations`;
      dropped.set(key, {text: text.slice(0, DROPPED_CHARS), reason});
      return REMOVED;
    }
    citations.push(citationOf(cited, lines));
    numbers.set(key, citations.length);
    return `[^${citations.length}]`;
  });
  const text = checked.replace(MALFORMED, (one) => {
    dropped.set(one, {text: one.slice(0, DROPPED_CHARS), reason: 'a citation has the form [[artifact:first-last]]'});
    return REMOVED;
  });
  return {text: tidied(text), citations, dropped: [...dropped.values()].slice(0, MOST_CITATIONS)};
}

/** Returns the identity of cited lines. */
export function keyOf({artifact, from, to}: CitedLines): string {
  return `${artifact}:${from}-${to}`;
}

/** Returns the label of cited lines: `logs/full.log, line 413`, `overlay/overlay.dops, lines 3–9`. */
export function citationLabel({artifact, from, to}: CitedLines): string {
  return `${artifact}, ${from === to ? `line ${from}` : `lines ${from}–${to}`}`;
}

/** Returns an answer as plain text: references as `[1]`, without those that are removed where `references` is false. */
export function plainAnswer({text}: Pick<CaseAnswer, 'text'>, references = true): string {
  return text.replace(/ ?\[\^(\d+)\]/g, (_, number) => (references ? ` [${number}]` : '')).trim();
}

function citedBy([, artifact = '', first = '', last]: RegExpMatchArray): CitedLines {
  return {artifact: artifact.trim(), from: Number(first), to: Number(last ?? first)};
}

function citationOf(cited: CitedLines, {lines, turn}: Extract<FoundLines, {lines: unknown}>): Citation {
  const shown = lines.slice(0, SHOWN_LINES).map((line) => line.slice(0, LINE_CHARS));
  return {...cited, lines: shown, ...(turn === undefined ? {} : {turn})};
}

/** Stands for a removed citation until the text is complete. */
const REMOVED = '\u0000';

/** Returns the text without removed citations, the blanks before them, and brackets that had nothing else. */
function tidied(text: string): string {
  return text
    .replace(/ ?\(\0(?:[,; ]*\0)*\)/g, '')
    .replace(/ ?\0/g, '')
    .trim()
    .slice(0, ANSWER_CHARS);
}
