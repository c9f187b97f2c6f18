import {mkdtempSync, rmSync} from 'node:fs';
import type {ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Writable} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import {jest} from '@jest/globals';
import {Cache} from '../../src/console/cache/cache.ts';
import {EventStream, MOST_READERS, startOf} from '../../src/console/events/stream.ts';
import {consoleApp} from '../../src/console/http.ts';

let dir: string;
let cache: Cache;
let stream: EventStream;

beforeEach(() => {
  jest.useFakeTimers({doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'Date']});
  dir = mkdtempSync(join(tmpdir(), 'stream-'));
  cache = new Cache(join(dir, 'console.sqlite'));
  stream = new EventStream(cache);
});

afterEach(() => {
  stream.close();
  cache.close();
  rmSync(dir, {recursive: true});
  jest.useRealTimers();
});

/** An answer to somebody who reads, or who has stopped to. */
class Answer extends Writable {
  text = '';
  reads: boolean;
  #more: () => void = () => undefined;

  constructor({reads}: {readonly reads: boolean}) {
    super({decodeStrings: false});
    this.reads = reads;
  }

  status = 0;

  writeHead(status: number): this {
    this.status = status;
    return this;
  }

  override _write(chunk: string, _: string, done: () => void): void {
    this.text += chunk;
    if (this.reads) done();
    else this.#more = done;
  }

