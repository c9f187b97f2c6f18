import {setTimeout as delay} from 'node:timers/promises';
import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {VNode} from 'preact';
import {Type} from 'typebox';
import type {ConsoleContext} from '../context.ts';
import {Refusal} from '../refusal.ts';
import {type LogContents, logContents} from './contents.ts';
import {isLogName, logFile, OpenLogs, WHOLE_LOG} from './open-logs.ts';
import {type LogPageProps, logPage, PAGE_LINES} from './page.tsx';
import {type LogHits, searchLog} from './search.ts';
import type {UnpackedLog} from './unpacked-log.ts';

/** What the layout of all pages puts around a page. */
export type RenderPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  page: {title: string; section: 'bundles'; body: VNode; scripts?: string[]; styles?: string[]},
) => FastifyReply;

const MOST_LINES = 2000;
const MOST_HITS = 1000;
const PAGE_HITS = 200;
const Q_CHARS = 200;
/** How long a request waits for a line of a log that is being unpacked. */
const WAIT_MS = 5000;

const Text = Type.String();
const Line = Type.Integer({minimum: 1});
const Failure = Type.Object({error: Text}, {description: 'what, the rule, what was got, what to do next'});
const Params = Type.Object({bundleId: Text});
const File = Type.Optional(Type.String({description: 'log of a proof, `analysis/NAME`; without it the log of the failed build'}));
const doc = (summary: string, answer: object) => ({
  ...{tags: ['logs'], summary, params: Params},
  response: {200: answer, '4xx': Failure},
});

const LogLines = Type.Object({
  total: Type.Integer({description: 'lines; so far, until complete'}),
  bytes: Type.Integer({description: 'unpacked, so far'}),
  complete: Type.Boolean({description: 'false while the log is being unpacked'}),
  note: Type.Union([Text, Type.Null()], {description: 'why this is not the whole log'}),
  from: Type.Integer({description: 'number of the first of the lines, from 1'}),
  lines: Type.Array(Text, {description: 'each cut at 4000 bytes, without sequences and controls'}),
});
const Found = Type.Object({
  hits: Type.Array(Type.Object({line: Line, text: Text})),
  more: Type.Boolean({description: 'whether to go on from searchedTo'}),
  searchedTo: Type.Integer({description: 'the line up to which, or with before down to which, all hits are told'}),
});
const Kind = Type.Union([Type.Literal('cause'), Type.Literal('hint'), Type.Literal('consequence')]);
const Contents = Type.Object({
  phases: Type.Array(Type.Object({name: Text, from: Line, to: Line, failed: Type.Boolean()})),
  findings: Type.Array(Type.Object({line: Line, text: Text, kind: Kind, phase: Text}), {description: 'best first'}),
});

/** The viewer of logs and what it reads: lines, search and contents. Logs are held unpacked while the app runs. */
export function logRoutes(app: FastifyInstance, {bundle}: ConsoleContext, render: RenderPage): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const logs = new OpenLogs();
  app.addHook('onClose', () => logs.close());

  /** Works with a log; throws in words where there is none. */
  async function use<T extends object>(
    bundleId: string,
    file: string,
    work: (log: UnpackedLog, dir: string) => Promise<T>,
  ): Promise<T> {
    const place = await bundle(bundleId);
    if (place === undefined) throw new Refusal(404, `There is no bundle ${bundleId}. GET /bundles lists the latest.`);
    if (!isLogName(file)) throw new Refusal(404, badName(file));
    const answer = await logs.use(place.dir, file, (log) => work(log, place.dir));
    if (answer === undefined) throw new Refusal(404, noLog(bundleId, file));
    return answer;
  }

  const span = Type.Object({
    from: Type.Integer({minimum: 1, default: 1}),
    count: Type.Integer({minimum: 1, maximum: MOST_LINES, default: PAGE_LINES}),
    file: File,
  });
  routes.get(
    '/api/v1/bundles/:bundleId/log',
    {schema: {...doc('Lines of a log', LogLines), querystring: span}},
    ({params, query: {from, count, file = WHOLE_LOG}}) => use(params.bundleId, file, (log) => linesOf(log, from, count)),
  );

  const search = Type.Object({
    q: Type.String({minLength: 1, maxLength: Q_CHARS, description: 'found literally'}),
    cased: Type.Boolean({default: false, description: 'whether capitals count'}),
    after: Type.Integer({minimum: 0, default: 0, description: 'hits behind this line, nearest first'}),
    before: Type.Optional(Type.Integer({minimum: 1, description: 'instead: hits before this line, nearest first'})),
    limit: Type.Integer({minimum: 1, maximum: MOST_HITS, default: 100}),
    file: File,
  });
  routes.get(
    '/api/v1/bundles/:bundleId/log/search',
    {schema: {...doc('Lines of a log that have a text', Found), querystring: search}},
    ({params, query: {file = WHOLE_LOG, ...wanted}}) =>
      use(params.bundleId, file, async (log) => {
        await within(WAIT_MS, log.unpacked);
        return searchLog(log, wanted);
      }),
  );

  routes.get(
    '/api/v1/bundles/:bundleId/log/contents',
    {
      schema: {
        ...doc('Phases of a log, and the lines that may say why the build failed', Contents),
        querystring: Type.Object({file: File}),
      },
    },
    ({params, query: {file = WHOLE_LOG}}) => use(params.bundleId, file, (log, dir) => logContents(dir, file, log)),
  );

  routes.get('/ui/bundles/:bundleId/log', {schema: {hide: true, params: Params}}, async (request, reply) => {
    const {bundleId} = request.params;
    const asked = askedOf(request.query as Readonly<Record<string, unknown>>);
    const props = await use(bundleId, asked.file, async (log, dir) => ({
      ...(await pageOf(log, dir, asked)),
      relpath: (await logFile(dir, asked.file)) ?? asked.file,
    }));
    return render(request, reply, {
      title: `Log of ${bundleId}`,
      section: 'bundles',
      body: logPage({bundleId, ...props}),
      scripts: ['log-viewer.js'],
      styles: ['log.css'],
    });
  });
}

