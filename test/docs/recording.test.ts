import {statSync} from 'node:fs';
import {join} from 'node:path';
import {linksIn, readDocument} from '../../site/documents.ts';
import {type Printed, recordingSvg, shortened, withoutPauses} from '../../site/recording.ts';
import {installRoot} from '../../src/setup/paths.ts';

const lines = (...texts: string[]): Printed[] => texts.map((text, at) => ({text, atMs: at * 100}));

test('pauses are cut, and the order of lines stays', () => {
  const short = withoutPauses([
    {text: 'a', atMs: 100},
    {text: 'b', atMs: 20_000},
    {text: 'c', atMs: 20_300},
  ]);
  expect(short).toEqual([
    {text: 'a', atMs: 100},
    {text: 'b', atMs: 800},
    {text: 'c', atMs: 1100},
  ]);
});

test('setup, dsynth’s figures and the proof’s file are left out', () => {
  const shown = shortened(
    lines(
      'Creating 2 dev-envs',
      '  dsynth: [000] FAILURE net/foo',
      '  dsynth:     packages built: 0',
      '',
      '',
      'The proof (/x):',
      '  {}',
      '',
      '$ b',
    ),
  );
  expect(shown.map(({text}) => text)).toEqual(['  dsynth: [000] FAILURE net/foo', '', '$ b']);
});

test('a line is text of the picture, whatever it has, and no longer than the terminal', () => {
  const svg = recordingSvg('<t>', lines('$ ls', '10:00:00 patch   <b>&amp; ok', '    +#ifdef X', '    -y', 'x'.repeat(200)));
  expect(svg).toContain('aria-label="&lt;t>"');
  expect(svg).toContain('<tspan class="you">ls</tspan>');
  expect(svg).toContain('<tspan class="run">patch   </tspan>&lt;b>&amp;amp; <tspan class="ok">ok</tspan>');
  expect(svg).toContain('<tspan class="ok">    +#ifdef X</tspan>');
  expect(svg).toContain('<tspan class="bad">    -y</tspan>');
  expect(svg).toContain(`${'x'.repeat(107)}…<`);
});

test('a full screen scrolls, what is not printed yet is covered, and all is there at the end', () => {
  const svg = recordingSvg('t', lines(...Array.from({length: 30}, (_, at) => `line ${at}`)));
  expect(svg).toContain('@keyframes scroll{0.00%{transform:translateY(0px)}');
  expect(svg).toContain('@keyframes uncover{0.00%{transform:translateY(19px)}');
  expect(svg).toContain('to{transform:translateY(-76px)}');
  expect(svg).toContain('to{transform:translateY(494px)}');
  expect(svg.match(/<text x="16"/g)).toHaveLength(30);
});

test('the pictures of the README are there, and small', () => {
  const images = linksIn('README.md', readDocument('README.md')).filter(({path}) => path.startsWith('docs/images/'));
  expect(images.length).toBeGreaterThan(1);
  for (const {path} of images) expect(statSync(join(installRoot(), path)).size).toBeLessThan(300_000);
});
