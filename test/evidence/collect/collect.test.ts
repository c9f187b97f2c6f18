import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {type Answer, answerLine} from '../../../src/evidence/collect/answers.ts';
import {receiveEvidence} from '../../../src/evidence/collect/receive.ts';
import {type Delivery, deliverSpool} from '../../../src/evidence/spool.ts';
import {names, read} from '../../hooks/build-host.ts';
import {SHELLS} from '../../support/bsd-tools/bsd-tools.ts';
import {bundlesOf, SendingHost, treeOf} from './sending-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(120_000);

let host: SendingHost;
let top: string;
let root: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'portwright-collect-'));
  root = join(top, 'evidence');
});
afterEach(() => {
  expect(host.tools.refused).toBe('');
  host.remove();
  rmSync(top, {recursive: true, force: true});
});

/** The stream in pieces, up to a byte at which the link breaks. */
async function* pieces(stream: Buffer, end = stream.length, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < end; at += size) yield stream.subarray(at, Math.min(at + size, end));
}

/** Receives a stream as far as it goes, and returns the answers. */
async function receive(stream: Buffer, end?: number, size?: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  await receiveEvidence(root, pieces(stream, end, size), {answer: (one) => void answers.push(one)}).catch((error: Error) => {
    if (end === undefined) throw error;
  });
  return answers;
}

const lines = (answers: readonly Answer[]) => answers.map(answerLine).join('');

/** Collects until the host has nothing more. */
async function collectAll(): Promise<Answer[]> {
  const all: Answer[] = [];
  for (let answers = await receive(host.collect()); answers.length > 0; answers = await receive(host.collect(lines(answers))))
    all.push(...answers);
  return all;
}

async function delivered(): Promise<Delivery[]> {
  const reports: Delivery[] = [];
  const result = await deliverSpool(root, async (report) => void reports.push(report));
  expect(result).toMatchObject({failed: [], waiting: [], unreadable: []});
  return reports;
}

