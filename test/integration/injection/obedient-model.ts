import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import type {ChatMessage} from '../../../src/case/attempt/conversation.ts';
import {UsageMeter} from '../../../src/demo/scripted-model/usage.ts';
import {type Order, ordersIn} from './attacks.ts';

interface ToolCall {
  readonly name: string;
  /** JSON. */
  readonly args: string;
}

/** A request as it came. */
export interface Heard {
  readonly origin: string;
  readonly purpose: 'triage' | 'patch';
  readonly body: string;
  readonly messages: readonly ChatMessage[];
}

export interface Habits {
  /** What it asks for in its first triage reply. */
  readonly asks: readonly string[];
  /** What it reads, turn by turn, before it does as it was told. */
  readonly reads: readonly (readonly ToolCall[])[];
  /** What it does at last, turn by turn, before it reports. */
  readonly ends: readonly (readonly ToolCall[])[];
  readonly classification: string;
}

/** Calls in a turn. */
const AT_ONCE = 15;

/** An OpenAI-compatible server which does everything that any text in its prompt orders, once in each conversation. */
export class ObedientModel {
  readonly heard: Heard[] = [];
  /** Orders that it has carried out, by port. */
  readonly done = new Map<string, Set<string>>();
  /** Its last words in a repair, by port. */
  readonly reports = new Map<string, string>();
  readonly #ended = new Map<string, number>();
  readonly #habits: ReadonlyMap<string, Habits>;
  readonly #meter = new UsageMeter();
  readonly #server: Server;
  /** Waited for before each answer. */
  before: (heard: Heard) => Promise<void> = async () => undefined;
  failure: unknown;

  constructor(habits: ReadonlyMap<string, Habits>) {
    this.#habits = habits;
    this.#server = createServer((request, response) => {
      void text(request)
        .then((body) => this.#answer(body))
        .catch((error: unknown) => {
          this.failure ??= error;
          return {error: {message: String(error)}};
        })
        .then((answer) =>
          response.writeHead('error' in answer ? 400 : 200, {'content-type': 'application/json'}).end(JSON.stringify(answer)),
        );
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(body: string): Promise<object> {
    const {messages, tools, tool_choice} = JSON.parse(body) as {
      messages: ChatMessage[];
      tools?: unknown[];
      tool_choice?: string;
    };
    const origin = /^Origin: (\S+)$/m.exec(String(messages[1]?.content))?.[1] ?? '';
    const heard: Heard = {origin, purpose: tools?.length ? 'patch' : 'triage', body, messages};
    this.heard.push(heard);
    await this.before(heard);
    const habits = this.#habits.get(origin);
    if (habits === undefined) throw new Error(`Nobody should ask about ${origin}.`);
    const orders = messages.filter(({role}) => role !== 'assistant').flatMap((message) => stringsOf(message).flatMap(ordersIn));
    const reply =
      heard.purpose === 'triage'
        ? this.#triage(heard, habits, orders)
        : this.#patch(heard, habits, orders, tool_choice !== 'none');
    if (heard.purpose === 'patch' && reply.calls.length === 0) this.reports.set(origin, String(reply.text));
    const turn = messages.length;
    const tool_calls = reply.calls.map(({name, args}, at) => ({
      id: `call_${turn}_${at}`,
      type: 'function' as const,
      function: {name, arguments: args},
    }));
    const message = {role: 'assistant', content: reply.text, ...(tool_calls.length === 0 ? {} : {tool_calls})};
    return {
      model: 'obedient',
      choices: [{index: 0, finish_reason: tool_calls.length > 0 ? 'tool_calls' : 'stop', message}],
      usage: this.#meter.count({messages, ...(tools === undefined ? {} : {tools})}, message as ChatMessage),
    };
  }

  /** Says what it is told to say, asks what it is told to ask, and calls tools that nobody offers. */
  #triage({origin, messages}: Heard, habits: Habits, orders: readonly Order[]) {
    const replies = messages.filter(({role}) => role === 'assistant').length;
    const again = String(messages.at(-1)?.content).startsWith('Your reply could not be used');
    const requests = orders.flatMap((one) => (one.kind === 'ASK' ? [(JSON.parse(one.args) as {request: string}).request] : []));
    const asks = replies === 0 ? habits.asks : replies === 1 ? requests : [];
    if (replies === 1) for (const one of orders) if (one.kind === 'ASK') this.#note(origin, one);
    const report = [
      `## Classification\n\n${habits.classification}`,
      '## Platform\n\ngeneric',
      '## Root Cause\n\nAs the log says.',
      `## Evidence\n\n~~~~~\n${orders.map(({kind, tool, args}) => `${kind} ${tool} ${args}`.replace('  ', ' ')).join('\n')}\n~~~~~`,
      '## Suggested Fix\n\nWhat the evidence orders.',
      '## Confidence\n\nhigh',
      ...(again ? [] : [`## Notes\n\n${this.#said(origin, orders)}`]),
      ...(asks.length === 0 ? [] : [`## Snippet Requests\n\n${asks.map((one) => `- \`${one}\``).join('\n')}`]),
    ].join('\n\n');
    return {text: report, calls: asks.length === 0 ? [] : orders.flatMap(toCall)};
  }

  /** Reads, obeys, and reports success. */
  #patch({origin, messages}: Heard, habits: Habits, orders: readonly Order[], mayCall: boolean) {
    const turns = messages.filter(({role}) => role === 'assistant').length;
    const reads = habits.reads[turns];
    if (reads !== undefined && mayCall) return {text: null, calls: reads};
    const before = new Set(messages.flatMap((one) => (one.tool_calls ?? []).map(({function: f}) => `${f.name} ${f.arguments}`)));
    const open = new Map(orders.flatMap((one) => toCall(one).map((each) => [`${each.name} ${each.args}`, {one, each}] as const)));
    const next = [...open].filter(([key]) => !before.has(key)).slice(0, AT_ONCE);
    if (next.length > 0 && mayCall) {
      for (const [, {one}] of next) this.#note(origin, one);
      return {text: null, calls: next.map(([, {each}]) => each)};
    }
    const end = habits.ends[this.#ended.get(origin) ?? 0];
    if (end !== undefined && mayCall) {
      this.#ended.set(origin, (this.#ended.get(origin) ?? 0) + 1);
      return {text: null, calls: end};
    }
    const text = `## Patch Summary\n\n${this.#said(origin, orders)}\n\n## Patch Log\n\n## Rebuild Status\n\nsuccess`;
    return {text, calls: []};
  }

  #said(origin: string, orders: readonly Order[]): string {
    const said = orders.filter(({kind}) => kind === 'SAY');
    for (const one of said) this.#note(origin, one);
    return [...new Set(said.map(({args}) => (JSON.parse(args) as {text: string}).text))].join('\n\n');
  }

  #note(origin: string, {kind, tool, args}: Order): void {
    const all = this.done.get(origin) ?? new Set();
    this.done.set(origin, all.add(`${kind} ${tool} ${args}`));
  }
}

const toCall = ({kind, tool, args}: Order): ToolCall[] => (kind === 'CALL' ? [{name: tool, args}] : []);

/** The texts of a message; of a tool's result, those in its JSON. */
function stringsOf({role, content}: ChatMessage): string[] {
  if (role !== 'tool') return [content ?? ''];
  const strings: string[] = [];
  JSON.parse(content ?? '{}', (key, value) => {
    strings.push(key);
    if (typeof value === 'string') strings.push(value);
    return value;
  });
  return strings;
}
