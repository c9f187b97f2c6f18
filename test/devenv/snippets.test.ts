import {readdir, readFile, symlink} from 'node:fs/promises';
import {parseSnippetRequests} from '../../src/case/triage/snippet-requests.ts';
import {dropSnippets, fetchSnippets, portSources, type SnippetInput} from '../../src/devenv/snippets.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';
import {resultOf} from '../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
  await fake.put(
    '/work/freebsd-ports/net/foo/source/util.c',
    Array.from({length: 100}, (_, index) => `util ${index + 1}\n`).join(''),
  );
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
});
afterEach(() => fake.end());

const LOG = Array.from({length: 50}, (_, index) => `log ${index + 1}`);
const logLines = async (from: number, to: number) =>
  LOG.slice(from - 1, to)
    .map((line) => `${line}\n`)
    .join('');

const portFile = async (path: string) => (path === 'overlay/Makefile.DragonFly' ? 'USES+= gmake\n' : undefined);

function fetch(specs: readonly string[], more: Partial<SnippetInput> = {}, env: typeof fake.env | undefined = fake.env) {
  const requests = parseSnippetRequests(specs.map((spec) => `- \`${spec}\``).join('\n'));
  return fetchSnippets(env, {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo', round: 2, requests, logLines, portFile, ...more});
}

test('answers source, complete files and log lines, each with its output', async () => {
  const {manifest, texts} = await fetch(['source:src/util.c:10:1', 'source:src/util.c:90:1', 'source:src/main.c:all', 'log:2:3']);
  expect(texts).toEqual([
    {raw: 'source:src/util.c:10:1', output: 'round_2/source/1-src_util.c.txt', text: 'util 9\nutil 10\nutil 11\n'},
    {raw: 'source:src/util.c:90:1', output: 'round_2/source/2-src_util.c.txt', text: 'util 89\nutil 90\nutil 91\n'},
    {raw: 'source:src/main.c:all', output: 'round_2/source/3-src_main.c.txt', text: expect.stringContaining('int main')},
    {raw: 'log:2:3', output: 'round_2/log/4-lines_2-3.txt', text: 'log 2\nlog 3\n'},
  ]);
  expect(manifest).toMatchObject({
    round: 2,
    source: 'distfiles',
    distfile: 'foo-1.0.tar.gz',
    total_bytes: texts.reduce((sum, one) => sum + one.text.length, 0),
    truncated: false,
  });
  expect(manifest.requests[0]).toMatchObject({
    status: 'ok',
    path: 'src/util.c',
    line: 10,
    context: 1,
    actual_lines: '9-11',
    bytes: 23,
  });
});

test('searches and lists the source, below its top only', async () => {
  await fake.put('/work/freebsd-ports/net/foo/source/-x.h', 'util of -x\n');
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  await fetch(['list:.']);
  const [home] = await readdir(fake.at('/work/obj/.portwright-snippets'));
  await symlink('/work/DeltaPorts', fake.at(`/work/obj/.portwright-snippets/${home}/net/foo/foo-1.0/away`));
  const specs = ['grep:^util (1|2)$', 'grep:a;:src', 'grep:b;:src/main.c', 'list:.', 'list:src', 'grep:nowhere', 'grep:(:src'];
  const {manifest, texts} = await fetch([...specs, 'list:away', 'list:nosuch', 'grep:util [0-9]', '$(touch /tmp/x):y']);
  expect(texts.slice(0, 5).map(({text}) => text.split('\n').sort())).toEqual([
    ['', 'src/util.c:1:util 1', 'src/util.c:2:util 2'],
    ['', 'src/main.c:1:int a;'],
    ['', 'src/main.c:2:int b;'],
    ['', 'away', 'main_one.c', 'src/'],
    ['', '-x.h', 'main.c', 'util.c'],
  ]);
  expect(manifest.requests.slice(5).map(({status, note = ''}) => ({status, note}))).toEqual([
    {status: 'not_found', note: 'no line matches'},
    {status: 'not_found', note: expect.stringMatching(/\S/)},
    {status: 'not_found', note: expect.stringContaining('outside')},
    {status: 'not_found', note: expect.stringContaining('There is no directory')},
    {status: 'ok', note: 'the first 60 lines that match'},
    {status: 'unknown_type', note: expect.stringContaining('not understood')},
  ]);
});

test('unpacks next to the work tree of a patch attempt', async () => {
  await fake.put('/work/obj/net/foo/attempt', 'x');
  await fetch(['source:src/util.c:1:1']);
  expect(await readdir(fake.at('/work/obj/net/foo'))).toEqual(['attempt']);
  await fetch(['source:src/util.c:1:1']);
  expect((await readdir(fake.at('/work/obj/.portwright-snippets'))).length).toBe(1);
  await dropSnippets(fake.env, 'port:@2026Q2:net/foo');
  expect(await readdir(fake.at('/work/obj/.portwright-snippets'))).toEqual([]);
});

test('a name alone is found if it is the only one, and several are listed', async () => {
  const unique = await fetch(['source:util.c:1:0', 'source:foo-1.0/src/util.c:1:0']);
  expect(unique.manifest.requests.map(({status, note}) => ({status, note}))).toEqual([
    {status: 'ok', note: 'read from src/util.c'},
    {status: 'ok', note: 'read from src/util.c'},
  ]);
  await fake.put('/work/obj/.portwright-snippets/x', '');
  const [home] = (await readdir(fake.at('/work/obj/.portwright-snippets'))).filter((name) => name !== 'x');
  await fake.put(`/work/obj/.portwright-snippets/${home}/net/foo/foo-1.0/lib/util.c`, 'other\n');
  const several = await fetch(['source:util.c:1:0', 'source:lib/util.c:1:0']);
  expect(several.manifest.requests[0]).toMatchObject({
    status: 'not_found',
    note: expect.stringContaining('./lib/util.c, ./src/util.c'),
  });
  expect(several.texts.map((one) => one.text)).toEqual(['other\n']);
});

test('never leaves the source', async () => {
  await fetch(['source:util.c:1:0']);
  const [home] = await readdir(fake.at('/work/obj/.portwright-snippets'));
  const source = `/work/obj/.portwright-snippets/${home}/net/foo/foo-1.0`;
  await symlink('/etc/passwd', fake.at(`${source}/passwd`));
  await symlink('/etc', fake.at(`${source}/etc`));
  const {manifest, texts} = await fetch([
    'source:../../etc/passwd:all',
    'source:passwd:all',
    'source:etc/passwd:all',
    'source:*:all',
    'source:/etc/passwd:all',
  ]);
  expect(manifest.requests.map((one) => one.status)).toEqual([
    'unknown_type',
    'not_found',
    'not_found',
    'not_found',
    'not_found',
  ]);
  expect(texts).toEqual([]);
});

test('caps a snippet and all of them', async () => {
  const {manifest, texts} = await fetch(['source:src/util.c:all', 'source:src/main.c:all', 'log:1:2'], {
    maxPerSnippet: 100,
    maxTotal: 110,
  });
  expect(texts[0]?.text).toBe(Array.from({length: 13}, (_, index) => `util ${index + 1}\n`).join(''));
  expect(manifest.requests[0]).toMatchObject({status: 'ok', note: expect.stringMatching(/^cut to 95 of/)});
  expect(manifest.total_bytes).toBeLessThanOrEqual(110);
  expect(manifest.truncated).toBe(true);
  expect((await fetch(['log:1:1', 'log:1:2'], {maxTotal: 8})).manifest.requests[1]).toMatchObject({
    status: 'budget_exceeded',
    bytes: 0,
  });
  expect((await fetch(['log:1:1', 'log:1:2'], {maxTotal: 6})).manifest.requests[1]).toMatchObject({status: 'budget_exceeded'});
});

test('port files come from the snapshot, without any source', async () => {
  const {manifest, texts} = await fetch(['port:overlay/Makefile.DragonFly', 'port:port/none', 'port:../x'], {}, undefined);
  expect(texts).toMatchObject([{raw: 'port:overlay/Makefile.DragonFly', text: 'USES+= gmake\n'}]);
  expect(manifest.requests.map((one) => one.status)).toEqual(['ok', 'not_found', 'unknown_type']);
  expect(manifest.source).toBe('none');
});

test('without a dev-env logs are still answered', async () => {
  const {manifest, texts} = await fetchSnippets(undefined, {
    caseId: 'c',
    origin: 'net/foo',
    round: 1,
    requests: parseSnippetRequests('- `source:a.c:1`\n- `log:1:1`\n- `log:99:100`'),
    logLines,
    portFile,
  });
  expect(texts.map((one) => one.text)).toEqual(['log 1\n']);
  expect(manifest).toMatchObject({
    source: 'none',
    requests: [{status: 'not_found', note: expect.stringContaining('dev-env')}, {status: 'ok'}, {status: 'empty'}],
  });
});

test('a port that cannot be unpacked is reported with the reason', async () => {
  await fake.put('/work/artifacts/compose/@2026Q2/net/foo/Makefile', '.error Unknown USES=alias\n');
  expect((await fetch(['source:a.c:1'])).manifest.requests[0]).toMatchObject({
    status: 'not_found',
    note: expect.stringContaining('Unknown USES=alias'),
  });
});

test('the sources for a recipe are under their paths, and a moved one under its present path', async () => {
  const port = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
  const searches = [
    {pattern: '^util 1?1$', path: ''},
    {pattern: 'none', path: 'src'},
  ];
  const {texts, matches} = await portSources(fake.env, port, searches, (found) => [
    ...found.flatMap(({lines}) => lines.flatMap((line) => line.split(':')[0] ?? [])),
    'src/main.c',
    'lib/util.c',
    'src/none.c',
  ]);
  expect([...texts.keys()]).toEqual(['src/util.c', 'src/main.c']);
  expect(texts.get('src/util.c')).toMatch(/^util 1\n/);
  expect(matches.map(({lines}) => lines)).toEqual([['src/util.c:1:util 1', 'src/util.c:11:util 11'], []]);
  expect(await readdir(fake.at('/work/obj/.portwright-snippets'))).toEqual([]);
});

test('a port whose overlay has an unknown USES is unpacked without it', async () => {
  const makefile = await readFile(fake.at('/work/artifacts/compose/@2026Q2/net/foo/Makefile'), 'utf8');
  const check = makefile.replace('extract:\n', 'extract:\n\t@echo "Unknown USES: ${USES:Malias}"; test -z "${USES:Malias}"\n');
  await fake.put('/work/artifacts/compose/@2026Q2/net/foo/Makefile', `USES= gmake alias:11\n${check}`);
  await fake.put('/work/artifacts/compose/@2026Q2/Mk/Uses/gmake.mk', '');
  const port = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};
  expect([...(await portSources(fake.env, port, [], () => ['src/main.c'])).texts.keys()]).toEqual(['src/main.c']);
});
