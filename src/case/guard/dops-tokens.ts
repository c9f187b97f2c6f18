/** Tokens of a statement of overlay.dops. */
export interface DopsTokens {
  /** Words, decoded strings, and `->`. */
  readonly tokens: readonly string[];
  /** Terminator of a heredoc that starts on the line. */
  readonly tag?: string;
  /** The first thing that the language does not allow. */
  readonly fault?: string;
}

const TOKEN =
  /[ \t\r]+|#.*|"(?<text>(?:[^"\\]|\\.)*)(?<end>"?)|<<(?<quote>'?)(?<tag>[^'\s]+)(?<close>'?)|(?<arrow>->)|(?<bare>(?:(?!->|<<)[^ \t\r"#'])+)|(?<odd>.)/gsy;

/**
 * Splits a statement of overlay.dops, whose continued lines are joined. It reads on after a fault, so that what a later version of
 * the language may allow is judged too: `<<TAG` starts a heredoc, and single quotes are skipped.
 */
export function readTokens(line: string): DopsTokens {
  const tokens: string[] = [];
  let fault: string | undefined;
  for (const {0: all, groups = {}} of line.matchAll(TOKEN)) {
    const {text, end, quote, tag, close, arrow, bare, odd} = groups;
    if (tag !== undefined) {
      const isQuoted = quote === "'" && close === "'";
      return {tokens, tag, ...(fault === undefined && isQuoted ? {} : {fault: fault ?? all})};
    }
    if (text !== undefined) {
      tokens.push(decode(text));
      if (end === '' || /\\[^\\"nt]/.test(text.replaceAll('\\\\', ''))) fault ??= all;
    } else if (arrow !== undefined || bare !== undefined) tokens.push(arrow ?? bare ?? '');
    else if (odd !== undefined) fault ??= odd;
  }
  return {tokens, ...(fault === undefined ? {} : {fault})};
}

function decode(text: string): string {
  return text.replace(/\\(.)/gs, (_all, one: string) => ({n: '\n', t: '\t'})[one] ?? one);
}
