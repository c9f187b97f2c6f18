import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {translateHooksConf} from '../../src/case/migration/hooks-conf.ts';
import {translateSettings} from '../../src/case/migration/settings.ts';
import {installRoot} from '../../src/setup/paths.ts';

/** Names in the first column of the table below a heading of docs/migration.md, with the second column. */
function tableOf(heading: string): [string, string][] {
  const text = readFileSync(join(installRoot(), 'docs', 'migration.md'), 'utf8');
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  return rows.flatMap(([, names = '', now = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']): [string, string] => [name, now]),
  );
}

test.each(tableOf('Variables'))('the import treats %s as docs/migration.md has it', (name, now) => {
  const options = {from: 'a file', policy: '/policy.json', onlyKnown: true};
  const {items, repeats} = translateSettings([{name, value: '7'}], options);
  expect(items).toHaveLength(1);
  expect(items[0]?.result).toBe(now.startsWith('none') ? 'left' : 'taken');
  if (now.startsWith('policy')) expect(now).toContain(Object.keys(repeats)[0]);
});

test.each(tableOf("Keys of the hooks' conf"))('the import treats the key %s as docs/migration.md has it', (name, now) => {
  const {items} = translateHooksConf(`${name}=x\n`);
  expect(items[0]?.result).toBe(now.startsWith('none') ? 'left' : 'taken');
});
