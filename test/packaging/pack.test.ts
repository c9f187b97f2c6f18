import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';
import {productionPackages} from '../supply-chain/lock.ts';

interface Packed {
  readonly path: string;
  readonly mode: number;
}

/** An alternative as in `20 || >=22` allows 20. */
const NEWER_THAN_20 = /^(?!.*\b20\b(?!\.[1-9])).*\b2[1-9]\b/;

const root = installRoot();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {files: string[]; bin: Record<string, string>};
let packed: readonly Packed[];
let paths: ReadonlySet<string>;

beforeAll(() => {
  // Without the scripts: prepack adds npm-shrinkwrap.json, prepare builds.
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [answer] = JSON.parse(
    execFileSync('npm', args, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 << 20}),
  );
  packed = (answer.files as Packed[]).filter(({path}) => !path.startsWith('node_modules/'));
  paths = new Set(packed.map(({path}) => path));
});

/** Directories of which every file is needed at run time. */
const COMPLETE = [
  'bin',
  'corpora',
  'demo',
  'docs',
  'hooks',
  'man',
  'packaging',
  'policy',
  'src/console/assets',
  'src/devenv/linux',
];

test('the package has each file of the directories that commands read, and no symbolic link, which npm would leave out', () => {
  const entries = COMPLETE.flatMap((dir) => readdirSync(join(root, dir), {recursive: true, withFileTypes: true}));
  expect(entries.filter((entry) => entry.isSymbolicLink()).map(({name}) => name)).toEqual([]);
  const files = entries.filter((entry) => entry.isFile()).map(({parentPath, name}) => relative(root, join(parentPath, name)));
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((file) => !paths.has(file))).toEqual([]);
});

test('the package has the compiled programs, what package.json names, the licence and the documents', () => {
  const programs = ['dist/bundle/main.js', 'dist/worker/main.js', 'dist/workflow-bundle.js', 'dist/build-id'];
  const parts = ['dist/console/client/live.js', 'dist/devenv/dops/compose-port.js'];
  const documents = ['LICENSE', 'README.md', 'ARCHITECTURE.md', 'THREATS.md', 'package.json'];
  expect([...programs, ...parts, ...documents, ...Object.values(manifest.bin)].filter((file) => !paths.has(file))).toEqual([]);
});

test('what is started as a program is executable in the package', () => {
  const programs = packed.filter(({path}) =>
    /^(hooks\/hook_(pkg|run)_|hooks\/(doctor-|send-)|bin\/|src\/devenv\/linux\/dev-env$)/.test(path),
  );
  expect(programs.length).toBeGreaterThan(8);
  expect(programs.filter(({mode}) => (mode & 0o111) !== 0o111).map(({path}) => path)).toEqual([]);
});

test('the package has no tests, sources, benchmarks, maps or state of this checkout', () => {
  const unwanted =
    /^(test|bench|eval|mutate|\.ci|\.portwright|node_modules)\/|\.map$|\.tsbuildinfo$|\.tsx?$|^package-lock\.json$/;
  expect([...paths].filter((path) => unwanted.test(path))).toEqual([]);
});

test('npm-shrinkwrap.json, a copy of the lock that prepack makes, is in the list of files', () => {
  expect(manifest.files).toContain('npm-shrinkwrap.json');
});

test('dependencies that ask for a newer Node than 20 are bundled: npm would warn of them, though the package brings a newer one', async () => {
  const newer = (await productionPackages()).filter(([, {engines}]) => NEWER_THAN_20.test(engines?.node ?? ''));
  expect(newer.length).toBeGreaterThan(0);
  expect(newer.filter(([, {inBundle}]) => inBundle !== true).map(([place]) => place)).toEqual([]);
});
