import fc from 'fast-check';
import {type Emittable, emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {GRAMMAR, type Part} from '../../src/dops/syntax/grammar.ts';
import {PORT_TYPES} from '../../src/dops/syntax/statement.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('a "b"', '\\', '\n\t', "<<'MK'", '->', '#', 'on-missing', 'MK', 'é\u2028', '\v'),
);
const word = fc.oneof(
  fc.stringMatching(/^[A-Za-z_.][A-Za-z0-9_.+]{0,9}$/),
  fc.constantFrom('${A:tu}', 'a\\b', 'on-missing', '-x>'),
);
const recipe = fc.array(fc.oneof(fc.stringMatching(/^\t?[ -~]{0,12}$/), fc.constantFrom('MK', 'E', 'MK2')), {maxLength: 4});
const selectors = fc.constantFrom(['@any'], ['@main'], ['@2026Q3', '@main']);
const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  origin: fc.constantFrom('net/foo', 'a/b'),
  type: fc.constantFrom(...PORT_TYPES),
  selectors,
};

/** Statements of every kind. Some cannot be emitted, such as one with a carriage return in a string. */
export const statements: fc.Arbitrary<Emittable> = fc.oneof(
  ...(Object.keys(GRAMMAR) as Emittable['kind'][]).map((kind) => {
    const [, ...parts] = GRAMMAR[kind];
    const fields = parts.flatMap(fieldsOf);
    return fc.record(Object.fromEntries([['kind', fc.constant(kind)], ...fields])) as unknown as fc.Arbitrary<Emittable>;
  }),
);

function fieldsOf(part: Part): [string, fc.Arbitrary<unknown>][] {
  switch (part.is) {
    case 'word':
      return [[part.field, FIELDS[part.field] ?? word]];
    case 'string':
    case 'value':
      return [[part.field, text]];
    case 'contains':
      return [['contains', fc.option(text, {nil: undefined})]];
    case 'on-missing':
      return [['onMissing', fc.constantFrom('error', 'warn', 'noop', undefined)]];
    case 'body':
      return [
        ['recipe', recipe],
        ['heredocTag', fc.constantFrom('MK', 'E')],
      ];
    default:
      return [];
  }
}

/** Returns the text of a statement; undefined if the language cannot express it. */
export function emitted(statement: Emittable): string | undefined {
  try {
    return emitStatement(statement);
  } catch {
    return undefined;
  }
}

/** Statements that can be emitted. */
export const emittable = statements.filter((one) => emitted(one) !== undefined);

/** Returns the fields of a statement that a parsed one has too; an emitter may choose another tag. */
export function givenFields(statement: Emittable): object {
  const {heredocTag: _, ...fields} = {heredocTag: '', ...statement};
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const BEFORE = fc.constantFrom('', '\n', '# note\n', '  ', '\\\n  ', '# a \\\n');
const AFTER = fc.constantFrom('\n', '\n\n', ' \n', '\n# note\n');

/** Texts of overlays of all kinds of statements, with comments, blank lines and continuations between them, and LF or CRLF. */
export const overlayTexts = fc
  .tuple(
    fc.array(fc.tuple(BEFORE, emittable, AFTER), {minLength: 1, maxLength: 6}),
    fc.boolean(),
    fc.constantFrom('', '# end', '\n'),
  )
  .map(([parts, isCrlf, end]) => {
    const body = parts.map(([before, statement, after]) => before + (emitted(statement) ?? '') + after).join('');
    const all = `port net/foo\n${body}${end}`;
    return isCrlf ? all.replaceAll('\n', '\r\n') : all;
  });

/** Overlays with a few characters deleted, doubled, or exchanged. */
export const mutatedOverlays = fc
  .tuple(
    overlayTexts,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '"', "'", '\n', '\\', '<<', '\r', '#', '\0', '\ud800'), fc.nat(3))),
  )
  .map(([all, edits]) => {
    let mutated = all;
    for (const [pick, piece, dropped] of edits) {
      const at = pick % (mutated.length + 1);
      mutated = mutated.slice(0, at) + piece + mutated.slice(at + dropped);
    }
    return mutated;
  });
