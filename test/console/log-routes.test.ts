import {mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import type {FastifyInstance} from 'fastify';
import {logApp} from './log-app.ts';

const BAR = '-'.repeat(79);
const phase = (name: string): string[] => [BAR, `-- Phase: ${name}`, BAR];
const CAUSE = "main.c:3:1: error: use of undeclared identifier 'TIOCGWINSZ'";
const noise = (count: number): string[] => Array.from({length: count}, (_, i) => `cc -c file${i}.c`);
const LINES = [
  ...phase('fetch'),
  '=> foo.tar.gz',
  ...phase('build'),
  ...noise(3000),
  CAUSE,
  ...noise(3000),
  '*** Error code 1',
  'FAILED 00:00:01',
];
/** CAUSE is the line 3008. */
const CAUSE_LINE = LINES.indexOf(CAUSE) + 1;

let dir: string;
let app: FastifyInstance;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-log-test-'));
});
afterEach(async () => {
  await app.close();
  rmSync(dir, {recursive: true});
});

/** A bundle `foo-1` with these files. */
function serve(files: Readonly<Record<string, string | Buffer>>): void {
  for (const sub of ['logs', 'analysis']) mkdirSync(join(dir, sub), {recursive: true});
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, path), content);
  app = logApp({'foo-1': dir});
}

async function ask(path: string, bundle = 'foo-1') {
  const answer = await app.inject(`/api/v1/bundles/${bundle}/log${path}`);
  return {status: answer.statusCode, body: answer.json() as Record<string, unknown>};
}

async function page(query = '', bundle = 'foo-1') {
  const answer = await app.inject(`/ui/bundles/${bundle}/log${query}`);
  return {status: answer.statusCode, html: answer.body};
}

const FAILED = {'logs/full.log.gz': gzipSync(LINES.join('\n'))};

