import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {VNode} from 'preact';
import {Type} from 'typebox';
import {SEARCH_CHARS} from './api-routes.ts';
import {type LogContents, logContents} from './contents.ts';
import type {LogAccess} from './log-access.ts';
import {FULL_LOG, logFile} from './open-logs.ts';
import {type LogPageProps, logPage, PAGE_LINES} from './page.tsx';
import {readLines, WAIT_MS, within} from './read-lines.ts';
import {type LogHits, searchLog} from './search.ts';
import type {UnpackedLog} from './unpacked-log.ts';

/** Sends a page in the layout that all pages share. */
export type RenderPage = (
  request: FastifyRequest,
  reply: FastifyReply,
  page: {title: string; section: 'runs'; body: VNode; scripts?: string[]; styles?: string[]},
) => FastifyReply;

const PAGE_HITS = 200;

/** Registers the page of a log. */
export function logPageRoute(app: FastifyInstance, logs: LogAccess, render: RenderPage): void {
  const schema = {hide: true, params: Type.Object({bundleId: Type.String()})};
  app.get('/ui/bundles/:bundleId/log', {schema}, async (request, reply) => {
    const {bundleId} = request.params as {bundleId: string};
    const query = parseQuery(request.query as Readonly<Record<string, unknown>>);
    const props = await logs.use(bundleId, query.file, async (log, dir) => ({
      ...(await readPage(log, dir, query)),
      relpath: (await logFile(dir, query.file)) ?? query.file,
    }));
    return render(request, reply, {
      title: `Log of ${bundleId}`,
      section: 'runs',
      body: logPage({bundleId, ...props}),
      scripts: ['log-viewer.js'],
      styles: ['log.css'],
    });
  });
}

/** The query of the page; a number that is none counts as not given. */
interface LogQuery {
  readonly file: string;
  readonly line: number | undefined;
  /** Last line of the range that begins with `line`. */
  readonly to: number | undefined;
  readonly q: string;
  readonly cased: boolean;
  readonly after: number;
}

function parseQuery(query: Readonly<Record<string, unknown>>): LogQuery {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '');
  const number = (key: string): number | undefined => (/^[1-9]\d{0,14}$/.test(text(key)) ? Number(text(key)) : undefined);
  return {
    file: text('file') || FULL_LOG,
    line: number('line'),
    to: number('to'),
    q: text('q').slice(0, SEARCH_CHARS),
    cased: text('cased') === '1',
    after: number('after') ?? 0,
  };
}

/** Reads the lines around the wanted one, which is the line of the query, else the first hit of the search, else the first finding. */
async function readPage(
  log: UnpackedLog,
  dir: string,
  {file, line, to, q, cased, after}: LogQuery,
): Promise<Omit<LogPageProps, 'bundleId' | 'relpath'>> {
  const contents: LogContents = await logContents(dir, file, log);
  if (q !== '') await within(WAIT_MS, log.unpacked);
  const hits: LogHits | undefined = q === '' ? undefined : await searchLog(log, {q, cased, after, limit: PAGE_HITS});
  const wanted = line ?? hits?.hits[0]?.line ?? contents.findings[0]?.line ?? 1;
  await within(WAIT_MS, log.reached(wanted + PAGE_LINES));
  const at = Math.max(1, Math.min(wanted, log.lines));
  const from = Math.max(1, Math.min(at - PAGE_LINES / 2, log.lines - PAGE_LINES + 1));
  const shown = await readLines(log, from, PAGE_LINES);
  const end = to === undefined || to <= at ? undefined : Math.min(to, log.lines);
  return {...shown, file, line: at, end, contents, q, cased, hits};
}
