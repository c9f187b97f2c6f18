import {render} from 'preact-render-to-string';
import {parseEffect} from '../../src/case/review/effect-view.ts';
import {EffectPanel} from '../../src/console/attempt/effect-view.tsx';
import {textOf} from './attempt-html.ts';

const shown = (fields: object): string =>
  render(<EffectPanel effect={parseEffect(JSON.stringify({changes: [], missing: [], ...fields}))} id="e" />);

test('an effect that was not evaluated is not shown at all', () => {
  expect(render(<EffectPanel effect={undefined} id="e" />)).toBe('');
});

test('where only files change, it is one line', () => {
  const html = shown({summary: 'Only files change: a.c (added).', changes: [{kind: 'file', name: 'a.c', text: 'added'}]});
  expect(textOf(html)).toMatch(/Effect on the port\s*Only files change: a\.c \(added\)\./);
  expect(html).not.toContain('<table');
});

test('changes of variables are listed, what was not evaluated stands in front', () => {
  const html = shown({
    summary: 'These change.',
    changes: [{kind: 'variable', name: 'USES', text: 'USES: gmake → perl5'}],
    missing: ['make could not read the port'],
  });
  expect(textOf(html)).toMatch(
    /not evaluated\s*make could not read the port.*1 change of the composed port.*Variable\s*USES\s*gmake → perl5/s,
  );
});

test('long lists are folded, and texts of a port are text with their hidden characters marked', () => {
  const evil = '<script>x</script>\u202e\u200b';
  const changes = Array(250).fill({kind: 'target', name: evil, text: evil});
  const html = shown({summary: evil, changes, missing: [evil]});
  expect(html).not.toMatch(/<script|\u202e|\u200b/);
  expect(html).toContain('&lt;script>x&lt;/script>‹U+202E›‹U+200B›');
  expect(html).not.toMatch(/<details[^>]* open/);
  expect(textOf(html)).toMatch(/50 more are in analysis\/effect\.json\./);
});
