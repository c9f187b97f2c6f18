import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import {logContents} from './contents.ts';
import type {LogAccess} from './log-access.ts';
import {FULL_LOG} from './open-logs.ts';
import {PAGE_LINES} from './page.tsx';
import {readLines, WAIT_MS, within} from './read-lines.ts';
import {searchLog} from './search.ts';

const MOST_LINES = 2000;
const MOST_HITS = 1000;
export const SEARCH_CHARS = 200;

const Text = Type.String();
const Line = Type.Integer({minimum: 1});
const Failure = Type.Object({error: Text}, {description: 'what, the rule, what was got, what to do next'});
const Params = Type.Object({bundleId: Text});
const File = Type.Optional(Type.String({description: 'log of a proof, `analysis/NAME`; without it the log of the failed build'}));
const doc = (summary: string, answer: object) => ({
  tags: ['logs'],
  summary,
  params: Params,
  response: {200: answer, '4xx': Failure},
});

const LogLines = Type.Object({
  total: Type.Integer({description: 'lines; so far, until complete'}),
  bytes: Type.Integer({description: 'unpacked, so far'}),
  complete: Type.Boolean({description: 'false while the log is being unpacked'}),
  note: Type.Union([Text, Type.Null()], {description: 'why this is not all of the log'}),
  from: Type.Integer({description: 'number of the first of the lines, from 1'}),
  lines: Type.Array(Text, {description: 'each cut at 4000 bytes, without sequences and controls'}),
});
const Found = Type.Object({
  hits: Type.Array(Type.Object({line: Line, text: Text})),
  more: Type.Boolean({description: 'whether to go on from searchedTo'}),
  searchedTo: Type.Integer({description: 'the line up to which, or with before down to which, all hits are listed'}),
});
const Kind = Type.Union([Type.Literal('cause'), Type.Literal('hint'), Type.Literal('consequence')]);
const Contents = Type.Object({
  phases: Type.Array(Type.Object({name: Text, from: Line, to: Line, failed: Type.Boolean()})),
  findings: Type.Array(Type.Object({line: Line, text: Text, kind: Kind, phase: Text}), {description: 'best first'}),
});

/** Registers the paths of a log's lines, search and contents, which the viewer reads. */
export function logApiRoutes(app: FastifyInstance, logs: LogAccess): void {
  linesRoute(app, logs);
  searchRoute(app, logs);
  contentsRoute(app, logs);
}

function linesRoute(app: FastifyInstance, logs: LogAccess): void {
  const querystring = Type.Object({
    from: Type.Integer({minimum: 1, default: 1}),
    count: Type.Integer({minimum: 1, maximum: MOST_LINES, default: PAGE_LINES}),
    file: File,
  });
  const schema = {...doc('Lines of a log', LogLines), querystring};
  app
    .withTypeProvider<TypeBoxTypeProvider>()
    .get('/api/v1/bundles/:bundleId/log', {schema}, ({params, query: {from, count, file = FULL_LOG}}) =>
      logs.use(params.bundleId, file, (log) => readLines(log, from, count)),
    );
}

const Search = Type.Object({
  q: Type.String({minLength: 1, maxLength: SEARCH_CHARS, description: 'found literally'}),
  cased: Type.Boolean({default: false, description: 'whether upper and lower case differ'}),
  after: Type.Integer({minimum: 0, default: 0, description: 'hits behind this line, nearest first'}),
  before: Type.Optional(Type.Integer({minimum: 1, description: 'instead: hits before this line, nearest first'})),
  limit: Type.Integer({minimum: 1, maximum: MOST_HITS, default: 100}),
  file: File,
});

function searchRoute(app: FastifyInstance, logs: LogAccess): void {
  const schema = {...doc('Lines of a log that have a text', Found), querystring: Search};
  app
    .withTypeProvider<TypeBoxTypeProvider>()
    .get('/api/v1/bundles/:bundleId/log/search', {schema}, ({params, query: {file = FULL_LOG, ...wanted}}) =>
      logs.use(params.bundleId, file, async (log) => {
        await within(WAIT_MS, log.unpacked);
        return searchLog(log, wanted);
      }),
    );
}

function contentsRoute(app: FastifyInstance, logs: LogAccess): void {
  const summary = 'Phases of a log, and the lines that may name the cause of the failure';
  const schema = {...doc(summary, Contents), querystring: Type.Object({file: File})};
  app
    .withTypeProvider<TypeBoxTypeProvider>()
    .get('/api/v1/bundles/:bundleId/log/contents', {schema}, ({params, query: {file = FULL_LOG}}) =>
      logs.use(params.bundleId, file, (log, dir) => logContents(dir, file, log)),
    );
}
