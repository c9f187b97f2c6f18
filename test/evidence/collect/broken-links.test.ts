import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {type Answer, answerLine} from '../../../src/evidence/collect/answers.ts';
import {receiveEvidence} from '../../../src/evidence/collect/receive.ts';
import {deliverSpool} from '../../../src/evidence/spool.ts';
import {bundlesOf, SendingHost} from './sending-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(120_000);

/** Cuts of the stream at bytes that are drawn; besides them, each boundary of a tar header and its neighbours. */
const CUTS = 150;

let host: SendingHost;
let sent: ReturnType<typeof bundlesOf>;
let stream: Buffer;
let top: string;
let root: string;

beforeAll(() => {
  host = new SendingHost('dash').withoutCompression();
  host.run('hook_run_start');
  for (const name of ['foo', 'bar']) host.failPort(name, 'cc: error: no\n'.repeat(300));
  sent = bundlesOf(host.evidence);
  stream = host.collect();
});
afterAll(() => host.remove());
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'portwright-collect-'));
  root = join(top, 'evidence');
});
afterEach(() => rmSync(top, {recursive: true, force: true}));

async function* until(end: number, bytes = stream): AsyncGenerator<Buffer> {
  for (let at = 0; at < end; at += 4096) yield bytes.subarray(at, Math.min(at + 4096, end));
}

/** Receives the stream up to a byte, and delivers what came; returns the answers. Whatever is visible then must be complete. */
async function receive(end: number, delivered: string[], bytes = stream): Promise<Answer[]> {
  const answers: Answer[] = [];
  await receiveEvidence(root, until(end, bytes), {answer: (one) => void answers.push(one)}).catch(() => undefined);
  for (const [id, files] of Object.entries(bundlesOf(root))) expect(files).toEqual(sent[id]);
  await deliverSpool(root, async ({bundleId}) => void delivered.push(bundleId));
  return answers;
}

/** Offsets of the tar's 512-byte blocks that begin a header. */
function headers(): number[] {
  const start = stream.indexOf('\n') + 1;
  const found: number[] = [];
  for (let at = start; at + 512 <= stream.length; at += 512)
    if (stream.toString('latin1', at + 257, at + 262) === 'ustar') found.push(at);
  return found;
}

/** Deterministic numbers below `most`. */
function* numbers(seed: number, most: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield Math.floor((state / 2 ** 32) * most);
  }
}

test('whatever the byte at which the link breaks, each bundle is stored once and each job delivered once', async () => {
  const drawn = numbers(17, stream.length);
  const cuts = headers().flatMap((at) => [at, at + 1, at + 512]);
  for (let n = 0; n < CUTS; n += 1) cuts.push(drawn.next().value ?? 0);
  expect(cuts.length).toBeGreaterThan(200);
  const delivered: string[] = [];
  // Each root sees several broken streams, one after the other, until one goes through.
  for (const [at, cut] of cuts.entries()) {
    if (at % 8 === 0) {
      rmSync(root, {recursive: true, force: true});
      delivered.length = 0;
    }
    await receive(cut, delivered);
    if (at % 8 !== 7 && at !== cuts.length - 1) continue;
    const answers = await receive(stream.length, delivered);
    expect(answers.filter(({kind}) => kind === 'done')).toHaveLength(2);
    expect(bundlesOf(root)).toEqual(sent);
    expect(delivered.sort()).toEqual(
      Object.keys(sent)
        .map((id) => id.split('/')[1])
        .sort(),
    );
  }
});

test('a byte that arrives as another one is noticed, and nothing that is damaged is stored', async () => {
  const drawn = numbers(4, stream.length);
  for (let n = 0; n < 16; n += 1) {
    rmSync(root, {recursive: true, force: true});
    const damaged = Buffer.from(stream);
    const at = drawn.next().value ?? 0;
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (n % 8));
    await receive(damaged.length, [], damaged);
    const answers = await receive(stream.length, []);
    expect(answers.filter(({kind}) => kind === 'done')).toHaveLength(2);
    expect(bundlesOf(root)).toEqual(sent);
  }
});

test('a damaged bundle is reported with both hashes, and the other one comes through', async () => {
  const damaged = Buffer.from(stream);
  const at = damaged.indexOf('PORTNAME=foo');
  damaged[at] = 'X'.charCodeAt(0);
  const answers = await receive(damaged.length, [], damaged);
  const later = answers.find(({kind}) => kind === 'later');
  expect(later && answerLine(later)).toMatch(
    /^later \S+foo-\d+\.job devel_foo-\S+port\/Makefile must have sha256 [0-9a-f]{64}.*has [0-9a-f]{64}\.\n$/,
  );
  expect(answers.filter(({kind}) => kind === 'done')).toHaveLength(1);
});

test('a receiver that is killed between any two steps leaves nothing half-written, and the next one goes on', async () => {
  const steps = await stepsUntil(Infinity);
  expect(steps.length).toBeGreaterThan(8);
  for (let at = 0; at < steps.length; at += 1) {
    rmSync(root, {recursive: true, force: true});
    expect(await stepsUntil(at)).toHaveLength(at + 1);
    const delivered: string[] = [];
    await receive(0, delivered);
    await receive(stream.length, delivered);
    expect(bundlesOf(root)).toEqual(sent);
    expect(delivered).toHaveLength(2);
  }
});

/** Receives the stream up to a step, at which the receiver hangs for ever; returns the steps. */
async function stepsUntil(last: number): Promise<string[]> {
  const steps: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const step = async (what: string): Promise<void> => {
      steps.push(what);
      if (steps.length <= last) return;
      resolve();
      await new Promise(() => undefined);
    };
    receiveEvidence(root, until(stream.length), {answer: () => undefined, step}).then(() => resolve(), reject);
  });
  return steps;
}
