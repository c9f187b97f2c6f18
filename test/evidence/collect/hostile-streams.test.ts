import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pack} from 'tar-stream';
import {type Answer, answerLine} from '../../../src/evidence/collect/answers.ts';
import {receiveEvidence} from '../../../src/evidence/collect/receive.ts';
import {deliverSpool} from '../../../src/evidence/spool.ts';
import {LogCollector} from '../../../src/report/log-collector.ts';
import {names} from '../../hooks/build-host.ts';
import {treeOf} from './sending-host.ts';

const RUN = 'run-Live-20260118-140501Z-7';
const BUNDLE = 'devel_foo-20260118-140502Z';
const JOB = '20260118-140502Z-Live-devel_foo-42.job';
const PLACE = `runs/${RUN}/ports/${BUNDLE}`;

let top: string;
let root: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'portwright-hostile-'));
  root = join(top, 'host/evidence');
});
afterEach(() => rmSync(top, {recursive: true, force: true}));

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const job = (changes: Record<string, string> = {}) =>
  Object.entries({
    ...{type: 'report', created_ts_utc: '20260118-140502Z', profile: 'Live', origin: 'devel/foo', flavor: 'devel/foo'},
    ...{run_id: RUN, bundle_id: BUNDLE, target: '@main', ...changes},
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
const META = 'ts_utc=20260118-140502Z\norigin=devel/foo\norigin_base=devel/foo\nflavor=devel/foo\ntarget=@main\n';

type Header = Parameters<ReturnType<typeof pack>['entry']>[0];
type Item = readonly [header: Header, content?: string];

/** Lines of a manifest with one bundle of these files. */
function manifestOf(files: Record<string, string>, {name = JOB, text = job(), run = RUN, bundle = BUNDLE} = {}): string {
  return [
    `job ${name} ${sha(text)} ${run} ${bundle}`,
    ...Object.entries(files).map(([path, content]) => `f ${sha(content)} ${path}`),
    '',
  ].join('\n');
}

/** A stream as a host could make it: the manifest with a correct hash, then whatever follows. */
async function streamOf(manifest: string, items: readonly Item[], {end = true} = {}): Promise<Buffer> {
  const tar = pack();
  const all: Item[] = [[{name: '.send-1/MANIFEST'}, `${manifest}end ${sha(manifest)}\n`], ...items];
  if (end) all.push([{name: '.send-1/END'}, '']);
  for (const [header, content] of all) tar.entry(header, content ?? '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat([Buffer.from('portwright-evidence 1 tar - /build/synth/logs/evidence\n'), ...chunks]);
}

/** Files of the bundle, its job last. */
function itemsOf(files: Record<string, string>, text = job(), name = JOB): Item[] {
  return [
    ...Object.entries(files).map(([path, content]): Item => [{name: `${PLACE}/${path}`}, content]),
    [{name: `queue/pending/${name}`}, text],
  ];
}

async function receive(stream: Buffer, otherRoots: string[] = []): Promise<{answers: Answer[]; problem: string}> {
  const answers: Answer[] = [];
  const source = (async function* () {
    yield stream;
  })();
  const problem = await receiveEvidence(root, source, {answer: (one) => void answers.push(one), otherRoots}).then(
    () => '',
    (error: Error) => error.message,
  );
  return {answers, problem};
}

/** Nothing is outside of the host's root, and nothing visible in it. */
function expectNothing(): void {
  expect(names(top)).toEqual(['host']);
  expect(names(join(top, 'host'))).toEqual(['evidence']);
  expect(Object.values(treeOf(root)).filter((content) => content !== '(directory)')).toEqual([]);
}

test('what a good host sends is stored', async () => {
  const files = {'meta.txt': META, 'port/a b': 'x'};
  const {answers, problem} = await receive(await streamOf(manifestOf(files), itemsOf(files)));
  expect({answers, problem}).toEqual({answers: [{kind: 'done', job: JOB}], problem: ''});
  expect(treeOf(join(root, PLACE))).toEqual({...files, port: '(directory)'});
});

const above = {'../../../../../escape': 'x'};
const both = {a: 'x', 'a/b': 'x'};
const many = Object.fromEntries(Array.from({length: 6001}, (_, at) => [`port/${at}`, '']));
test.each([
  ['a path above the bundle', above, /^fail \S+ A path in a bundle is relative/],
  ['an absolute path', {'/etc/passwd': 'x'}, /^fail \S+ A path in a bundle is relative/],
  ['a file that is a directory too', both, /^fail \S+ a is a file and a directory/],
  ['6001 files', many, /^fail \S+ A bundle has at most 6000 files/],
  ['a path of 40 parts', {[`${'a/'.repeat(39)}a`]: 'x'}, /^fail \S+ A path in a bundle has at most 32 parts; one has 40/],
])('%s is refused for good, and the bundle after it comes through', async (_, files, reason) => {
  const other = {name: JOB.replace('42', '43'), text: job({run_id: 'run-Live-2'}), run: 'run-Live-2'};
  const good: Item[] = [
    [{name: `runs/run-Live-2/ports/${BUNDLE}/meta.txt`}, META],
    [{name: `queue/pending/${other.name}`}, other.text],
  ];
  const manifest = manifestOf(files) + manifestOf({'meta.txt': META}, other);
  const {answers, problem} = await receive(await streamOf(manifest, [...itemsOf(files), ...good]));
  expect(problem).toBe('');
  expect(answers.map(answerLine)).toEqual([expect.stringMatching(reason), `done ${other.name}\n`]);
  expect(names(join(root, 'runs'))).toEqual(['run-Live-2']);
  expect(names(top)).toEqual(['host']);
});

const meta = {'meta.txt': META};
const file = (name: string): Item => [{name}, 'x'];
test.each<[string, readonly Item[], RegExp]>([
  ['a file above the root', [file('../../escape')], /does not name/],
  ['an absolute path', [file('/tmp/portwright-escape')], /does not name/],
  ['a file of another run', [file('runs/run-other/results.txt')], /does not name/],
  ['a name with a line break', [file(`${PLACE}/a\nb`)], /does not name/],
  ['a symbolic link', [[{name: `${PLACE}/meta.txt`, type: 'symlink', linkname: '/etc'}]], /regular files only/],
  ['a hard link', [[{name: `${PLACE}/meta.txt`, type: 'link', linkname: '/etc/passwd'}]], /regular files only/],
  ['a device', [[{name: `${PLACE}/meta.txt`, type: 'character-device', devmajor: 1, devminor: 3}]], /regular files only/],
  ['a FIFO', [[{name: `${PLACE}/meta.txt`, type: 'fifo'}]], /regular files only/],
  ['a directory in the place of a file', [[{name: `${PLACE}/meta.txt`, type: 'directory'}]], /regular files only/],
  ['a file twice', [...itemsOf(meta).slice(0, 1), ...itemsOf(meta)], /or has it twice/],
])('%s ends the stream, and nothing of it is stored', async (_, items, reason) => {
  const {answers, problem} = await receive(await streamOf(manifestOf(meta), items));
  expect({answers, problem}).toEqual({answers: [], problem: expect.stringMatching(reason)});
  expectNothing();
});

/** A header of a file as tar writes it, of a size that it claims. */
function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000640\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A stream that goes on after its manifest with these bytes. */
async function withBytes(manifest: string, bytes: Buffer): Promise<Buffer> {
  const stream = await streamOf(manifest, [], {end: false});
  // Two empty blocks end a tar.
  return Buffer.concat([stream.subarray(0, -1024), bytes]);
}

test('100,000 files that no manifest names end at the first', async () => {
  const bytes = Buffer.alloc(512 * 100_000, headerOf(`${PLACE}/a`, 0));
  expect((await receive(await withBytes(manifestOf(meta), bytes))).problem).toMatch(/does not name/);
  expectNothing();
});

test('a file that is announced with more bytes than a bundle may have is not read', async () => {
  const bytes = Buffer.concat([headerOf(`${PLACE}/meta.txt`, 0o77777777777), Buffer.alloc(4096)]);
  const {answers} = await receive(await withBytes(manifestOf(meta), bytes));
  expect(answers.map(answerLine)).toEqual([expect.stringMatching(/^fail \S+ A bundle has at most \d+ bytes/)]);
  expect(names(join(root, 'runs'))).toEqual([]);
});

test.each([
  ['no manifest first', 'run run-Live-1 open\n', /no such line|damaged|must end/],
  ['a run id that leads elsewhere', 'run ../../x open\n', /no such line/],
  ['a job that leads elsewhere', `job ../../x.job ${sha('x')} - -\n`, /no such line/],
  ['a run file of another name', `run run-Live-1 open\nr ${sha('x')} ports\n`, /no such line/],
  ['a delivered mark', `run run-Live-1 open\nr ${sha('x')} .delivered\n`, /no such line/],
  ['a file before a bundle', `f ${sha('x')} a\n`, /no such line/],
  ['a bundle twice', manifestOf(meta) + manifestOf(meta), /twice/],
])('a manifest with %s is refused', async (what, manifest, reason) => {
  const stream = await streamOf(manifest, []);
  if (what === 'no manifest first') stream.write('X', stream.indexOf('run-Live-1'));
  const {problem} = await receive(stream);
  expect(problem).toMatch(reason);
  expectNothing();
});

test('a job that is about another bundle than the manifest names is refused for good', async () => {
  const text = job({bundle_id: 'other-20260118-140502Z'});
  const {answers} = await receive(await streamOf(manifestOf(meta, {text}), itemsOf(meta, text)));
  expect(answers.map(answerLine)).toEqual([expect.stringMatching(/^fail \S+ .*is about bundle other/)]);
  expectNothing();
});

test.each<Record<string, string>>([{target: '@../../x'}, {origin: '../../etc'}, {target: 'main'}])(
  'a job with %j reaches the spool, which refuses it',
  async (changes) => {
    const text = job(changes);
    await receive(await streamOf(manifestOf(meta, {text}), itemsOf(meta, text)));
    const delivered: string[] = [];
    const result = await deliverSpool(root, async ({bundleId}) => void delivered.push(bundleId));
    expect({delivered, failed: result.failed}).toEqual({delivered: [], failed: [JOB]});
  },
);

test('a bundle that another host has under the same ids is refused', async () => {
  const other = join(top, 'other/evidence');
  mkdirSync(join(other, PLACE), {recursive: true});
  const {answers} = await receive(await streamOf(manifestOf(meta), itemsOf(meta)), [other]);
  expect(answers.map(answerLine)).toEqual([expect.stringMatching(/^fail \S+ Bundle \S+ of run \S+ is in \S+ already/)]);
  expect(names(join(root, 'runs'))).toEqual([]);
});

test('a run that another host has under the same id ends the stream', async () => {
  const other = join(top, 'other/evidence');
  mkdirSync(join(other, 'runs', RUN), {recursive: true});
  const manifest = `run ${RUN} open\nr ${sha('x')} results.txt\n`;
  const {answers, problem} = await receive(await streamOf(manifest, [[{name: `.send-1/runs/${RUN}/results.txt`}, 'x']]), [other]);
  expect({answers, problem}).toEqual({answers: [], problem: expect.stringMatching(/^Run \S+ is in \S+ already: /)});
});

test('a stream without a heading is quoted', async () => {
  expect((await receive(Buffer.from('sh: Command not found.\n'))).problem).toContain('it sent "sh: Command not found.\\n"');
});

test('text that a login shell prints before the heading is skipped', async () => {
  const stream = await streamOf(manifestOf(meta), itemsOf(meta));
  const {answers} = await receive(Buffer.concat([Buffer.from('Welcome to DragonFly!\nportwright-evidence\n'), stream]));
  expect(answers).toEqual([{kind: 'done', job: JOB}]);
});

test('of bundles that a host announces and never sends, the last 1000 are remembered', async () => {
  let answers = '';
  let stream: Buffer;
  const collector = new LogCollector({
    remote: '/build/synth/logs/evidence',
    local: root,
    otherRoots: [],
    onRefusal: () => undefined,
    connect: (request) => {
      answers = request.answers;
      return (async function* () {
        yield stream;
      })();
    },
  });
  for (const round of ['a', 'b', 'c']) {
    const jobs = Array.from({length: 600}, (_, at) => `${round}${at}`);
    stream = await streamOf(jobs.map((name) => manifestOf({a: ''}, {name: `${name}.job`, bundle: name})).join(''), []);
    await collector.round(1000);
  }
  expect(answers.split('\n').map((line) => line.split(' ', 2).join(' '))).toEqual([
    ...Array.from({length: 400}, (_, at) => `later a${at + 200}.job`),
    ...Array.from({length: 600}, (_, at) => `later b${at}.job`),
    '',
  ]);
});
