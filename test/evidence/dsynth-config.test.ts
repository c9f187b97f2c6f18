import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {dsynthConfig} from '../../src/evidence/dsynth-config.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'portwright-dsynth-'));
});
afterEach(() => rmSync(base, {recursive: true}));

const read = (ini: string, asked?: string) => {
  writeFileSync(join(base, 'dsynth.ini'), ini);
  return dsynthConfig([base], asked);
};

test('dsynth.ini is read as dsynth does: the part before a blank, the last of two equal keys', async () => {
  const ini =
    '[Global Configuration]\nprofile_selected = Own  # mine\n[Own]\nDirectory_portsdir= /a\nDirectory_portsdir=\t/b c\n';
  expect(await read(ini)).toMatchObject({profile: 'Own', dirs: {DIR_PORTS: '/b'}});
  expect(await read(ini, 'Other')).toMatchObject({profile: 'Other', dirs: {DIR_PORTS: '/usr/dports'}});
});

test('what it does not name has the value of dsynth, and without the file nothing has', async () => {
  expect(await read('# nothing\n')).toMatchObject({
    profile: 'LiveSystem',
    dirs: {DIR_PORTS: '/usr/dports', DIR_DISTFILES: '/build/synth/distfiles'},
  });
  expect(await dsynthConfig([join(base, 'none')])).toMatchObject({profile: undefined, dirs: {DIR_PORTS: ''}});
});
