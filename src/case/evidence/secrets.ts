/**
 * Keys with a recognizable format. Each pattern is anchored by a prefix, so that hashes in distinfo and packing lists do not
 * match.
 */
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

/** Returns the pattern restricted to the start of a token, including after an escaped line end of JSON such as `\n`. */
function atTokenStart({source}: RegExp): RegExp {
  return new RegExp(`(?:(?<!\\w)|(?<=\\\\[bfnrt]))${source}`, 'g');
}

/** Patterns whose second group is the secret. */
const NAMED_PATTERNS: readonly [RegExp, string][] = [
  // `://user:password@host`; a variable of make or sh is not a password.
  [/(:\/\/[^\s/:@"'\\<>]{0,100}:)((?![$%{<])[^\s/@"'\\<>]{1,200})(?=@)/g, 'password'],
  [
    /(authorization(?:\\?["'])?[ \t]{0,3}[:=][ \t]{0,3}(?:\\?["'])?(?:bearer|basic|token)[ \t]{1,3})([\w.~+/=-]{8,2000})/gi,
    'token',
  ],
  [/(bearer[ \t]{1,3})((?=[^\s\d]{0,100}\d)[\w.~+/=-]{20,2000})/gi, 'token'],
  // Mixed-case letters with digits, or hexadecimal digits only: identifiers of a program have neither form.
  [
    /((?:api[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?|token|passwd|password)(?:\\?["'])?[ \t]{0,3}[=:][ \t]{0,3}(?:\\?["'])?)((?=[A-Za-z+/_-]{0,100}\d)(?:(?=[a-z\d+/_-]{0,100}[A-Z])(?=[A-Z\d+/_-]{0,100}[a-z])[A-Za-z0-9+/_-]{16,200}|[0-9a-f]{32,128})={0,2}(?![\w(]))/gi,
    'secret',
  ],
];

const BEGIN = '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
const END = '-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
/** A line inside a key, which may be prefixed by a diff mark. */
const INSIDE = '[ +-]?(?:[A-Za-z0-9+/=]{1,80}|(?:Proc-Type|DEK-Info|Comment|Version): [^\\n\\\\]{0,80}|)';
/** JSON writes the end of a line as two characters. */
const LINE_END = '(?:\\r?\\n|\\\\r\\\\n|\\\\n)';
const BLOCK = new RegExp(`${BEGIN}(?:${LINE_END}${INSIDE}(?=\\r?\\n|\\\\|$))*(?:${LINE_END}[ +-]?${END})?`, 'g');

// The end of a key whose beginning is missing, as in a file that is read in parts.
const KEY_TAIL = new RegExp(
  `(?<=^|\\n|\\\\n)(?:[ +-]?[A-Za-z0-9+/=]{30,80}${LINE_END}){0,60}(?:[ +-]?[A-Za-z0-9+/=]{1,80}${LINE_END})?[ +-]?${END}`,
  'g',
);

/**
 * The secret part of a key's line that is embedded in program text, such as `@echo '…'`. Hashes, paths and JSON escapes do not
 * match.
 */
const KEY_RUN = /(?<!\\|\\u[0-9a-f]{0,3})(?=[a-z\d+/]{0,200}[A-Z])(?=[A-Z\d+/]{0,200}[a-z])[A-Za-z\d+/]{30,}={0,2}/g;
/** Lines that are searched for an END marker; a key of 16384 bits has fewer. */
const MAX_KEY_LINES = 220;

/** Shorter values are unlikely to be secrets, and would mask ordinary text. */
const MIN_SECRET_CHARS = 8;
const NAMES = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD)(?:_DATA)?$/;

/** Returns the placeholder for a masked secret of this kind. */
export function maskLabel(kind: string): string {
  return `[masked: ${kind}]`;
}

const KEY = maskLabel('private key');

/** Returns whether a text has a placeholder of a masked secret. */
export function hasMask(text: string): boolean {
  return /\[masked: [a-z ]{1,20}\]/.test(text);
}

/**
 * Returns the operator's own secrets: values of at least 8 characters of variables whose names end in KEY, TOKEN, SECRET,
 * PASSWORD or PASSWD.
 */
export function ownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const values = Object.entries(env).flatMap(([name, value]) => (NAMES.test(name) && value !== undefined ? [value.trim()] : []));
  const written = values
    .filter((value) => value.length >= MIN_SECRET_CHARS)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  // Longer ones first: a secret that is the prefix of another must not leave the rest of it unmasked.
  return [...new Set(written)].sort((a, b) => b.length - a.length);
}

/**
 * Returns the text with secrets replaced by placeholders: keys, tokens, passwords in addresses, private keys, and the `own`
 * secrets. JSON remains valid JSON. Masking is idempotent.
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

/** Returns `maskSecrets` bound to the secrets of an environment. */
export function maskFor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const own = ownSecrets(env);
  return (text) => maskSecrets(text, own);
}

/** Masks complete key blocks; where each line of a key is quoted, masks its lines between BEGIN and END. */
function maskPrivateKeys(text: string): string {
  const out = text.replace(BLOCK, KEY).replace(KEY_TAIL, KEY);
  const pieces = out.split(new RegExp(`(${END})`));
  return pieces.map((piece, at) => (pieces[at + 1] === undefined ? piece : maskQuotedKey(piece))).join('');
}

/** Masks the key lines of a text that precedes an END marker. */
function maskQuotedKey(piece: string): string {
  const begin = piece.lastIndexOf(KEY);
  return begin < 0 ? piece : piece.slice(0, begin) + piece.slice(begin).replace(KEY_RUN, KEY);
}

/** Returns a JSON-like value with `mask` applied to every string. */
export function maskDeep<T>(value: T, mask: (text: string) => string): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, mask)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskDeep(one, mask)])) as T;
}

/** Masks a stream of text line by line, including private keys that span several lines. */
export class SecretLines {
  readonly #mask: (text: string) => string;
  #open = '';
  /** Number of following lines that may belong to a key with quoted lines; 0 outside of a key. */
  #keyLinesLeft = 0;
  #unquoted = false;

  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  /** Adds text and returns the masked part that is complete so far. */
  take(text: string): string {
    const all = this.#open + text;
    const end = all.lastIndexOf('\n') + 1;
    // An unterminated line is not buffered without a limit.
    const cut = end === 0 && all.length > MAX_OPEN_CHARS ? all.length : end;
    this.#open = all.slice(cut);
    return this.maskLines(all.slice(0, cut));
  }

  /** Returns the masked remainder. */
  end(): string {
    const rest = this.maskLines(this.#open);
    this.#open = '';
    return rest;
  }

  /** Masks complete lines; the number of lines does not change. For speed, only the lines of a key are processed one by one. */
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
    const remaining = begins ? MAX_KEY_LINES : Math.max(0, this.#keyLinesLeft - 1);
    this.#keyLinesLeft = ENDS.test(text) ? 0 : remaining;
    this.#unquoted = this.#keyLinesLeft > 0 && (begins || inside);
    if (inside) return KEY + end;
    return this.#mask(quoted ? text.replace(KEY_RUN, KEY) : text) + end;
  }
}

const MAX_OPEN_CHARS = 1 << 16;
const BEGINS = new RegExp(BEGIN);
const ENDS = new RegExp(END);
const INSIDE_LINE = new RegExp(`^${INSIDE}\\r?$`);
