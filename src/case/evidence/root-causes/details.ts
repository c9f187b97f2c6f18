import type {Finding} from './finding.ts';
import {normaliseLine} from './normalise.ts';
import {isSpecific, isWrapper} from './specific.ts';

/** Lines of a paragraph that belong to a message. */
const PARAGRAPH_LINES = 4;
/** Most parts of a path that name a file. */
const PATH_PARTS = 3;

/** Lines without information on a failure: what runs, other jobs, notes, blanks. */
const NOISE =
  /^\s*$|: (?:warning|note|remark): |^(?:In file included|\s+from )|^checking |^\[ *\d+[%/]|^--- .* ---$|^(?:mv -f|depbase=|libtool: )|^\S*make(?:\[\d+\])?: (?:Entering|Leaving|\*\*\* Waiting)|^\s*(?:Compiling|Running|Building|Linking|Generating|Extracting|Installing) |^(?:\S*\/)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|sh|rustc)\b.* -|^-- Phase: |^Building \S+$|^Started : |^SUCCEEDED |^\*\*\* |^Stop\.?$|^-+$|^={2,}> (?:Giving up|Compilation failed)|^Try to set MAKE_JOBS|^the maintainer\.|^=> port manually/;

/**
 * Returns the lines around a finding that distinguish failures with the same line: file, source line and label of a compiler's block, the
 * paragraph behind a line that announces one, the symbol that a compiler of Java names below. Empty where the line is enough.
 */
export function detailsOf(finding: Finding): string[] {
  const {lines} = finding.context;
  const at = lines.indexOf(finding.text);
  if (at < 0) return [];
  const [before, after] = [lines.slice(0, at).reverse(), lines.slice(at + 1)];
  const parts = [...rustBlock(finding.text, after), ...fileBefore(finding.text, before), ...symbolsBelow(finding.text, after)];
  if (parts.length > 0) return parts;
  if (isSpecific({...finding, text: messageOf(finding.text)})) return [];
  if (finding.family === 'python') return frameBefore(before);
  return /[:([{\]]$/.test(finding.text.trimEnd()) ? paragraph(after) : sourceLine(after);
}

/** Returns the last line before a finding that another job or a comment of the build has not printed; empty without one. */
export function lineBefore({text, context: {lines}}: Finding): string {
  const at = lines.indexOf(text);
  return normaliseLine(lastInformative(lines.slice(0, Math.max(0, at))));
}

/** Returns the last line that is neither a command nor a comment of the build; empty without one. */
export function lastInformative(lines: readonly string[]): string {
  return lines.findLast((line) => !NOISE.test(line)) ?? '';
}

/** Returns the paragraph behind a wrapper's message, and the directory that configure names before it. */
export function surroundingsOf({text, context: {lines}}: Finding): string[] {
  const at = lines.indexOf(text);
  if (at < 0) return [];
  const dir = /^configure: error: in [`'](.*)'/.exec(lines[at - 1] ?? '')?.[1];
  const isBlock = /^\s+\S/.test(lines[at + 1] ?? '') && !NOISE.test(lines[at + 1] ?? '');
  return [...(dir === undefined ? [] : [normaliseLine(dir)]), ...(isBlock ? paragraph(lines.slice(at + 1)) : [])];
}

/** The file, the line of source and the label of rustc's block. */
function rustBlock(text: string, after: readonly string[]): string[] {
  if (!/^error(?:\[E\d+\])?: /.test(text) || isWrapper(text)) return [];
  const end = after.findIndex((line) => line.trim() === '' || /^(?:error|warning)\b/.test(line));
  const block = end < 0 ? after : after.slice(0, end);
  const first = (form: RegExp): string[] => block.flatMap((line) => form.exec(line)?.[1] ?? []).slice(0, 1);
  return [
    ...first(/^\s*--> (\S+?):\d/).map(lastParts),
    ...first(/^\s*\d+ +\| (.*)$/).map(normaliseLine),
    ...first(/^\s*\|.*\^ (\S.*)$/).map(normaliseLine),
  ];
}

/** gfortran and the compilers of OCaml name the file on a line before the message. */
function fileBefore(text: string, before: readonly string[]): string[] {
  if (!/^(?:Fatal )?Error: /.test(text)) return [];
  const form = /\(\d\)/.test(text) ? /^(\S+\.[fF]\w*):\d/ : /^File "([^"]+)", lines? \d/;
  return before
    .flatMap((line) => form.exec(line)?.[1] ?? [])
    .slice(0, 1)
    .map(lastParts);
}

/** The innermost frame of a stack that Python prints before an exception. */
function frameBefore(before: readonly string[]): string[] {
  const [, path, name] =
    before.map((line) => /^\s+File "([^"]+)", line \d+, in (\S+)/.exec(line)).find((found) => found !== null) ?? [];
  return path === undefined ? [] : [lastParts(path), name ?? ''];
}

function symbolsBelow(text: string, after: readonly string[]): string[] {
  if (!/\.(?:java|kt|scala)\b/.test(text)) return [];
  const found = after.slice(0, 5).flatMap((line) => /^(?:\[ERROR\])?\s*(?:symbol|location)\s*:\s*(.*)$/.exec(line)?.[1] ?? []);
  return found.slice(0, 2).map(normaliseLine);
}

/** The next line that is not blank and the indented ones behind it, without a stack of calls. */
function paragraph(after: readonly string[]): string[] {
  const start = after.findIndex((line) => line.trim() !== '');
  if (start < 0 || NOISE.test(after[start] ?? '')) return [];
  const lines = after.slice(start, start + PARAGRAPH_LINES);
  const end = lines.findIndex((line, at) => at > 0 && !/^\s+\S/.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).map(normaliseLine);
}

/** Returns a line without the place that it is about. */
function messageOf(text: string): string {
  return text.replace(/^CMake Error at \S+(?: \(\w+\):?)?|^thread '.*' panicked at \S+/, '').replace(/^\S+?:\d+[\d:.-]*:? */, '');
}

/** The line of source below a diagnostic. */
function sourceLine([first = '', second = '']: readonly string[]): string[] {
  const numbered = /^\s*\d+ \| (.*)$/.exec(first)?.[1];
  const source = numbered ?? (/^[\s~-]*\^[\s~^-]*$/.test(second) ? first : undefined);
  return source === undefined ? [] : [normaliseLine(source)];
}

/** The end of a path: from a directory with a version on, such as that of a crate, else the last directory and the file. */
function lastParts(path: string): string {
  const parts = path.split('/').slice(-PATH_PARTS).map(normaliseLine);
  const versioned = parts.findIndex((part) => part.endsWith('-N'));
  return parts.slice(versioned < 0 ? -2 : versioned).join('/');
}
