import fc from 'fast-check';
import {addStatement, removeStatement, replaceStatement, sourceOf} from '../../src/dops/edit/edit-overlay.ts';
import {type Emittable, emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {type Overlay, parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {hostileTexts} from './hostile.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('a "b"', '\\', '\n\t', "<<'MK'", '->', '#', 'on-missing', 'MK'));
const name = fc.stringMatching(/^[A-Za-z_.][A-Za-z0-9_.+]{0,9}$/);
const onMissing = fc.constantFrom('error', 'warn', 'noop', undefined);
const recipe = fc.array(fc.oneof(fc.stringMatching(/^\t?[ -~]{0,12}$/), fc.constantFrom('MK', 'E', 'MK2')), {maxLength: 4});

const statements: fc.Arbitrary<Emittable> = fc.oneof(
  fc.record({kind: fc.constant('mk.var.set' as const), name, value: text, onMissing}),
  fc.record({kind: fc.constant('mk.var.token_add' as const), name, value: text, onMissing}),
  fc.record({kind: fc.constant('file.materialize' as const), src: text, dst: text}),
  fc.record({kind: fc.constant('text.line_insert_after' as const), file: text, anchor: text, line: text, onMissing}),
  fc.record({kind: fc.constant('mk.target.set' as const), name, recipe, heredocTag: fc.constantFrom('MK', 'E')}),
  fc.record({kind: fc.constant('mk.block.set' as const), condition: text, contains: text, recipe, heredocTag: fc.constant('E')}),
);

const COMMENTS = fc.constantFrom('', '\n', '# note\n', '  ', '\\\n  ');
const overlays = fc
  .array(fc.tuple(COMMENTS, statements, fc.constantFrom('\n', '\n\n')), {minLength: 1, maxLength: 6})
  .map((parts) => parts.map(([before, statement, after]) => before + emitted(statement) + after).join(''))
  .map((body) => parseOverlay(`port net/foo\n${body}# end`));

/** The text of a statement; of one that cannot be emitted, such as one with a carriage return, another. */
function emitted(statement: Emittable): string {
  try {
    return emitStatement(statement);
  } catch {
    return 'mk unset X';
  }
}

function sources(overlay: Overlay): string[] {
  return overlay.statements.map((statement) => sourceOf(overlay, statement));
}

test('what is emitted is parsed as the same statement', () => {
  fc.assert(
    fc.property(statements, (statement) => {
      fc.pre(!JSON.stringify(statement).includes('\\r'));
      const [read] = parseOverlay(emitStatement(statement)).statements;
      expect(read).toMatchObject(JSON.parse(JSON.stringify({...statement, heredocTag: undefined})) as object);
    }),
    {numRuns: 500},
  );
});

test('an edit changes one statement and no byte of the others', () => {
  fc.assert(
    fc.property(overlays, statements, fc.nat(), (overlay, statement, pick) => {
      fc.pre(!JSON.stringify(statement).includes('\\r'));
      const before = sources(overlay);
      const index = pick % before.length;
      const others = before.filter((_, at) => at !== index);
      const replaced = sources(replaceStatement(overlay, index, statement));
      expect(replaced.filter((_, at) => at !== index)).toEqual(others);
      expect(sources(removeStatement(overlay, index))).toEqual(others);
      const added = sources(addStatement(overlay, statement, index));
      expect(added.filter((_, at) => at !== index + 1)).toEqual(before);
    }),
    {numRuns: 500},
  );
});

test('an edit of any text changes one statement, or is refused', () => {
  fc.assert(
    fc.property(
      hostileTexts(['port net/foo\nmk set A "1" \\\n# c\nmk target set x <<\'E\'\nX=1\nE\n'], ["<<'E'", '"', '\\\n', '\r']),
      (any) => {
        const overlay = parseOverlay(any);
        const before = sources(overlay);
        try {
          expect(sources(addStatement(overlay, {kind: 'mk.var.unset', name: 'B'}))).toEqual([...before, 'mk unset B']);
        } catch (error) {
          expect((error as Error).message).toContain('other statements');
        }
      },
    ),
    {numRuns: 500},
  );
});
