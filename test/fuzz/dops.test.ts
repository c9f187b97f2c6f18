import fc from 'fast-check';
import {emitOverlay, parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {expectTimeByLength, hostileTexts} from './hostile.ts';

const DOPS =
  'port net/foo\ntype port\ntarget @any\nfile materialize dragonfly/patch-a -> dragonfly/patch-a\nmk set CFLAGS "a \\"b\\"" \\\n  more\nmk target set x <<\'E\'\nX=1\nE\n';
const PIECES = ["<<'E'", '->', '"', '\\\n', '\r', "'", 'on-missing', 'contains', '\u2028', '\ud800'];

test('any text is emitted as it was parsed, and its statements are in order and have their tokens', () => {
  fc.assert(
    fc.property(hostileTexts([DOPS], PIECES), (text) => {
      const overlay = parseOverlay(text);
      expect(emitOverlay(overlay)).toBe(text);
      let last = 0;
      for (const {place} of overlay.statements) {
        expect(place.start).toBeGreaterThanOrEqual(last);
        expect(place.end).toBeGreaterThanOrEqual(place.start);
        expect(place.tokens.length).toBeGreaterThan(0);
        last = place.end;
      }
      const isUnread = overlay.statements.some(({kind}) => kind === 'unknown');
      if (isUnread) expect(overlay.diagnostics).not.toEqual([]);
    }),
    {numRuns: 1000},
  );
});

test('parsing takes time by length', () => {
  expectTimeByLength(parseOverlay, [DOPS, ...PIECES, '\\ ', '< ', '-', '\t']);
});
