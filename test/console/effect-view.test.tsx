import {render} from 'preact-render-to-string';
import {parseEffect} from '../../src/case/review/effect-view.ts';
import {EffectPanel} from '../../src/console/attempt/effect-view.tsx';
import {textOf} from './attempt-html.ts';

const shown = (fields: object): string =>
  render(<EffectPanel effect={parseEffect(JSON.stringify({changes: [], missing: [], ...fields}))} id="e" />);

test('an effect that was not evaluated is not shown at all', () => {
  expect(render(<EffectPanel effect={undefined} id="e" />)).toBe('');
});

test('an effect without a list of changes is its summary', () => {
  const html = shown({summary: 'The composed port is the same.'});
  expect(textOf(html)).toContain('The composed port is the same.');
  expect(html).not.toContain('<table');
});

test('where only files change, all other parts are named as unchanged', () => {
  const html = shown({summary: 'Only files change: a.c (added).', changes: [{kind: 'file', name: 'a.c', text: 'added'}]});
  expect(textOf(html)).toMatch(/What the fix does to the port.*File a\.c\s*absent\s*added/s);
  expect(textOf(html)).toContain('all variables, targets, Makefiles read');
});

test('changes of variables are rows before and after, what was not evaluated is in front', () => {
  const html = shown({
    summary: 'These change.',
    changes: [{kind: 'variable', name: 'USES', text: 'USES: gmake → perl5'}],
    missing: ['make could not read the port'],
  });
  expect(textOf(html)).not.toContain('unchanged');
  expect(textOf(html)).toMatch(
    /1 change of the composed port.*Not evaluated: make could not read the port.*Variable\s*USES\s*gmake\s*perl5/s,
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
