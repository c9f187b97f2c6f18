import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gitDiff} from '../../src/case/recipes/overlay.ts';
import {portwright, scratch} from './program.ts';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

function file(name: string, content: string): string {
  const path = join(place.dir, name);
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, content);
  return path;
}

/** A diff of net/foo that adds or changes one file. */
function diffOf(name: string, after: string | undefined, before?: string): string {
  const files = new Map(before === undefined ? [] : [[name, before]]);
  return gitDiff({origin: 'net/foo', files}, new Map([[name, after]])) ?? '';
}

const RIGHT = diffOf('Makefile.DragonFly', 'LDFLAGS+=\t-lexecinfo\n');
const NOTED = diffOf('Makefile.DragonFly', 'dfly-patch:\n\t${REINPLACE_CMD} -e "s/a/b/" ${WRKSRC}/x.c\n');
const ASKED = diffOf('Makefile.DragonFly', 'CFLAGS+=\t-w\n');
const REFUSED = diffOf('Makefile.DragonFly', 'BROKEN=\tyes\n');

test.each([
  ['pass', 0, RIGHT],
  ['note', 0, NOTED],
  ['ask', 3, ASKED],
  ['refuse', 4, REFUSED],
  ['refuse', 4, ''],
])('verdict %s has exit code %d', async (verdict, expected, diff) => {
  const {code, stdout, stderr} = await portwright(['guard', file('a.diff', diff), '--origin', 'net/foo', '--json']);
  expect(code).toBe(expected);
  const result = JSON.parse(stdout) as {findings: {rule: string; severity: string; path: string; reason: string}[]};
  expect(result).toMatchObject({verdict, effect: null, effectMissing: expect.stringContaining('no dev-env')});
  for (const one of result.findings) expect(Object.keys(one).sort()).toEqual(['path', 'reason', 'rule', 'severity']);
  expect(stderr).toContain('no dev-env was named by --env');
});

test('reads standard input, and prints a line for each finding and the verdict', async () => {
  const {code, stdout} = await portwright(['guard', '-', '--origin', 'net/foo'], {}, REFUSED);
  expect(code).toBe(4);
  expect(stdout).toMatch(/^refuse {2}hiding {2}ports\/net\/foo\/Makefile\.DragonFly: .*BROKEN= yes$/m);
  expect(stdout).toMatch(/^Verdict: refuse$/m);
});

test('the log names the patches that may be dropped', async () => {
  const dropped = file('a.diff', diffOf('dragonfly/patch-a.c', undefined, '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-a\n+b\n'));
  const log = file(
    'a.log',
    '--------------------------------------------------\n-- Phase: patch\n--------------------------------------------------\n' +
      '1 out of 1 hunks failed--saving rejects to a.c.rej\n===>  FAILED Applying dragonfly patch-a.c\n',
  );
  expect((await portwright(['guard', dropped, '--origin', 'net/foo'])).code).toBe(3);
  expect((await portwright(['guard', dropped, '--origin', 'net/foo', '--log', log])).code).toBe(0);
});

test('with the overlay, a diff is read in its complete files', async () => {
  const before = `mk set a b\nmk target set do-install <<'MK'\n${'\t${MKDIR} ${STAGEDIR}/a\n'.repeat(9)}MK\n`;
  file('overlay/overlay.dops', before);
  const changed = diffOf('overlay.dops', before.replace(/MK\n$/, 'MK\nmk unset LICENSE_FILE\n'), before);
  const {code} = await portwright(['guard', '-', '--origin', 'net/foo', '--overlay', join(place.dir, 'overlay')], {}, changed);
  expect(code).toBe(0);
});

test.each([
  [['guard', 'none.diff', '--origin', 'net/foo'], /there is no none\.diff/],
  [['guard', '-', '--origin', 'foo'], /--origin is category\/port; got "foo"/],
  [['guard', '-'], /--origin/],
  [['guard', '-', '--origin', 'net/foo', '--overlay', '/nonexistent/x'], /--overlay wants a directory/],
  [['guard', '-', '--origin', 'net/foo', '--port', '/nonexistent/x'], /--port wants a directory/],
  [['guard', '-', '--origin', 'net/foo', '--log', '/nonexistent/x'], /--log wants the file of a build log/],
])('%j is wrong usage', async (args, message) => {
  const {code, stderr} = await portwright(args, {}, RIGHT);
  expect({code, stderr}).toEqual({code: 2, stderr: expect.stringMatching(message)});
});
