import {mkdtempSync, rmSync} from 'node:fs';
import type {ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Writable} from 'node:stream';
import {setImmediate as turn} from 'node:timers/promises';
import {jest} from '@jest/globals';
import {Cache} from '../../src/console/cache/cache.ts';
import {EventStream, startOf} from '../../src/console/events/stream.ts';

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

  writeHead(): this {
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
