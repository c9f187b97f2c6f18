import {mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {readTree, writeTree} from '../../../src/devenv/dops/disk-tree.ts';
import {textsOf} from '../../dops/support.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dops-test-'));
});
afterEach(() => rmSync(dir, {recursive: true}));

test('a directory is read without following links, and written again with modes', () => {
  const [from, to] = [join(dir, 'from'), join(dir, 'to')];
  mkdirSync(join(from, 'files/empty'), {recursive: true});
  mkdirSync(to);
  writeFileSync(join(from, 'files/a.sh'), '#!/bin/sh\n', {mode: 0o755});
  symlinkSync('files', join(from, 'inside'));
  symlinkSync('../..', join(from, 'files/up'));
  const tree = readTree(from);
  expect(textsOf(tree)).toEqual({'files/a.sh': '#!/bin/sh\n', 'files/up': '-> ../..', inside: '-> files'});
  expect(writeTree(to, tree)).toEqual(['files/up']);
  expect(statSync(join(to, 'files/a.sh')).mode & 0o777).toBe(0o755);
  expect(statSync(join(to, 'files/empty')).isDirectory()).toBe(true);
  expect(readlinkSync(join(to, 'inside'))).toBe('files');
});
