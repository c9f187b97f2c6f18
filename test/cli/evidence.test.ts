import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {portwright, scratch} from './program.ts';

const LOG = ['-- Phase: check-sanity', '/!\\ ERRORS /!\\', 'Unknown USES=alias', '*** Error code 1', 'FAILED 00:00:00', ''].join(
  '\n',
);

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

function file(name: string, content: string | Buffer): string {
  const path = join(place.dir, name);
  writeFileSync(path, content);
  return path;
}

test('prints the selection of a plain log, a packed one and standard input alike', async () => {
  const {code, stdout} = await portwright(['evidence', file('a.log', LOG)]);
  expect({code, stdout}).toEqual({code: 0, stdout: expect.stringMatching(/^1\. line 3, check-sanity, framework$/m)});
  expect(stdout).toMatch(/^Signature: [0-9a-f]{16}$/m);
  expect((await portwright(['evidence', file('a.log.gz', gzipSync(LOG))])).stdout).toBe(stdout);
  expect((await portwright(['evidence', file('packed.log', execFileSync('xz', ['-c'], {input: LOG}))])).stdout).toBe(stdout);
  expect((await portwright(['evidence', file('plain.log.gz', LOG)])).stdout).toBe(stdout);
  expect((await portwright(['evidence', '-'], {}, gzipSync(LOG))).stdout).toBe(stdout);
  const cut = await portwright(['evidence', file('cut.log', gzipSync(LOG).subarray(0, -4))]);
  expect(cut.stdout).toMatch(/\nThe log is incomplete: its gzip data is cut or damaged: .*\n\n1\. line 3, /);
});

test('says which recipes and tool chains a port would have', async () => {
  mkdirSync(join(place.dir, 'comms/kermit'), {recursive: true});
  file('comms/kermit/Makefile', 'PORTNAME=\tkermit\nUSES=\tgmake\n');
  file('comms/kermit/Makefile.DragonFly', 'USES+=\talias ncurses\n');
  const args = ['evidence', file('a.log', LOG), '--port-dir', join(place.dir, 'comms/kermit')];
  const {stdout} = await portwright(args);
  expect(stdout).toContain('Recipes: error-unknown-uses\n');
  expect(JSON.parse((await portwright([...args, '--json'])).stdout)).toMatchObject({
    failedPhase: 'check-sanity',
    findings: [{line: 3, facts: {uses: 'alias'}}, {kind: 'consequence'}],
    toolchains: ['gmake'],
    recipes: ['error-unknown-uses'],
  });
});

test('prints an object a line for each of several files, with what a prompt shows and what a rule decides', async () => {
  const checksum = ['-- Phase: checksum', '=> SHA256 Checksum mismatch for foo-1.tar.gz.', 'FAILED 00:00:00', ''].join('\n');
  const names = [file('a.log', LOG), join(place.dir, 'none.log'), file('b.log', checksum)];
  const {code, stdout, stderr} = await portwright(['evidence', '--json', ...names]);
  expect({code, stderr}).toEqual({code: 2, stderr: expect.stringContaining(`there is no ${names[1]}`)});
  const [first, second] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({file: names[0], text: expect.stringContaining('> Unknown USES=alias'), rule: null});
  expect(second).toMatchObject({
    file: names[2],
    failedPhase: 'checksum',
    rule: {name: 'checksum', classification: 'fetch-checksum', confidence: 'high'},
  });
});

test('refuses what is no log, in words', async () => {
  expect(await portwright(['evidence', join(place.dir, 'none.log')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no'),
  });
  const fifo = join(place.dir, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const {code, stderr} = await portwright(['evidence', place.dir, fifo]);
  expect({code, stderr}).toEqual({code: 2, stderr: expect.stringContaining('is a directory, not a regular file')});
  expect(stderr).toContain(`is a FIFO, not a regular file: read it as \`portwright evidence - <${fifo}\``);
  expect(await portwright(['evidence', file('cut.log', gzipSync(LOG).subarray(0, 10))])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nothing that can be unpacked'),
  });
  expect((await portwright(['evidence', file('empty.log', '')])).stdout).toContain('No line of it names a cause.');
});
