import {compareReports} from '../../src/eval/compare.ts';
import {reportHtml} from '../../src/eval/report-html.ts';
import {STYLE} from '../../src/eval/report-style.ts';
import {made, row} from './made.ts';

const HOSTILE = `<script>alert("x")</script><img src=x onerror='y'>&\u0007`;
const ESCAPED = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt;&amp;';

const REPORT = made(
  [
    row({name: HOSTILE, origin: HOSTILE, classification: HOSTILE, wrong: [HOSTILE]}),
    row({outcome: 'failed', proved: false, reason: HOSTILE}),
  ],
  {name: HOSTILE, model: HOSTILE, corpus: HOSTILE, leftOut: 1, stopped: HOSTILE, scripted: true},
);

test('texts of a corpus, a model or a log are escaped', () => {
  const page = reportHtml(REPORT, compareReports({...REPORT, cases: []}, REPORT));
  expect(page).not.toMatch(/<script|<img/);
  expect(page).not.toContain('\u0007');
  expect(page.split(ESCAPED).length).toBeGreaterThan(10);
});

test('the page is self-contained: no script, no address', () => {
  const page = reportHtml(made([row()]));
  expect(page).toContain('<svg ');
  expect(page).not.toMatch(/<script|<link|https?:|url\(|@import/);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('the warning about a script precedes all figures', () => {
  const page = reportHtml(made([row()], {scripted: true, model: 'scripted-demo'}));
  expect(page.indexOf('SCRIPTED: scripted-demo')).toBeGreaterThan(0);
  expect(page.indexOf('SCRIPTED: scripted-demo')).toBeLessThan(page.indexOf('<svg'));
  expect(reportHtml(made([row()]))).not.toContain('SCRIPTED');
});

describe('contrast, by WCAG', () => {
  const themes = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, body = '']) =>
    Object.fromEntries([...body.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name, colour]) => [name, colour])),
  );

  test.each([
    ['light', 0],
    ['dark', 1],
  ])('%s: text 4.5 to 1, bars 3 to 1', (_, theme) => {
    const colours = themes[theme] ?? {};
    const ratio = (a: string, b: string): number => contrast(colours[a] ?? '', colours[b] ?? '');
    const texts = ['text', 'dim', 'right', 'wrong'].map((name) => ratio(name, 'back'));
    const boxes = [ratio('text', 'hit'), ratio('text', 'miss'), ratio('note-text', 'note-back')];
    expect(Math.min(...texts, ...boxes)).toBeGreaterThanOrEqual(4.5);
    expect(Math.min(...['plain', 'good', 'bad', 'before'].map((name) => ratio(name, 'track')))).toBeGreaterThanOrEqual(3);
  });
});

/** Relative luminance and contrast, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [a, b].map(luminance).sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
