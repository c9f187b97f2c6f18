import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {dependencyFile, installRoot, stateDir} from '../../src/setup/paths.ts';

let place: string;
let root: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'portwright-paths-'));
  root = join(place, 'node_modules', 'portwright');
  mkdirSync(root, {recursive: true});
  writeFileSync(join(root, 'package.json'), '{}');
});
afterEach(() => rmSync(place, {recursive: true}));

test('a checkout has its state below itself', () => {
  expect(stateDir({})).toBe(join(installRoot(), '.portwright'));
  expect(stateDir({XDG_STATE_HOME: '/x'})).toBe(join(installRoot(), '.portwright'));
});

test('an installed package has its state in the directory of the user: it may be read-only and shared', () => {
  expect(stateDir({}, root)).toBe(join(homedir(), '.local', 'state', 'portwright'));
  expect(stateDir({XDG_STATE_HOME: '/x'}, root)).toBe('/x/portwright');
  expect(stateDir({XDG_STATE_HOME: 'relative'}, root)).toBe(join(homedir(), '.local', 'state', 'portwright'));
});

test('PORTWRIGHT_STATE_DIR has priority', () => {
  for (const dir of [installRoot(), root]) expect(stateDir({PORTWRIGHT_STATE_DIR: '/s', XDG_STATE_HOME: '/x'}, dir)).toBe('/s');
});

test('a file of a dependency is found inside of the package and beside it', () => {
  expect(() => dependencyFile('dep', 'a.js', root)).toThrow(/dep\/a\.js exists\. Install it again/);
  const beside = join(place, 'node_modules', 'dep');
  const inside = join(root, 'node_modules', 'dep');
  for (const dir of [beside, inside]) {
    mkdirSync(dir, {recursive: true});
    writeFileSync(join(dir, 'a.js'), '');
    expect(dependencyFile('dep', 'a.js', root)).toBe(join(dir, 'a.js'));
  }
});
