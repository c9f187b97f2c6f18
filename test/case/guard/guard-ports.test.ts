import {guardPorts} from '../../../src/case/guard/guard-ports.ts';
import {guardDiff} from '../../../src/case/guard/index.ts';

const CONTEXT = {failedPatches: new Set<string>()};
const own = {origin: 'net/foo-lite', overlay: new Map()};
const master = {origin: 'net/foo', overlay: new Map()};

const added = (path: string, line: string): string =>
  `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${line}\n`;
const OWN = added('ports/net/foo-lite/Makefile.DragonFly', 'USES+=\talias');
const MASTERS = added('ports/net/foo/Makefile.DragonFly', 'USES+=\talias');
const rules = (diff: string, ports: Parameters<typeof guardPorts>[1]) =>
  guardPorts(diff, ports, CONTEXT).map(({rule, path}) => `${rule} ${path}`);

test('a fix may be in both overlays where the master is in scope, and in its own alone elsewhere', () => {
  const note = guardDiff(OWN, own.origin, CONTEXT).map(({rule, path}) => `${rule} ${path}`);
  expect(rules(OWN, {own, master})).toEqual(note);
  expect(rules(MASTERS + OWN, {own, master})).not.toContainEqual(expect.stringContaining('outside'));
  expect(rules(MASTERS, {own, master})).not.toContainEqual(expect.stringContaining('outside'));
  expect(rules(MASTERS, {own})).toContain('outside ports/net/foo/Makefile.DragonFly');
});

test('each part is judged as a fix to its port', () => {
  const hiding = added('ports/net/foo/Makefile.DragonFly', 'IGNORE=\tno');
  expect(rules(hiding + OWN, {own, master})).toContain('hiding ports/net/foo/Makefile.DragonFly');
  expect(rules(added('ports/net/foo/distinfo', 'x'), {own, master})).toContain('distinfo ports/net/foo/distinfo');
});

test('a file elsewhere, and one that is moved between the two, is outside', () => {
  const elsewhere = added('ports/net/foobar/Makefile.DragonFly', 'USES+=\talias');
  expect(rules(MASTERS + elsewhere, {own, master})).toContain('outside ports/net/foobar/Makefile.DragonFly');
  const [from, to] = ['ports/net/foo/a', 'ports/net/foo-lite/a'];
  const moved = `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;
  expect(rules(moved, {own, master})).toContainEqual(expect.stringContaining('outside'));
});

test('a diff without a change is empty', () => {
  expect(rules(' \n', {own, master})).toEqual(['empty ']);
});
