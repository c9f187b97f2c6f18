import {readMakeLine} from './makefile/make-line.ts';
import {tokenize} from './syntax/lexer.ts';
import {type Overlay, parseOverlay} from './syntax/parse-overlay.ts';

/** A part of an overlay.dops, such as a hunk of a diff shows it. It may begin and end inside heredocs. */
export interface Fragment {
  /** First lines that are the body of a heredoc that starts before the part. */
  readonly body: readonly string[];
  /** Lines before the statements: the body, and its terminator if the part has it. */
  readonly skipped: number;
  /** Statements of the other lines; their places count from there. */
  readonly overlay: Overlay;
}

/** A line that may end a heredoc: a word that is neither a statement nor a line of make. */
const TERMINATOR = /^\w[\w-]*$/;
/** Terminators that are tried, so that the time is linear. */
const MOST_TRIED = 4;

/**
 * Parses lines whose beginning is unknown. They begin as the fewest of them would be wrong: with a statement, or inside a
 * heredoc that ends at a line of one word, or at none of the lines.
 */
export function parseFragment(lines: readonly string[]): Fragment {
  const ends = lines.flatMap((line, at) => (TERMINATOR.test(line) ? [at] : [])).slice(0, MOST_TRIED);
  let best = readingOf(lines, 0, 0);
  for (const end of [...ends, lines.length]) {
    if (best.faults === 0) break;
    const tried = readingOf(lines, end, Math.min(end + 1, lines.length));
    if (tried.faults < best.faults) best = tried;
  }
  return best.fragment;
}

/** Parses a text whose last heredoc may be cut off: it ends with the text then. */
export function parseUnended(text: string): Overlay {
  const {tokens, diagnostics} = tokenize(text);
  if (!diagnostics.some(({code}) => code === 'E_PARSE_UNTERMINATED_HEREDOC')) return parseOverlay(text);
  const tag = tokens.findLast(({kind}) => kind === 'heredoc')?.value ?? '';
  return parseOverlay(`${text}${/(?:^|[\r\n])$/.test(text) ? '' : '\n'}${tag}\n`);
}

interface Reading {
  readonly fragment: Fragment;
  /** Lines that make cannot read, and statements that the language does not have. */
  readonly faults: number;
}

function readingOf(lines: readonly string[], bodyLines: number, skipped: number): Reading {
  const body = lines.slice(0, bodyLines);
  const overlay = parseUnended(lines.slice(skipped).join('\n'));
  const wrong = overlay.statements.filter(({kind}) => kind === 'unknown').length + lexicalErrors(overlay);
  const unread = body.filter((line) => readMakeLine(line).kind === 'other').length;
  return {fragment: {body, skipped, overlay}, faults: wrong + unread};
}

function lexicalErrors({diagnostics, statements}: Overlay): number {
  return diagnostics.some(({code}) => code.startsWith('E_PARSE')) && statements.every(({kind}) => kind !== 'unknown') ? 1 : 0;
}
