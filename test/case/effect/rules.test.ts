import {readFileSync} from 'node:fs';
import {ALL_ADJUSTABLE, EFFECT_RULES, VARIABLES} from '../../../src/case/effect/index.ts';

test('the operator’s guide has each rule with its severity', () => {
  const guide = readFileSync(new URL('../../../docs/operators-guide.md', import.meta.url), 'utf8');
  for (const {name, severity, protects} of EFFECT_RULES) expect(guide).toContain(`| \`${name}\` | ${severity} | ${protects} |`);
});

test('rules and variables are named once', () => {
  for (const names of [ALL_ADJUSTABLE.map(({name}) => name), VARIABLES]) expect(new Set(names).size).toBe(names.length);
});