describe('JSON', () => {
  test('lines, with how many there are', async () => {
    serve(FAILED);
    const bytes = LINES.join('\n').length;
    const whole = {total: LINES.length, bytes, complete: true, note: null};
    expect((await ask('?from=6008&count=10')).body).toEqual({...whole, from: 6008, lines: LINES.slice(6007)});
    expect((await ask('')).body).toMatchObject({from: 1, lines: LINES.slice(0, 400)});
    expect((await ask('?from=99999')).body).toEqual({...whole, from: 99_999, lines: []});
  });

  test('a request is for lines from 1 on, and at most 2000', async () => {
    serve(FAILED);
    for (const query of ['?from=0', '?count=2001', '?count=0', '?from=x']) expect((await ask(query)).status).toBe(400);
    expect((await ask('?count=2000')).body.lines).toHaveLength(2000);
  });

  test('a search, forward and backward', async () => {
    serve(FAILED);
    const found = {hits: [{line: CAUSE_LINE, text: CAUSE}], more: false};
    expect((await ask('/search?q=tiocgwinsz')).body).toEqual({...found, searchedTo: LINES.length});
    expect((await ask('/search?q=tiocgwinsz&cased=true')).body.hits).toEqual([]);
    expect((await ask(`/search?q=TIOCGWINSZ&after=${CAUSE_LINE}`)).body.hits).toEqual([]);
    expect((await ask(`/search?q=TIOCGWINSZ&before=${LINES.length}`)).body).toMatchObject(found);
    expect((await ask('/search?q=cc&limit=5')).body).toMatchObject({more: true, searchedTo: 12});
    for (const query of ['', '?q=', `?q=${'x'.repeat(201)}`, '?q=x&limit=1001'])
      expect((await ask(`/search${query}`)).status).toBe(400);
  });

  test('contents: phases and findings, by the log itself or by what was selected of it', async () => {
    serve(FAILED);
    expect((await ask('/contents')).body).toEqual({
      phases: [
        {name: 'fetch', from: 2, to: 4, failed: false},
        {name: 'build', from: 6, to: LINES.length, failed: true},
      ],
      findings: [
        {line: CAUSE_LINE, text: CAUSE, kind: 'cause', phase: 'build'},
        {line: LINES.length - 1, text: '*** Error code 1', kind: 'consequence', phase: 'build'},
      ],
    });
    const kept = {
      version: 1,
      failedPhase: 'a',
      phases: [{name: 'a', from: 1, to: 2}],
      findings: [{line: 2, text: 'kept', kind: 'hint', phase: 'a'}],
    };
    writeFileSync(join(dir, 'analysis/root_causes.json'), JSON.stringify(kept));
    expect((await ask('/contents')).body).toEqual({
      phases: [{name: 'a', from: 1, to: 2, failed: true}],
      findings: [{line: 2, text: 'kept', kind: 'hint', phase: 'a'}],
    });
  });

  test('a selection that is none of ours does no harm', async () => {
    serve(FAILED);
    const odd = {
      version: 1,
      phases: 7,
      findings: [
        null,
        7,
        {line: -1, kind: 'cause'},
        {line: 1, kind: 'x'},
        {line: 3, kind: 'cause', text: {}, phase: '\u001b[31mred'},
      ],
    };
    writeFileSync(join(dir, 'analysis/root_causes.json'), JSON.stringify(odd));
    expect((await ask('/contents')).body).toEqual({phases: [], findings: [{line: 3, text: '', kind: 'cause', phase: 'red'}]});
  });

  test('the log of a proof is one like the other', async () => {
    serve({
      ...FAILED,
      'analysis/proof-1.log': 'good\n',
      'analysis/proof-2.log.gz': gzipSync(`${phase('build').join('\n')}\n${CAUSE}\n`),
    });
    expect((await ask('?file=analysis/proof-1.log')).body).toMatchObject({total: 1, lines: ['good']});
    expect((await ask('/search?q=TIOC&file=analysis/proof-2.log')).body.hits).toEqual([{line: 4, text: CAUSE}]);
    expect((await ask('/contents?file=analysis/proof-2.log')).body.findings).toMatchObject([{line: 4, kind: 'cause'}]);
  });

  test.each([
    ['nobody', '', 'There is no bundle nobody.'],
    ['foo-1', '', 'foo-1 has no complete log, neither logs/full.log nor logs/full.log.gz.'],
    ['foo-1', '?file=analysis/proof.log', 'foo-1 has no analysis/proof.log.'],
    ['foo-1', '?file=analysis/../meta.txt', 'The log of a proof is named analysis/NAME'],
    ['foo-1', '?file=analysis/..', 'The log of a proof is named analysis/NAME'],
    ['foo-1', '?file=/etc/passwd', 'The log of a proof is named analysis/NAME'],
  ])('what is not there is said in words: %s %s', async (bundle, query, words) => {
    serve({});
    for (const path of ['', '/contents']) {
      const {status, body} = await ask(path + query, bundle);
      expect([status, body.error]).toEqual([404, expect.stringContaining(words)]);
    }
    expect(await page(query, bundle)).toEqual({status: 404, html: expect.stringContaining(words)});
  });
});

