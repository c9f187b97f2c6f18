import fc from 'fast-check';
import {addStatement, removeStatement, replaceStatement, sourceOf} from '../../src/dops/edit/edit-overlay.ts';
import {emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {type Overlay, parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {emittable, givenFields, overlayTexts} from './dops-statements.ts';
import {hostileTexts} from './hostile.ts';

/** Overlays without lexical and grammatical errors; an edit of another one may be refused. */
const overlays = overlayTexts
  .map((text) => parseOverlay(text))
  .filter(({diagnostics}) => diagnostics.every(({code}) => code.startsWith('E_SEM')));

function sources(overlay: Overlay): string[] {
  return overlay.statements.map((statement) => sourceOf(overlay, statement));
}

function placeAt(overlay: Overlay, index: number): {start: number; end: number} {
  const {start = 0, end = 0} = overlay.statements[index]?.place ?? {};
  return {start, end};
}

test('what is emitted is parsed as the same statement', () => {
  fc.assert(
    fc.property(emittable, (statement) => {
      expect(parseOverlay(emitStatement(statement)).statements).toMatchObject([givenFields(statement)]);
    }),
    {numRuns: 250},
  );
});

test('a replaced statement is parsed as it was given, and no byte before or behind it changes', () => {
  fc.assert(
    fc.property(overlays, emittable, fc.nat(), (overlay, statement, pick) => {
      const index = pick % overlay.statements.length;
      const edited = replaceStatement(overlay, index, statement);
      expect(edited.statements[index]).toMatchObject(givenFields(statement));
      expect(sources(edited).toSpliced(index, 1)).toEqual(sources(overlay).toSpliced(index, 1));
      const {start, end} = placeAt(overlay, index);
      const {end: last} = placeAt(edited, index);
      expect(edited.text.slice(0, start)).toBe(overlay.text.slice(0, start));
      // A comment that stood behind the statement stands below a heredoc.
      expect([overlay.text.slice(end), `${newlineOf(overlay)}${overlay.text.slice(end)}`]).toContain(edited.text.slice(last));
    }),
    {numRuns: 250},
  );
});

function newlineOf({text}: Overlay): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

test('an added statement is parsed as it was given, and no other byte changes', () => {
  fc.assert(
    fc.property(overlays, emittable, fc.nat(), (overlay, statement, pick) => {
      const index = pick % overlay.statements.length;
      const edited = addStatement(overlay, statement, index);
      expect(edited.statements[index + 1]).toMatchObject(givenFields(statement));
      expect(sources(edited).toSpliced(index + 1, 1)).toEqual(sources(overlay));
      const {start, end} = placeAt(edited, index + 1);
      const rest = edited.text.slice(0, start) + edited.text.slice(end + newlineOf(overlay).length);
      expect([overlay.text, `${overlay.text}${newlineOf(overlay)}`]).toContain(rest);
    }),
    {numRuns: 250},
  );
});

test('a removed statement is gone with its lines, and no other byte', () => {
  fc.assert(
    fc.property(overlays, fc.nat(), (overlay, pick) => {
      const index = pick % overlay.statements.length;
      const edited = removeStatement(overlay, index);
      expect(sources(edited)).toEqual(sources(overlay).toSpliced(index, 1));
      const {start, end} = placeAt(overlay, index);
      const before = overlay.text.slice(0, start);
      const behind = overlay.text.slice(end);
      const rest = before.slice(0, Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
      expect(edited.text).toBe(rest + behind.replace(/^[^\r\n]*(?:\r\n?|\n|$)/, ''));
    }),
    {numRuns: 250},
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
    {numRuns: 250},
  );
});
