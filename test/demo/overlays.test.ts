import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {check} from '../../src/cli/dops/check.ts';
import {loadOverlay} from '../../src/cli/dops/load-overlay.ts';
import {DEMO_TARGET} from '../../src/demo/envs.ts';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {readTree} from '../../src/devenv/dops/disk-tree.ts';
import {applyByPatch} from '../../src/devenv/dops/gnu-patch.ts';
import {applyPlan} from '../../src/dops/apply/apply-plan.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {textsOf} from '../dops/support.ts';

const DEMO = join(installRoot(), 'demo');
const ANSWERS = join(DEMO, 'answers');

/** Overlays before and after the maintainers' answers. */
const before = mkdtempSync(join(tmpdir(), 'portwright-overlays-'));
const after = mkdtempSync(join(tmpdir(), 'portwright-answers-'));
beforeAll(() => {
  for (const dir of [before, after]) cpSync(join(DEMO, 'ports', 'DeltaPorts'), dir, {recursive: true});
  const answers = readdirSync(ANSWERS).map((name) => join(ANSWERS, name));
  execFileSync('git', ['apply', '--whitespace=nowarn', ...answers], {cwd: after});
});
afterAll(() => {
  for (const dir of [before, after]) rmSync(dir, {recursive: true});
});

const portDir = (origin: string): string => join(DEMO, 'ports', 'freebsd-ports', origin);
const fileOf = (root: string, origin: string): string => join(root, 'ports', origin, 'overlay.dops');

/** Returns the files of the composed port that differ from FreeBSD's. */
function composed(root: string, origin: string): Record<string, string> {
  const {plan, directory} = loadOverlay(fileOf(root, origin));
  if (plan === undefined) throw new Error(`${origin}: overlay.dops has errors`);
  const port = readTree(portDir(origin));
  const freebsd = textsOf(port);
  expect(applyPlan({plan, overlay: directory, port, target: DEMO_TARGET, applyPatch: applyByPatch})).toMatchObject({isOk: true});
  return Object.fromEntries(Object.entries(textsOf(port)).filter(([path, text]) => freebsd[path] !== text));
}

const formOf = (root: string, origin: string): string => {
  const dir = join(root, 'ports', origin);
  if (!existsSync(dir)) return 'none';
  return existsSync(join(dir, 'overlay.dops')) ? 'dops' : 'compat';
};

test('most failing ports have overlay.dops, one has compat files and one has no overlay', () => {
  const forms = DEMO_PORTS.map(({origin}) => [origin, formOf(before, origin)]);
  expect(forms.filter(([, form]) => form !== 'dops')).toEqual([
    ['net/wifimedia', 'none'],
    ['sysutils/clockfmt', 'compat'],
  ]);
});

test('an answer keeps the form of the overlay, and a port without one gets overlay.dops', () => {
  for (const {origin} of DEMO_PORTS)
    expect([origin, formOf(after, origin)]).toEqual([origin, formOf(before, origin).replace('none', 'dops')]);
});

test('check has no warning about any overlay, nor about a right answer', () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  for (const root of [before, after]) {
    for (const {origin} of [...DEMO_PORTS, {origin: 'misc/goodport'}]) {
      if (formOf(root, origin) !== 'dops') continue;
      expect(check([fileOf(root, origin)], {port: portDir(origin), target: DEMO_TARGET})).toBe(0);
    }
  }
  expect(log.mock.calls).toEqual([]);
  log.mockRestore();
});

const patchFiles = (files: Record<string, string>): string[] =>
  Object.keys(files).filter((path) => path.startsWith('dragonfly/'));

test.each([
  ['net/wifimedia', ['dragonfly/patch-wifimedia.c']],
  ['textproc/rangearg', ['dragonfly/patch-rangearg.c']],
  ['devel/evloop', ['dragonfly/patch-configure']],
  ['net/hopcount', ['dragonfly/patch-hopcount.8', 'dragonfly/patch-hopcount.c']],
  ['sysutils/cpuload', ['dragonfly/patch-cpuload.1', 'dragonfly/patch-cpuload.c']],
])('the answer of %s leaves the patches that the port needs', (origin, patches) => {
  expect(patchFiles(composed(after, origin))).toEqual(patches);
});

test.each([
  ['sysutils/dfwho', 'bin/dfwho\nlibexec/dfwho-helper\nshare/man/man1/dfwho.1.gz\n'],
  ['net/hopcount', 'bin/hopcount\nshare/man/man8/hopcount.8.gz\n'],
  ['www/tinyserve', 'bin/tinyserve\nshare/tinyserve/dragonfly.conf\nshare/man/man1/tinyserve.1.gz\n'],
])('the answer of %s makes the right plist', (origin, plist) => {
  expect(composed(before, origin)['pkg-plist']).not.toBe(plist);
  expect(composed(after, origin)['pkg-plist']).toBe(plist);
});

test('the stale patch is deleted with its statement, not emptied', () => {
  const {directory, overlay} = loadOverlay(fileOf(after, 'sysutils/cpuload'));
  expect(directory.get('dragonfly/patch-units.c')).toBeUndefined();
  expect(overlay.text).not.toContain('patch-units.c');
  expect(loadOverlay(fileOf(before, 'sysutils/cpuload')).directory.get('dragonfly/patch-units.c')).toBeDefined();
});
