import {plistMismatch} from '../../../src/case/recipes/plist.ts';
import {applied, composedByDops, type Files, fixOf, inputOf} from './support.ts';

const PLIST = 'bin/a\nlib/libfoo.so.%%VER%%\n%%PORTDOCS%%%%DOCSDIR%%/README\nshare/foo-%%VER%%/x\nshare/y\n';
const FREEBSD = {Makefile: 'PORTNAME=\tfoo\nPLIST_SUB=\tVER=3 OS=x\n\n.include <bsd.port.mk>\n', 'pkg-plist': PLIST};
const FACTS = {
  orphaned: 'lib/libfoo.so.4\nshare/foo-4/x',
  missing: 'lib/libfoo.so.3\nshare/foo-3/x',
};

function noFix(facts: Record<string, string>, overlay: Files = {}, port: Files = FREEBSD): void {
  expect(plistMismatch.fix(inputOf(facts, overlay, port), new Map())).toBeUndefined();
}

test('entries that differ by a variable have its value repaired', async () => {
  const fix = fixOf(plistMismatch, inputOf(FACTS, {}, FREEBSD));
  const after = await applied(fix, {});
  expect(after['overlay.dops']).toContain('\n\nmk remove PLIST_SUB VER=3\nmk add PLIST_SUB VER=4\n');
  const port = composedByDops(FREEBSD, after);
  expect(port.Makefile).toContain('PLIST_SUB= OS=x VER=4\n');
  expect(port['pkg-plist']).toBe(PLIST);
  expect(fix.review).toContain('VER is 4');
});

test('the only variable is removed and set', async () => {
  const freebsd = {...FREEBSD, Makefile: 'PLIST_SUB=\tVER=3\n\n.include <bsd.port.mk>\n'};
  const overlay = {'overlay.dops': 'port net/foo\ntarget @any\n'};
  const after = await applied(fixOf(plistMismatch, inputOf(FACTS, overlay, freebsd)), overlay);
  expect(composedByDops(freebsd, after).Makefile).toBe('\nPLIST_SUB= VER=4\n.include <bsd.port.mk>\n');
});

test.each<[string, Record<string, string>, Files, Files]>([
  ['a line with the variable that is installed as it is', {orphaned: 'lib/libfoo.so.4', missing: 'lib/libfoo.so.3'}, {}, FREEBSD],
  ['another entry beside them', {...FACTS, orphaned: `${FACTS.orphaned}\nbin/b`}, {}, FREEBSD],
  ['two values', {...FACTS, orphaned: 'lib/libfoo.so.4\nshare/foo-5/x'}, {}, FREEBSD],
  ['a value that is computed', FACTS, {}, {...FREEBSD, Makefile: 'PLIST_SUB=\tVER=${PORTVERSION}\n'}],
  ['a variable that is set elsewhere', FACTS, {}, {...FREEBSD, Makefile: 'PORTNAME=\tfoo\n'}],
  ['a variable that is set twice', FACTS, {}, {...FREEBSD, Makefile: 'PLIST_SUB=\tVER=3\nPLIST_SUB+=\tVER=3\n'}],
  ['a compat overlay', FACTS, {'Makefile.DragonFly': 'A=1\n'}, FREEBSD],
])('no literals and no fix for %s', (_what, facts, overlay, port) => {
  noFix(facts, overlay, port);
});

test('a missing entry with a variable goes where nothing is orphaned in its place', async () => {
  const facts = {missing: 'share/doc/foo/README', orphaned: 'bin/b'};
  const after = await applied(fixOf(plistMismatch, inputOf(facts, {}, FREEBSD)), {});
  expect(composedByDops(FREEBSD, after)['pkg-plist']).toBe('bin/a\nbin/b\nlib/libfoo.so.%%VER%%\nshare/foo-%%VER%%/x\nshare/y\n');
});
