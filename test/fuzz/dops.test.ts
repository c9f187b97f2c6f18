import fc from 'fast-check';
import {parseFragment} from '../../src/dops/parse-fragment.ts';
import {emitOverlay, type Overlay, parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {mutatedOverlays, overlayTexts} from './dops-statements.ts';
import {expectTimeByLength, hostileTexts} from './hostile.ts';

const DOPS =
  'port net/foo\ntype port\ntarget @any\nfile materialize dragonfly/patch-a -> dragonfly/patch-a\nmk set CFLAGS "a \\"b\\"" \\\n  more\nmk target set x <<\'E\'\nX=1\nE\n';
const PIECES = ["<<'E'", '->', '"', '\\\n', '\r', "'", 'on-missing', 'contains', '\u2028', '\ud800'];

/** Expects the text again, statements in order and with their tokens, and an error for what is not read. */
function expectOverlay(overlay: Overlay, text: string): void {
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
}

test.each([
  ['any text', hostileTexts([DOPS], PIECES)],
  ['an overlay', overlayTexts],
  ['a damaged overlay', mutatedOverlays],
])('%s is emitted as it was parsed, and its statements are in order and have their tokens', (_name, texts) => {
  fc.assert(
    fc.property(texts, (text) => expectOverlay(parseOverlay(text), text)),
    {numRuns: 250},
  );
});

test('any bytes are parsed, as UTF-8 and as Latin-1', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 200}), (bytes) => {
      for (const encoding of ['utf-8', 'latin1']) {
        const text = new TextDecoder(encoding, {ignoreBOM: true}).decode(bytes);
        expectOverlay(parseOverlay(text), text);
      }
    }),
    {numRuns: 150},
  );
});

test('any part of an overlay is read: its lines are the body of a heredoc, or parsed', () => {
  fc.assert(
    fc.property(mutatedOverlays, fc.nat(), (text, pick) => {
      const lines = text.split('\n');
      const part = lines.slice(pick % lines.length);
      const {body, skipped, overlay} = parseFragment(part);
      expect(part.slice(0, body.length)).toEqual(body);
      expect(skipped - body.length).toBeLessThanOrEqual(1);
      expect(overlay.text.startsWith(part.slice(skipped).join('\n'))).toBe(true);
    }),
    {numRuns: 150},
  );
});

test('parsing takes time by length', () => {
  expectTimeByLength(parseOverlay, [DOPS, ...PIECES, '\\ ', '< ', '-', '\t']);
  expectTimeByLength((text) => parseFragment(text.split('\n')), ["'\nMK\n", "\ta <<'E'\n"]);
});
