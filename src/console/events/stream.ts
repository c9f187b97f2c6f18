import type {ServerResponse} from 'node:http';
import type {Cache, NumberedEvent} from '../cache/cache.ts';

/** Where a reader begins: behind an event, or with so many of the latest. Source: contract, section 8.3. */
export type Start = {readonly after: number} | {readonly tail: number};

const TAIL = 200;
const MOST_TAIL = 10_000;
/** Events that a reader who catches up gets in one turn of the event loop. */
const PAGE = 200;
/** Readers at a time, those who catch up included. */
export const MOST_READERS = 128;
const RETRY_AFTER_SECONDS = 5;
/** A reader with more than this unread is cut; it comes back with its position. */
const UNREAD_BYTES = 1 << 20;
const KEEPALIVE_MS = 15_000;
const RETRY_MS = 500;

/** `after_id` comes before the header Last-Event-ID, which comes before `tail`; `tail=0` means none of those before. */
export function startOf(query: {after_id?: number; tail?: number}, lastEventId: string | undefined): Start {
  if (query.after_id !== undefined) return {after: query.after_id};
  if (lastEventId !== undefined && /^\d{1,16}$/.test(lastEventId)) return {after: Number(lastEventId)};
  return {tail: Math.min(query.tail ?? TAIL, MOST_TAIL)};
}

interface Reader {
  readonly response: ServerResponse;
  sent: number;
}

/** Gives each event to everybody who reads `/events`, and to those who come late what they have missed. */
export class EventStream {
  readonly #cache: Cache;
  readonly #readers = new Set<Reader>();
  readonly #keepalive: NodeJS.Timeout;
  /** While a cache is filled from nothing, whoever comes waits for it: what they have missed may not be in it yet. */
  ready: Promise<void> = Promise.resolve();
  readonly #responses = new Set<ServerResponse>();
  #turns: Promise<void> = Promise.resolve();

  constructor(cache: Cache) {
    this.#cache = cache;
    this.#keepalive = setInterval(() => {
      for (const reader of this.#readers) this.#write(reader, ': keepalive\n\n');
    }, KEEPALIVE_MS);
    this.#keepalive.unref();
  }

  get readers(): number {
    return this.#readers.size;
  }

  publish(events: readonly NumberedEvent[]): void {
    const frames = events.map((event) => ({id: event.id, frame: frameOf(event)}));
    for (const reader of this.#readers) for (const {id, frame} of frames) this.#send(reader, id, frame);
  }

  /** Serves one reader until it goes, or is too slow. Refuses it with 503 while there are too many. */
  async serve(response: ServerResponse, start: Start): Promise<void> {
    if (this.#responses.size >= MOST_READERS) {
      response.writeHead(503, {'content-type': 'application/json; charset=utf-8', 'retry-after': String(RETRY_AFTER_SECONDS)});
      const error = `At most ${MOST_READERS} clients may read the events at a time. Close one, or try again later.`;
      response.end(`${JSON.stringify({error}, null, 2)}\n`);
      return;
    }
    this.#responses.add(response);
    response.once('close', () => this.#responses.delete(response));
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    await this.ready;
    await this.#turn();
    if (isOver(response)) return;
    const reader: Reader = {response, sent: this.#from(start)};
    response.on('close', () => this.#readers.delete(reader));
    for (;;) {
      await this.#turn();
      if (isOver(response)) return;
      const missed = this.#after(reader.sent);
      if (missed.length === 0) break;
      for (const event of missed) this.#send(reader, event.id, frameOf(event), Number.POSITIVE_INFINITY);
      if (response.writableNeedDrain && !(await drained(response))) return;
      if (isOver(response)) return;
    }
    if (!isOver(response)) this.#readers.add(reader);
  }

  /** Ends all connections, also of those who catch up; readers come back with their position, if they still may. */
  cut(): void {
    for (const response of this.#responses) response.end();
  }

  close(): void {
    clearInterval(this.#keepalive);
    this.cut();
  }

  /** Resolves in a turn of the event loop that no other reader has: between two of them, other requests are served. */
  #turn(): Promise<void> {
    this.#turns = this.#turns.then(() => new Promise((done) => void setImmediate(done)));
    return this.#turns;
  }

  #from(start: Start): number {
    if ('after' in start) return start.after;
    if (start.tail === 0) return this.#cache.lastEventId;
    const before = this.#cache.one<{id: number}>('SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?', start.tail);
    return before?.id ?? -1;
  }

  #after(id: number): NumberedEvent[] {
    return this.#cache
      .all<{id: number; ts: string; type: NumberedEvent['type']; data_json: string}>(
        `SELECT id, ts, type, data_json FROM events WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
        id,
      )
      .map(({id, ts, type, data_json}) => ({id, ts, type, data: JSON.parse(data_json) as NumberedEvent['data']}));
  }

  #send(reader: Reader, id: number, frame: string, unread = UNREAD_BYTES): void {
    if (id <= reader.sent) return;
    reader.sent = id;
    this.#write(reader, frame, unread);
  }

  #write(reader: Reader, frame: string, unread = UNREAD_BYTES): void {
    const {response} = reader;
    if (isOver(response)) {
      this.#readers.delete(reader);
    } else if (response.writableLength > unread) {
      this.#readers.delete(reader);
      response.destroy();
    } else {
      response.write(frame);
    }
  }
}

function isOver(response: ServerResponse): boolean {
  return response.destroyed || response.writableEnded;
}

function frameOf({id, ts, type, data}: NumberedEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ts, ...data})}\n\n`;
}

/** False for a reader that takes nothing for as long as a keepalive. */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise((done) => {
    const end = (fine: boolean): void => {
      clearTimeout(timer);
      response.off('drain', onDrain).off('close', onClose);
      if (!fine) response.destroy();
      done(fine);
    };
    const onDrain = (): void => end(true);
    const onClose = (): void => end(false);
    const timer = setTimeout(onClose, KEEPALIVE_MS);
    response.on('drain', onDrain).on('close', onClose);
  });
}