describe.each(SHELLS)('under %s with the tools of a BSD', (shell) => {
  beforeEach(() => {
    host = new SendingHost(shell);
  });

  test('a run comes over completely, and then nothing is sent any more', async () => {
    host.write('etc/dsynth.ini', '[LiveSystem]\n');
    host.withoutCompression().run('hook_run_start', {PORTS_QUEUED: '2'});
    host.failPort('foo');
    host.failPort('bar');
    const sent = bundlesOf(host.evidence);
    const jobs = host.queue('pending');
    expect(jobs).toHaveLength(2);
    await collectAll();
    expect(bundlesOf(root)).toEqual(sent);
    expect(host.queue('done')).toEqual(jobs);
    expect(read(join(root, '.current_run'))).toBe(read(join(host.evidence, '.current_run')));
    expect((await delivered()).map(({origin}) => origin).sort()).toEqual(['devel/bar', 'devel/foo']);

    host.write('logs/00_last_results.log', 'the end\n');
    host.run('hook_run_end', {PORTS_FAILED: '2'});
    await collectAll();
    const [run = ''] = names(join(host.evidence, 'runs'));
    const files = treeOf(join(root, 'runs', run));
    for (const name of ['run_start.txt', 'run_end.txt', 'results.txt', 'dsynth.ini', '00_last_results.log'])
      expect(files[name]).toBe(read(join(host.evidence, 'runs', run, name)));
    expect(names(root)).not.toContain('.current_run');
    expect(host.collect().toString()).toBe(`portwright-evidence 1 idle - ${host.evidence}\n`);
    expect(names(join(host.evidence, 'runs', run))).toContain('.collected');
    expect(names(host.evidence).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('under dash', () => {
  beforeEach(() => {
    host = new SendingHost('dash');
  });

  test('what is not acknowledged is sent again, and not stored twice', async () => {
    host.run('hook_run_start');
    host.failPort('foo');
    await receive(host.collect());
    expect(await delivered()).toHaveLength(1);
    const [again] = await receive(host.collect()).then((answers) => answers.filter(({kind}) => kind === 'done'));
    expect(again).toEqual({kind: 'done', job: host.queue('pending')[0]});
    expect(await delivered()).toEqual([]);
    expect(names(join(root, 'queue/pending'))).toEqual([]);
  });

  test('a job whose bundle never appeared comes alone after a while, a young one waits', async () => {
    host.run('hook_run_start');
    host.failPort('foo');
    const [name = ''] = host.queue('pending');
    const job = join(host.evidence, 'queue/pending', name);
    rmSync(host.bundle(), {recursive: true});
    expect((await receive(host.collect())).filter(({kind}) => kind !== 'run')).toEqual([]);
    writeFileSync(job, read(job).replace(/^created_ts_utc=.*$/m, 'created_ts_utc=20260118-140501Z'));
    expect(await receive(host.collect())).toContainEqual({kind: 'done', job: name});
    expect(await deliverSpool(root, async () => undefined)).toMatchObject({failed: [name]});
  });

  test('directories that others can write to are refused in one line, with the rule at its end', () => {
    host.run('hook_run_start');
    for (const dir of ['runs', 'queue']) chmodSync(join(host.evidence, dir), 0o777);
    const {status, stderr} = host.runScript(`${host.script}\nse_main collect '${host.evidence}' </dev/null\n`);
    expect(status).toBe(65);
    expect(stderr).toMatch(/^send-evidence: \S+\/runs \S+\/queue must be directories of \S+ or root that .*, and no links\n$/);
  });

  test('results alone wait for their turn, and a limit leaves bundles for later', async () => {
    host.run('hook_run_start');
    const first = await receive(host.collect());
    host.run('hook_pkg_success', {ORIGIN: 'devel/a', FLAVOR: 'devel/a'});
    expect(host.collect(lines(first), '65536', 'no').toString()).toContain(' idle ');
    expect(await receive(host.collect())).toHaveLength(1);
    for (const name of ['foo', 'bar', 'baz']) host.failPort(name, 'x\n'.repeat(20_000));
    const done = (answers: Answer[]) => answers.filter(({kind}) => kind === 'done').length;
    expect(done(await receive(host.collect('', '60')))).toBe(1);
    const [, later = ''] = host.queue('pending');
    expect(done(await receive(host.collect(`later ${later} because\n`)))).toBe(2);
  });

  test('a sender whose link breaks ends and leaves nothing behind', async () => {
    host.withoutCompression().run('hook_run_start');
    host.failPort('foo', 'cc: error: no\n'.repeat(40_000));
    const sender = spawn('dash', ['-s'], {env: {PATH: '/usr/bin:/bin'}, stdio: ['pipe', 'pipe', 'ignore']});
    sender.stdin.end(`${host.script}\nse_main collect '${host.evidence}' </dev/null\n`);
    await once(sender.stdout, 'data');
    sender.stdout.destroy();
    await once(sender, 'exit');
    await collectAll();
    expect(bundlesOf(root)).toEqual(bundlesOf(host.evidence));
    expect(names(host.evidence).filter((name) => name.startsWith('.send'))).toEqual([]);
  });

  test('links are neither followed nor sent, and a root that others can write to is refused', () => {
    host.withoutCompression().run('hook_run_start');
    host.failPort('foo');
    const secret = host.write('secret', 'secret\n');
    const bundle = host.bundle();
    const run = join(bundle, '../..');
    symlinkSync(secret, join(bundle, 'port/link'));
    symlinkSync(secret, join(run, '00_last_results.log'));
    symlinkSync(secret, join(host.evidence, 'queue/pending/20260118-140501Z-planted-1.job'));
    symlinkSync(run, join(host.evidence, 'runs/run-linked'));
    const stream = host.collect().toString('latin1');
    expect(stream).toContain('/port/Makefile');
    for (const planted of ['secret', '/port/link', '00_last', 'planted', 'run-linked']) expect(stream).not.toContain(planted);
    chmodSync(join(host.evidence, 'queue'), 0o770);
    const {status, stderr} = host.runScript(`${host.script}\nse_main collect '${host.evidence}' </dev/null\n`);
    expect({status, stderr}).toEqual({
      status: 65,
      stderr: expect.stringContaining(`${host.evidence}/queue must be directories of`),
    });
  });
});
