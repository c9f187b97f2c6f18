import fc from 'fast-check';

/** The same texts in each run, so that a change is judged and not its luck; PORTWRIGHT_SEED tries others. */
fc.configureGlobal({seed: Number(process.env.PORTWRIGHT_SEED ?? 1)});

/** What no writer of a format means, and every reader of one may meet. */
const ODD = [
  '\0',
  '\u0007',
  '\u001b[31m',
  '\r',
  '\r\n',
  '\u007f',
  '\u0085',
  '\u2028',
  '\ud800',
  '\udc00',
  '\u202e',
  '\u200f',
  '\ufeff',
  '\u{10ffff}',
  'İ',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  ' '.repeat(3000),
];

/** Beginnings of quotes, lists, blocks and marks; repeated, they are what parsers take too long for. */
export const PIECES = [
  '(((',
  '"""',
  "'''",
  '\\\\',
  '\\"',
  '[[[[',
  '{{{',
  '{"a":',
  '}}}',
  ']] ',
  '```\n',
  '```tool\n',
  '~~~\n',
  '## ',
  '**',
  '- ',
  '? ',
  '&a ',
  '*a ',
  'a: b\n',
  'a=',
  '= ',
  '-w ',
  '//',
  '../',
  '<tool_call>',
  '${',
  'aA1',
  '0',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\\\n',
  '\0',
  '\ud800',
  '\u202e',
  '\u001b[',
  '@@ -1 +1 @@\n',
  'diff --git a/x b/x\n',
  '+++ b\n',
  'error: ',
  'a:1:1: error: ',
  'make: ',
  '*** [',
  '-- Phase: a\n',
  '[000] FAILURE a/b\n',
  'https://a:',
  'token=',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----END PRIVATE KEY-----',
];

const TEXT = fc.string({unit: 'binary', maxLength: 200});
const PIECEWISE = fc
  .array(fc.oneof(fc.constantFrom(...PIECES, ...ODD), fc.string({maxLength: 10})), {maxLength: 30})
  .map((parts) => parts.join(''));

/** Any text, and the `examples` with a few things wrong: lines or characters that are gone, doubled, swapped or put in. */
export function hostileTexts(examples: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> {
  const odd = fc.oneof(fc.constantFrom(...ODD, ...PIECES, ...words), fc.string({unit: 'binary', maxLength: 4}));
  const change = fc.record({
    by: fc.constantFrom('\n', '', ''),
    how: fc.constantFrom('delete', 'double', 'swap', 'insert', 'insert'),
    at: fc.nat(),
    to: fc.nat(),
    odd,
  });
  const changed = fc
    .tuple(fc.constantFrom(...examples), fc.array(change, {minLength: 1, maxLength: 4}))
    .map(([example, changes]) => changes.reduce(spoilt, example));
  return fc.oneof({arbitrary: TEXT, weight: 1}, {arbitrary: PIECEWISE, weight: 2}, {arbitrary: changed, weight: 5});
}

interface Change {
  readonly by: string;
  readonly how: string;
  readonly at: number;
  readonly to: number;
  readonly odd: string;
}

function spoilt(text: string, {by, how, at, to, odd}: Change): string {
  const parts = text.split(by);
  if (parts.length === 0) return odd;
  const [here, there] = [at % parts.length, to % parts.length];
  const part = parts[here] as string;
  if (how === 'delete') parts.splice(here, 1);
  else if (how === 'double') parts.splice(there, 0, part);
  else if (how === 'insert') parts.splice(here, 0, odd);
  else [parts[here], parts[there]] = [parts[there] as string, part];
  return parts.join(by);
}

const MOST = 1 << 19;
const MOST_MS = 10_000;

/**
 * That `read` takes a time by the length of a text, whatever it is made of: the processor's, since others work on the machine too.
 * `MOST_MS` for half a MB is little enough for that, and enough where the engine interprets an expression that it mostly compiles. Lengths
 * begin small, so that a slow reader fails early instead of at the largest text.
 */
export function expectTimeByLength(read: (text: string) => unknown, pieces: readonly string[] = PIECES): void {
  expect(pieces.flatMap((piece) => slowness(read, piece) ?? [])).toEqual([]);
}

function slowness(read: (text: string) => unknown, piece: string): string | undefined {
  const textOf = (length: number): string => `${piece.repeat(length / piece.length + 1).slice(0, length - 2)}\u0001!`;
  for (let length = MOST / 4 ** 7; length <= MOST; length *= 4) {
    const took = processorMs(read, textOf(length));
    if (took > MOST_MS) return `${JSON.stringify(piece)}: ${Math.round(took)} ms for ${length} characters`;
    // So fast that it is in time for the longest even if it grew by the square; the cube of so many characters would have taken hours.
    if (length >= MOST / 16 && took * (MOST / length) ** 2 < MOST_MS) return undefined;
  }
  return undefined;
}

function processorMs(read: (text: string) => unknown, text: string): number {
  const begun = process.cpuUsage();
  read(text);
  const {user, system} = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** `read` without the errors that it is documented to throw; any other is the test's failure. */
export function without(read: (text: string) => unknown, documented: RegExp): (text: string) => void {
  return (text) => {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof Error) || error.constructor !== Error || !documented.test(error.message)) throw error;
    }
  };
}