/** What the address of a page asks for; what is no number there counts as not given. */
interface Asked {
  readonly file: string;
  readonly line: number | undefined;
  readonly q: string;
  readonly cased: boolean;
  readonly after: number;
}

function askedOf(query: Readonly<Record<string, unknown>>): Asked {
  const word = (key: string): string => (typeof query[key] === 'string' ? query[key] : '');
  const number = (key: string): number | undefined => (/^[1-9]\d{0,14}$/.test(word(key)) ? Number(word(key)) : undefined);
  return {
    file: word('file') || WHOLE_LOG,
    line: number('line'),
    q: word('q').slice(0, Q_CHARS),
    cased: word('cased') === '1',
    after: number('after') ?? 0,
  };
}

async function linesOf(log: UnpackedLog, from: number, count: number) {
  await within(WAIT_MS, log.reached(from + count));
  const lines = await log.linesFrom(from, count);
  return {total: log.lines, bytes: log.bytes, complete: log.isComplete, note: log.note, from, lines};
}

/** The page is about the line asked for, else the first hit of the search, else the first finding. */
async function pageOf(
  log: UnpackedLog,
  dir: string,
  {file, line, q, cased, after}: Asked,
): Promise<Omit<LogPageProps, 'bundleId' | 'relpath'>> {
  const contents: LogContents = await logContents(dir, file, log);
  if (q !== '') await within(WAIT_MS, log.unpacked);
  const hits: LogHits | undefined = q === '' ? undefined : await searchLog(log, {q, cased, after, limit: PAGE_HITS});
  const wanted = line ?? hits?.hits[0]?.line ?? contents.findings[0]?.line ?? 1;
  await within(WAIT_MS, log.reached(wanted + PAGE_LINES));
  const at = Math.max(1, Math.min(wanted, log.lines));
  const from = Math.max(1, Math.min(at - PAGE_LINES / 2, log.lines - PAGE_LINES + 1));
  const shown = await linesOf(log, from, PAGE_LINES);
  return {...shown, file, line: at, contents, q, cased, hits};
}

/** Waits for something, but not for longer. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const timer = delay(ms, undefined, {signal: over.signal}).catch(() => undefined);
  await Promise.race([work, timer]);
  over.abort();
}

function badName(file: string): string {
  return `The log of a proof is named analysis/NAME, NAME of letters, digits, "_", "-" and "."; got ${JSON.stringify(file.slice(0, 100))}. Leave "file" out for the log of the failed build.`;
}

function noLog(bundleId: string, file: string): string {
  if (file === WHOLE_LOG)
    return `${bundleId} has no whole log, neither logs/full.log nor logs/full.log.gz. What was kept of it is in logs/errors.txt; GET /bundles/${bundleId} lists the files.`;
  return `${bundleId} has no ${file}. GET /bundles/${bundleId} lists the files.`;
}
