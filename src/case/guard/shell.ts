/** A command line of a recipe, without the texts that sed and the like only read. */
export interface Recipe {
  /** The text with each quoted text as `_`, and `${NAME:…}` as `%NAME%`. */
  readonly plain: string;
  /** Simple commands in their order. */
  readonly commands: readonly Command[];
}

export interface Command {
  /** First word without its directory: `cp`, `%CP%`. */
  readonly name: string;
  readonly words: readonly string[];
  /** Files that it writes by `>`. */
  readonly redirects: readonly string[];
}

/** Characters of a recipe that are analysed; `out-of-sight` asks about longer lines. */
const MAX_CHARS = 20_000;
const SCRIPT = /(\s-[a-zA-Z]{0,8}e\s{0,80})(?:'[^']*'?|"(?:[^"\\]|\\.)*"?)/g;
const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  'fi',
  'done',
  'time',
  'command',
  'builtin',
  'exec',
  '_',
]);

/** Parses a command line of a recipe. It reads shell roughly: what it does not understand becomes an unknown command. */
export function readRecipe(value: string): Recipe {
  if (latest?.value === value) return latest.recipe;
  const recipe = parseRecipe(value);
  latest = {value, recipe};
  return recipe;
}

/** The latest line: several rules read it. */
let latest: {readonly value: string; readonly recipe: Recipe} | undefined;

function parseRecipe(value: string): Recipe {
  const plain = plainOf(value.slice(0, MAX_CHARS));
  const parts = plain.split(
    /&&|\|\||[;|()`\n]|(?<![>&\d])&(?![>&\d])|(?<=\s)\{(?=\s)|(?<=\s)\}(?=\s|$)|\s-(?:exec|ok|execdir)(?=\s)/,
  );
  return {plain, commands: parts.flatMap((part) => commandOf(part) ?? [])};
}

/** Returns a command line without sed scripts, with variables as `%NAME%`, and other quoted texts without their quotes. */
function plainOf(value: string): string {
  return withNames(value.replace(SCRIPT, '$1_'))
    .replace(/'([^']*)'?/g, (_all, text: string) => quotedText(text))
    .replace(/"((?:[^"\\]|\\.)*)"?/g, (_all, text: string) => quotedText(text));
}

/** Returns a command line without the scripts of sed and without texts in single quotes, which the shell does not read. */
export function withoutScripts(value: string): string {
  return value.replace(SCRIPT, '$1_').replace(/'[^']*'?/g, '_');
}

/** A quoted text is a word: its blanks, and the marks of the shell in it, are none. */
function quotedText(text: string): string {
  return text.replace(/[\s;&|(){}<>]/g, '_');
}

function withNames(value: string): string {
  const variable = /\$[{(]([\w.]+)(?::[^${}()]{0,200})?[)}]/g;
  return value.replace(variable, '%$1%').replace(variable, '%$1%');
}

function commandOf(part: string): Command | undefined {
  const redirects = [...part.matchAll(/>{1,2}[|&]?\s*([^\s<>]+)/g)]
    .map(([, file = '']) => file)
    .filter((file) => !/^\d$/.test(file));
  const words = part
    .replace(/\d?[<>]{1,2}[|&]?\s*[^\s<>]*/g, ' ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  let at = 0;
  while (KEYWORDS.has(words[at] ?? '') || /^[A-Za-z_]\w*=/.test(words[at] ?? '')) at += 1;
  const first = words[at] ?? '';
  if (first === 'for' || first === 'case' || (first === '' && redirects.length === 0)) return undefined;
  return {
    name:
      first
        .replace(/^[@+-]+/, '')
        .split('/')
        .at(-1) ?? '',
    words: words.slice(at),
    redirects,
  };
}
