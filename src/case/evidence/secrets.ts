/** Keys whose form says what they are. A form is anchored by its prefix, so that hashes of distinfo and of packing lists stay. */
const KEY_PATTERNS: readonly [RegExp, string][] = [
  [/sk-(?=[\w-]{0,200}\d)[\w-]{16,200}/, 'key'],
  [/(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{22,255}|glpat-[\w-]{20,100})/, 'token'],
  [/(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'key'],
  [/AIza[\w-]{35}/, 'key'],
  [/xox[abeprs]-[\w-]{10,200}/, 'token'],
  [/(?:hf|gsk|npm|r8)_(?=[A-Za-z]{0,200}\d)[A-Za-z0-9]{30,200}/, 'token'],
  [/pypi-[\w-]{50,300}/, 'token'],
  [/eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,1000}/, 'token'],
].map(([form, kind]) => [atTokenStart(form as RegExp), kind as string]);

/** The form where a word begins: also behind `\n` and the like, which is how JSON writes the end of a line. */
function atTokenStart({source}: RegExp): RegExp {
  return new RegExp(`(?:(?<!\\w)|(?<=\\\\[bfnrt]))${source}`, 'g');
}

/** Forms of which only the second group is secret. */
const NAMED_PATTERNS: readonly [RegExp, string][] = [
  // `://user:password@host`; a variable of make or sh is none.
  [/(:\/\/[^\s/:@"'\\<>]{0,100}:)((?![$%{<])[^\s/@"'\\<>]{1,200})(?=@)/g, 'password'],
  [
    /(authorization(?:\\?["'])?[ \t]{0,3}[:=][ \t]{0,3}(?:\\?["'])?(?:bearer|basic|token)[ \t]{1,3})([\w.~+/=-]{8,2000})/gi,
    'token',
  ],
  [/(bearer[ \t]{1,3})((?=[^\s\d]{0,100}\d)[\w.~+/=-]{20,2000})/gi, 'token'],
  // Letters of both cases and digits, or hexadecimal digits alone: a name in a program is neither.
  [
    /((?:api[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?|token|passwd|password)(?:\\?["'])?[ \t]{0,3}[=:][ \t]{0,3}(?:\\?["'])?)((?=[A-Za-z+/_-]{0,100}\d)(?:(?=[a-z\d+/_-]{0,100}[A-Z])(?=[A-Z\d+/_-]{0,100}[a-z])[A-Za-z0-9+/_-]{16,200}|[0-9a-f]{32,128})={0,2}(?![\w(]))/gi,
    'secret',
  ],
];

const BEGIN = '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
const END = '-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
/** A line inside a key; a diff may stand before it. */
const INSIDE = '[ +-]?(?:[A-Za-z0-9+/=]{1,80}|(?:Proc-Type|DEK-Info|Comment|Version): [^\\n\\\\]{0,80}|)';
/** In a JSON text a line's end is written as two characters. */
const LINE_END = '(?:\\r?\\n|\\\\r\\\\n|\\\\n)';
const BLOCK = new RegExp(`${BEGIN}(?:${LINE_END}${INSIDE}(?=\\r?\\n|\\\\|$))*(?:${LINE_END}[ +-]?${END})?`, 'g');

// The end of a key whose beginning is not there: of a file read in parts.
const KEY_TAIL = new RegExp(
  `(?<=^|\\n|\\\\n)(?:[ +-]?[A-Za-z0-9+/=]{30,80}${LINE_END}){0,60}(?:[ +-]?[A-Za-z0-9+/=]{1,80}${LINE_END})?[ +-]?${END}`,
  'g',
);

/**
 * What of a key's line is secret where a program's text stands around it, such as `@echo '…'`. Neither a hash nor a path is one, and the
 * letters of an escape of JSON are no part of it.
 */
const KEY_RUN = /(?<!\\|\\u[0-9a-f]{0,3})(?=[a-z\d+/]{0,200}[A-Z])(?=[A-Z\d+/]{0,200}[a-z])[A-Za-z\d+/]{30,}={0,2}/g;
/** Lines that are looked at for an END: a key of 16384 bits has fewer. */
const MAX_KEY_LINES = 220;

/** Shorter ones are no secrets, and would mask words. */
const MIN_SECRET_CHARS = 8;
const NAMES = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)(?:_DATA)?$/;

/** What stands in a secret's place; `kind` says what it looked like. */
export function maskLabel(kind: string): string {
  return `[masked: ${kind}]`;
}

const KEY = maskLabel('private key');

/** Whether a text has a place where a secret was. */
export function hasMask(text: string): boolean {
  return /\[masked: [a-z ]{1,20}\]/.test(text);
}

/** The operator's own secrets: values of variables whose names end in KEY, TOKEN, SECRET, PASSWORD or PASSWD, of 8 characters and more. */
export function ownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const values = Object.entries(env).flatMap(([name, value]) => (NAMES.test(name) && value !== undefined ? [value.trim()] : []));
  const written = values
    .filter((value) => value.length >= MIN_SECRET_CHARS)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  // A secret that begins another must not leave the other's end.
  return [...new Set(written)].sort((a, b) => b.length - a.length);
}

/**
 * The text without what looks like a key, a token, a password in an address or a private key, and without `own` secrets. A text that is
 * JSON stays so. Masking twice changes nothing more.
 */
export function maskSecrets(text: string, own: readonly string[] = []): string {
  let out = text;
  for (const secret of own) if (out.includes(secret)) out = out.replaceAll(secret, maskLabel('own secret'));
  if (out.includes('PRIVATE KEY')) out = maskPrivateKeys(out);
  for (const [form, kind] of KEY_PATTERNS) out = out.replace(form, maskLabel(kind));
  for (const [form, kind] of NAMED_PATTERNS) {
    out = out.replace(form, (match, before: string, secret: string) => (hasMask(secret) ? match : before + maskLabel(kind)));
  }
  return out;
}

/** `maskSecrets` with the own secrets of an environment. */
export function maskFor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const own = ownSecrets(env);
  return (text) => maskSecrets(text, own);
}

/** Keys go whole where they stand by themselves; where each of their lines is quoted, what is between BEGIN and END goes. */
function maskPrivateKeys(text: string): string {
  const out = text.replace(BLOCK, KEY).replace(KEY_TAIL, KEY);
  const pieces = out.split(new RegExp(`(${END})`));
  return pieces.map((piece, at) => (pieces[at + 1] === undefined ? piece : maskQuotedKey(piece))).join('');
}

/** A piece of text that an END follows. */
function maskQuotedKey(piece: string): string {
  const begin = piece.lastIndexOf(KEY);
  return begin < 0 ? piece : piece.slice(0, begin) + piece.slice(begin).replace(KEY_RUN, KEY);
}

/** `maskSecrets` over every string of a value as JSON has them. */
export function maskDeep<T>(value: T, mask: (text: string) => string): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, mask)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskDeep(one, mask)])) as T;
}

/** Masks a stream of text line by line; a private key over several lines too. */
export class SecretLines {
  readonly #mask: (text: string) => string;
  #open = '';
  /** Lines that may still be a key's whose lines are quoted; 0 outside of one. */
  #keyLinesLeft = 0;
  #unquoted = false;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  /** What can be told of the text so far. */
  take(text: string): string {
    const all = this.#open + text;
    const end = all.lastIndexOf('\n') + 1;
    // A line without an end is not waited for without a bound.
    const cut = end === 0 && all.length > MAX_OPEN_CHARS ? all.length : end;
    this.#open = all.slice(cut);
    return this.maskLines(all.slice(0, cut));
  }

  /** The rest. */
  end(): string {
    const rest = this.maskLines(this.#open);
    this.#open = '';
    return rest;
  }

  /** Masks whole lines; there are as many of them afterwards. Only those of a key are looked at one by one. */
  maskLines(text: string): string {
    let out = '';
    let at = 0;
    while (at < text.length) {
      if (this.#keyLinesLeft === 0) {
        const named = text.indexOf('PRIVATE KEY', at);
        const line = named < 0 ? text.length : text.lastIndexOf('\n', named) + 1;
        if (line > at) out += this.#mask(text.slice(at, line));
        at = Math.max(at, line);
      }
      if (at === text.length) break;
      const end = text.indexOf('\n', at) + 1 || text.length;
      out += this.#line(text.slice(at, end));
      at = end;
    }
    return out;
  }

  #line(line: string): string {
    const text = line.replace(/\n$/, '');
    const end = line.slice(text.length);
    const begins = BEGINS.test(text);
    const inside = this.#unquoted && (ENDS.test(text) || INSIDE_LINE.test(text));
    const quoted = this.#keyLinesLeft > 0 && !inside;
    this.#keyLinesLeft = ENDS.test(text) ? 0 : begins ? MAX_KEY_LINES : Math.max(0, this.#keyLinesLeft - 1);
    this.#unquoted = this.#keyLinesLeft > 0 && (begins || inside);
    if (inside) return KEY + end;
    return this.#mask(quoted ? text.replace(KEY_RUN, KEY) : text) + end;
  }
}

const MAX_OPEN_CHARS = 1 << 16;
const BEGINS = new RegExp(BEGIN);
const ENDS = new RegExp(END);
const INSIDE_LINE = new RegExp(`^${INSIDE}\\r?$`);