  readOn(): void {
    this.reads = true;
    this.#more();
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  get asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

function told(count: number, text = ''): number[] {
  const ts = new Date().toISOString();
  const events = cache.addEvents(Array.from({length: count}, () => ({type: 'activity', ts, data: {text}}) as const));
  stream.publish(events);
  return events.map(({id}) => id);
}

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

test('where a reader begins: after_id, else Last-Event-ID, else the latest', () => {
  expect(startOf({after_id: 7, tail: 3}, '9')).toEqual({after: 7});
  expect(startOf({after_id: 0}, '9')).toEqual({after: 0});
  expect(startOf({tail: 3}, '9')).toEqual({after: 9});
  expect(startOf({tail: 3}, 'nine')).toEqual({tail: 3});
  expect(startOf({tail: 0}, undefined)).toEqual({tail: 0});
  expect(startOf({}, undefined)).toEqual({tail: 200});
  expect(startOf({tail: 1e9}, undefined)).toEqual({tail: 10_000});
});

test('what happens while a reader catches up comes behind it: none missed, none twice', async () => {
  const before = told(1_300);
  const answer = new Answer({reads: false});
  const serving = stream.serve(answer.asResponse, {after: 0});
  await settled();
  expect(stream.readers).toBe(0);
  const meanwhile = told(3);
  answer.readOn();
  await serving;
  expect(stream.readers).toBe(1);
  const after = told(2);
  expect(answer.ids).toEqual([...before, ...meanwhile, ...after]);
});

test('a reader that does not take what happens is cut, and no more than 1 MiB is kept for it', async () => {
  const slow = new Answer({reads: true});
  const other = new Answer({reads: true});
  await Promise.all([slow, other].map((one) => stream.serve(one.asResponse, {tail: 0})));
  slow.reads = false;
  const frame = 'x'.repeat(64 << 10);
  let most = 0;
  let sent = 0;
  while (!slow.destroyed && sent < 100) {
    told(1, frame);
    sent += 1;
    most = Math.max(most, slow.writableLength);
  }
  expect(slow.destroyed).toBe(true);
  expect(sent).toBeGreaterThan(10);
  expect(most).toBeLessThan((1 << 20) + 2 * frame.length);
  expect([stream.readers, other.ids.length]).toEqual([1, sent]);
});

test('a reader that takes nothing of what it missed is cut after 15 s', async () => {
  told(1_300, 'x'.repeat(100));
  const answer = new Answer({reads: false});
  const serving = stream.serve(answer.asResponse, {after: 0});
  await settled();
  jest.advanceTimersByTime(14_999);
  expect(answer.destroyed).toBe(false);
  jest.advanceTimersByTime(1);
  await serving;
  expect([answer.destroyed, stream.readers]).toEqual([true, 0]);
});

test('a comment each 15 s keeps the connection', async () => {
  const answer = new Answer({reads: true});
  await stream.serve(answer.asResponse, {tail: 0});
  jest.advanceTimersByTime(14_999);
  expect(answer.text).not.toContain(': keepalive');
  jest.advanceTimersByTime(15_001);
  expect(answer.text.match(/^: keepalive\n\n/gm)).toHaveLength(2);
});

test('whoever comes while the cache is filled gets what they missed once it is', async () => {
  let filled: () => void = () => undefined;
  stream.ready = new Promise((done) => {
    filled = done;
  });
  const answer = new Answer({reads: true});
  const serving = stream.serve(answer.asResponse, {after: 0});
  await settled();
  const ids = told(2);
  expect(answer.ids).toEqual([]);
  filled();
  await serving;
  expect(answer.ids).toEqual(ids);
});

test('a reader that has gone is forgotten', async () => {
  const answer = new Answer({reads: true});
  await stream.serve(answer.asResponse, {tail: 0});
  answer.destroy();
  await settled();
  expect(stream.readers).toBe(0);
});

test('many readers that catch up share the turns of the event loop: none has more than a page of all of them', async () => {
  const ids = told(2_000, 'x'.repeat(100));
  const answers = Array.from({length: 50}, () => new Answer({reads: true}));
  const serving = Promise.all(answers.map((one) => stream.serve(one.asResponse, {after: 0})));
  let isServed = false;
  void serving.then(() => {
    isServed = true;
  });
  const sent = (): number => answers.reduce((sum, {text}) => sum + text.length, 0);
  let most = 0;
  for (let before = sent(); !isServed; before = sent()) {
    await turn();
    most = Math.max(most, sent() - before);
  }
  const oneReader = answers[0]?.text.length ?? 0;
  expect(most).toBeLessThanOrEqual(oneReader / 4);
  for (const answer of answers) expect(answer.ids).toEqual(ids);
});

test('beyond the most readers there is a 503 with the time to come back; whoever goes makes room', async () => {
  const answers = Array.from({length: MOST_READERS}, () => new Answer({reads: true}));
  await Promise.all(answers.map((one) => stream.serve(one.asResponse, {tail: 0})));
  const late = new Answer({reads: true});
  await stream.serve(late.asResponse, {tail: 0});
  expect([late.status, late.writableEnded, stream.readers]).toEqual([503, true, MOST_READERS]);
  expect(JSON.parse(late.text)).toEqual({error: expect.stringContaining(`At most ${MOST_READERS} clients`)});
  answers[0]?.destroy();
  await settled();
  const next = new Answer({reads: true});
  await stream.serve(next.asResponse, {tail: 0});
  expect([next.status, stream.readers]).toEqual([200, MOST_READERS]);
});

test('a request is answered while all readers catch up over HTTP', async () => {
  jest.useRealTimers();
  const ids = told(1_000, 'x'.repeat(200));
  const app = consoleApp();
  app.get('/events', async (_, reply) => {
    reply.hijack();
    await stream.serve(reply.raw, {after: 0});
  });
  app.get('/health', () => ({ok: true}));
  const base = await app.listen({host: '127.0.0.1', port: 0});
  const stop = new AbortController();
  try {
    let caughtUp = 0;
    const read = async (): Promise<void> => {
      const {body} = await fetch(`${base}/events`, {signal: stop.signal});
      let text = '';
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        text = (text + Buffer.from(chunk).toString('latin1')).slice(-2000);
        if (text.includes(`id: ${ids.at(-1)}\n`)) break;
      }
      caughtUp += 1;
    };
    const all = Promise.allSettled(Array.from({length: MOST_READERS}, read));
    const answers: number[] = [];
    while (caughtUp < MOST_READERS) answers.push((await fetch(`${base}/health`)).status);
    expect(answers.length).toBeGreaterThan(3);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(new Set((await all).map(({status}) => status))).toEqual(new Set(['fulfilled']));
  } finally {
    stop.abort();
    await app.close();
  }
});

test('a cut ends all connections, of those who catch up too, and none is served on', async () => {
  told(1_300);
  const live = new Answer({reads: true});
  await stream.serve(live.asResponse, {tail: 0});
  const behind = new Answer({reads: false});
  const serving = stream.serve(behind.asResponse, {after: 0});
  await settled();
  stream.cut();
  expect([live.writableEnded, behind.writableEnded]).toEqual([true, true]);
  behind.readOn();
  await serving;
  told(1);
  expect(stream.readers).toBe(0);
});