describe('the page', () => {
  /** Numbers of the lines on a page. */
  const numbers = (html: string): number[] => [...html.matchAll(/<div[^>]* id="L(\d+)"/g)].map(([, line]) => Number(line));

  test('shows 400 lines around the first finding, marked, each with its anchor', async () => {
    serve(FAILED);
    const {html} = await page();
    expect(numbers(html)).toEqual(Array.from({length: 400}, (_, i) => CAUSE_LINE - 200 + i));
    expect(html).toMatch(new RegExp(`<div class="log-line" id="L${CAUSE_LINE}" data-kind="cause" aria-current="true">`));
    expect(html).toContain(`<a class="log-number" href="#L${CAUSE_LINE}"`);
  });

  test('marks a range of lines', async () => {
    serve(FAILED);
    const {html} = await page('?line=1000&to=1002');
    expect([...html.matchAll(/<div class="log-line in-range" id="L(\d+)"/g)].map(([, line]) => line)).toEqual([
      '1000',
      '1001',
      '1002',
    ]);
    expect((await page('?line=1000&to=999')).html).not.toContain('in-range');
  });

  test('has its contents, its neighbours and its findings as links', async () => {
    serve(FAILED);
    const {html} = await page('?line=1000');
    for (const line of [2, 6, CAUSE_LINE, LINES.length, 1400])
      expect(html).toContain(`href="/ui/bundles/foo-1/log?line=${line}#L${line}"`);
    expect(html).toMatch(/rel="prev"[^>]*line=600#L600"/);
    expect(html).toContain('lines 800 to 1\u202f199 of 6\u202f010');
    expect(numbers((await page('?line=1')).html)[0]).toBe(1);
    expect(numbers((await page('?line=999999999')).html).at(-1)).toBe(LINES.length);
    expect(numbers((await page('?line=nonsense')).html)).toContain(CAUSE_LINE);
  });

  test('lists hits as links, around the first of them, and goes on', async () => {
    serve(FAILED);
    const {html} = await page('?q=FILE2');
    expect(numbers(html)).toContain(LINES.indexOf('cc -c file2.c') + 1);
    expect(html).toContain('cc -c <mark>file2</mark>.c');
    expect(html).toContain('200 lines with “FILE2”, and there may be more.');
    const more = /href="([^"]*after=[^"]*)">More hits/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const next = await app.inject(more);
    expect(/ data-line="(\d+)"><span class="num">\d+<\/span> <span class="log-text">cc/.exec(next.body)?.[1]).toBe(
      String(LINES.indexOf('cc -c file2089.c') + 1),
    );
    expect((await page('?q=FILE2&cased=1')).html).toContain('No line has “FILE2”.');
  });

  test('what a log, a search and a selection say stays text', async () => {
    const evil = '</code><script>alert(1)</script>"\u001b]0;x\u0007\u202e';
    serve({'logs/full.log': `${phase('build').join('\n')}\nerror: ${evil}\n`});
    const kept = {
      version: 1,
      failedPhase: evil,
      phases: [{name: evil, from: 1, to: 2}],
      findings: [{line: 4, text: evil, kind: 'cause', phase: evil}],
    };
    writeFileSync(join(dir, 'analysis/root_causes.json'), JSON.stringify(kept));
    const {html} = await page(`?q=${encodeURIComponent('<script>"')}`);
    expect(html).not.toContain('<script>alert');
    for (const control of ['\u001b', '\u0007', '\u202e']) expect(html).not.toContain(control);
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(html).toContain('value="&lt;script>&quot;"');
  });

  test('no style and no script is in it', async () => {
    serve(FAILED);
    const {html} = await page('?q=file');
    expect(html).not.toMatch(/ style=| on\w+=|<script>/);
  });

  test.each([
    ['an empty log', {'logs/full.log': ''}, 'The log is empty.'],
    ['one that was cut', {'logs/full.log.gz': (FAILED['logs/full.log.gz'] as Buffer).subarray(0, 2000)}, 'damaged or was cut'],
    ['one of a single long line', {'logs/full.log': 'x'.repeat(5000)}, '[... 1000 more bytes ...]'],
  ])('%s is said in words', async (_, files: Record<string, string | Buffer>, words) => {
    serve(files);
    expect(await page()).toEqual({status: 200, html: expect.stringContaining(words)});
  });

  test('the log of a proof stays that in all links', async () => {
    serve({...FAILED, 'analysis/proof-1.log': LINES.join('\n')});
    const {html} = await page('?file=analysis/proof-1.log&q=file7');
    const links = [...html.matchAll(/href="(\/ui\/bundles\/foo-1\/log[^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(200);
    expect(links.every((link) => link.includes('file=analysis%2Fproof-1.log'))).toBe(true);
    expect(html).toContain('<input type="hidden" name="file" value="analysis/proof-1.log"');
    expect(html).toContain('href="/bundles/foo-1/artifacts/analysis/proof-1.log"');
  });
});

test('when the app is closed, no unpacked log stays open', async () => {
  serve(FAILED);
  await ask('');
  const held = (): string[] => openFiles().filter((path) => path.includes('portwright-log-') && path.endsWith('(deleted)'));
  expect(held().length).toBeGreaterThan(0);
  await app.close();
  expect(held()).toEqual([]);
});

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}
