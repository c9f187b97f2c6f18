import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {readTree, storeChanges} from '../../src/devenv/dops/disk-tree.ts';
import {applyPlan} from '../../src/dops/apply/apply-plan.ts';
import {resolvePath} from '../../src/dops/apply/resolve-path.ts';
import type {Tree} from '../../src/dops/apply/tree.ts';
import {type Emittable, emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {planText} from '../../src/dops/plan.ts';
import {textsOf} from '../dops/support.ts';
import './hostile.ts';

/** Names in the port; `up`, `out` and the like are links there or nothing. */
const NAMES = ['Makefile', 'files', 'a', 'b', 'up', 'out', 'loop', 'in'];
const TARGETS = [
  '..',
  '../..',
  '../outside',
  '../outside/secret',
  '/tmp',
  'files',
  'a',
  'loop',
  'in/../..',
  'files/../../outside',
  'b/c',
  '.',
];

const parts = fc.array(fc.constantFrom(...NAMES, ...NAMES, '..', '.', '', 'outside', 'secret', 'new'), {
  minLength: 1,
  maxLength: 5,
});
const paths = fc.tuple(fc.constantFrom('', '', '', '/', '../outside/'), parts).map(([start, names]) => start + names.join('/'));
const links = fc.uniqueArray(
  fc.tuple(fc.constantFrom('up', 'out', 'loop', 'in', 'b', 'files/x', 'a'), fc.constantFrom(...TARGETS)),
  {
    selector: ([name]) => name,
    maxLength: 5,
  },
);
const operations: fc.Arbitrary<Emittable> = fc.oneof(
  fc.record({kind: fc.constant('file.copy' as const), src: fc.oneof(fc.constant('Makefile'), paths), dst: paths}),
  fc.record({kind: fc.constant('file.materialize' as const), src: fc.oneof(fc.constant('payload'), paths), dst: paths}),
  fc.record({kind: fc.constant('file.remove' as const), path: paths}),
  fc.record({kind: fc.constant('text.replace_once' as const), file: paths, from: fc.constant('A'), to: fc.constant('B')}),
  fc.record({
    kind: fc.constant('text.line_insert_after' as const),
    file: paths,
    anchor: fc.constant('A=1'),
    line: fc.constant('B=2'),
  }),
  fc.record({kind: fc.constant('mk.var.set' as const), name: fc.constant('A'), value: fc.constant('2')}),
);

const SECRET = 'A=1\nsecret\n';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dops-apply-'));
  mkdirSync(join(dir, 'outside'));
  writeFileSync(join(dir, 'outside/secret'), SECRET);
  mkdirSync(join(dir, 'overlay'));
  writeFileSync(join(dir, 'overlay/payload'), 'A=1\n');
  symlinkSync('../outside/secret', join(dir, 'overlay/out'));
});
afterEach(() => rmSync(dir, {recursive: true, force: true}));

/** Creates the port again, with the links. */
function makePort(given: readonly (readonly [string, string])[]): string {
  const port = join(dir, 'port');
  rmSync(port, {recursive: true, force: true});
  mkdirSync(join(port, 'files'), {recursive: true});
  writeFileSync(join(port, 'Makefile'), 'A=1\n');
  for (const [name, target] of given) symlinkSync(target, join(port, name));
  return port;
}

/** Returns the changed paths of a tree that go through a link, or are none of the tree's. */
function throughLinks(before: Tree, after: Tree): string[] {
  const changed = after.entries().filter(([path, entry]) => before.get(path) !== entry);
  return changed.map(([path]) => path).filter((path) => resolvePath(before, path) !== path);
}

test('whatever paths and links there are, nothing outside of the port is written, removed or read', () => {
  fc.assert(
    fc.property(links, fc.array(operations, {minLength: 1, maxLength: 4}), (given, statements) => {
      const port = makePort(given);
      const {plan} = planText(`port net/foo\n${statements.map(emitStatement).join('\n')}\n`);
      if (plan === undefined) return;
      const before = readTree(port);
      const after = before.copy();
      const applyPatch = () => ({isApplied: false, output: ''});
      applyPlan({plan, overlay: readTree(join(dir, 'overlay')), port: after, target: '@main', applyPatch});
      expect(throughLinks(before, after)).toEqual([]);
      storeChanges(port, before, after);
      expect(readTree(port).entries()).toEqual(after.entries());
      expect(readdirSync(dir).sort()).toEqual(['outside', 'overlay', 'port']);
      expect(readdirSync(join(dir, 'outside'))).toEqual(['secret']);
      expect(readFileSync(join(dir, 'outside/secret'), 'utf8')).toBe(SECRET);
      expect(Object.values(textsOf(after)).filter((text) => text.includes('secret\n'))).toEqual([]);
    }),
    {numRuns: 100},
  );
});
