import {maskSecrets} from '../../case/evidence/secrets.ts';
import {readDopsLine} from '../../case/guard/dops-effects.ts';
import type {Finding} from '../../case/types.ts';

/** Shorter quotes would be found in lines that are not meant. */
const SHORTEST = 4;
const LONGEST_REASON = 4000;

/** Finds the findings that speak of a line of a file: whose reason quotes it, or names what it takes away or puts in place. */
export function lineFinder<F extends {readonly finding: Finding}>(
  path: string,
  findings: readonly F[],
): (line: string, added: boolean) => F[] {
  const quoting = findings.map((one) => ({one, quotes: quotesOf(one.finding.reason)})).filter(({quotes}) => quotes.length > 0);
  return (line, added) => {
    if (quoting.length === 0) return [];
    const forms = added ? addedForms(path, line) : unmade(path, line);
    return quoting.flatMap(({one, quotes}) => (forms.some((form) => quotes.some((quote) => isQuoted(form, quote))) ? [one] : []));
  };
}

/** A rule quotes a complete line, with the lines that it continues on. */
function isQuoted(form: string, quote: string): boolean {
  return form.includes(quote) || (form.length >= 2 * SHORTEST && quote.includes(form));
}

/** What a reason quotes: what follows its colon, as text or as JSON, and files that it names. */
function quotesOf(reason: string): string[] {
  const text = reason.slice(0, LONGEST_REASON);
  const tail = /: (.+)$/s.exec(text)?.[1] ?? '';
  const files = text.match(/(?:[\w.+-]+\/)+[\w.+-]+|\bpatch-[\w.+-]+/g) ?? [];
  return [...new Set([unquoted(tail), ...files].map(plain))].filter((quote) => quote.length >= SHORTEST);
}

function unquoted(text: string): string {
  const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text)?.[0];
  try {
    return quoted === undefined ? text : String(JSON.parse(quoted));
  } catch {
    return text;
  }
}

/** How the guard may have read a line: as it stands, without the mark of a patch, without secrets, or as what an operation of overlay.dops does. */
function addedForms(path: string, line: string): string[] {
  const {make = [], insert, unsets = []} = path.endsWith('.dops') ? readDopsLine(line) : {};
  const lines = [...make.map(({text}) => text), ...(insert?.lines ?? []), ...unsets];
  return [line, line.replace(/^[+-]/, ''), maskSecrets(line), ...lines].map(plain);
}

/** Files that an operation brought into the port, and that are gone with its line. */
function unmade(path: string, line: string): readonly string[] {
  const {copies} = path.endsWith('.dops') ? readDopsLine(line) : {};
  return copies?.ofOverlay ? [copies.from] : [];
}

/** A line as it is compared: without the mark that it goes on, and with single blanks. */
function plain(text: string): string {
  return text.replace(/\\$/, '').replace(/\s+/g, ' ').trim();
}
