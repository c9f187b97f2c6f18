import fc from 'fast-check';

/** What breaks readers: long runs, marks that open and never end, characters that are none. */
const PIECES = [
  ...['', '\0', '\r', '\u001b[31m', '\ufeff', '\u202e', '\ud800', '\u0085', '\t', ' '.repeat(300), '🦌', 'é'.repeat(50)],
  ...[
    '@@ -1 +1 @@',
    '--- a',
    '+++ b',
    'diff --git a/x b/x',
    '```',
    '## ',
    '"',
    '\\',
    '((((',
    '[[[[',
    '{{{{',
    "<<'E'",
    '-> ',
    '=',
    ':',
    '%',
    '$(',
  ],
  ...['-----BEGIN RSA PRIVATE KEY-----', '__proto__', 'constructor', 'a'.repeat(2000), '9'.repeat(400), '-1', '../..', 'NaN'],
] as const;

const piece = fc.constantFrom(...PIECES);

/** A good text that was changed a little: lines lost, doubled or exchanged, and pieces put anywhere. */
function changed(example: string): fc.Arbitrary<string> {
  const where = fc.nat({max: 10_000});
  const change = fc.record({
    kind: fc.constantFrom('lose', 'double', 'swap', 'put', 'cut', 'char'),
    at: where,
    other: where,
    piece,
  });
  return fc.array(change, {minLength: 1, maxLength: 6}).map((changes) => changes.reduce(applied, example));
}

interface Change {
  readonly kind: string;
  readonly at: number;
  readonly other: number;
  readonly piece: string;
}

function applied(text: string, {kind, at, other, piece: put}: Change): string {
  const lines = text.split('\n');
  const [one, two] = [at % lines.length, other % lines.length];
  const place = at % (text.length + 1);
  if (kind === 'put') return text.slice(0, place) + put + text.slice(place);
  if (kind === 'cut') return text.slice(0, place);
  if (kind === 'char') return text.slice(0, place) + String.fromCharCode(other % 0xffff) + text.slice(place + 1);
  if (kind === 'lose') lines.splice(one, 1);
  else if (kind === 'double') lines.splice(one, 0, lines[two] ?? '');
  else [lines[one], lines[two]] = [lines[two] ?? '', lines[one] ?? ''];
  return lines.join('\n');
}

/** Texts for a reader of the examples' form: anything, and what is nearly right. */
export function texts(examples: readonly string[]): fc.Arbitrary<string> {
  const near = examples.map((example) => changed(example));
  const any = fc.string({unit: 'binary', maxLength: 400});
  const pieces = fc
    .array(fc.oneof(piece, fc.constant('\n'), fc.string({maxLength: 12})), {maxLength: 40})
    .map((some) => some.join(''));
  return fc.oneof(
    {weight: 1, arbitrary: any},
    {weight: 2, arbitrary: pieces},
    ...near.map((arbitrary) => ({weight: 4, arbitrary})),
  );
}

/** Long texts of one repeated piece, with and without line breaks: what makes a reader slow that looks back. Half a megabyte each. */
export function longTexts(examples: readonly string[]): string[] {
  const lines = examples.flatMap((example) => example.split('\n').filter((line) => line !== ''));
  const pieces = new Set([...PIECES, ...lines, ...lines.map((line) => `${line}\n`), 'x\n', '\n', ' \n', '\\\n']);
  return [...pieces].filter((one) => one !== '').map((one) => one.repeat(Math.ceil((1 << 19) / one.length)));
}
