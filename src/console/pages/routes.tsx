import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {VNode} from 'preact';
import {Type} from 'typebox';
import {envNames} from '../../activities/dev-env.ts';
import {bundleOfAttempt} from '../../case/review/attempt-bundle.ts';
import type {AttemptResult, CaseStatus} from '../../case/status.ts';
import {plainText} from '../../case/text/plain-text.ts';
import {type Finding, portName} from '../../case/types.ts';
import {openBundleFile, readMeta} from '../../evidence/bundle.ts';
import {bundleFiles, kindOf} from '../../evidence/bundle-files.ts';
import {readBundleFile} from '../../evidence/reading.ts';
import {readRootCauses} from '../../evidence/root-causes.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import {assetText} from '../assets.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {sessionHtml} from '../attempt/session-html.tsx';
import {SessionView} from '../attempt/session-view.tsx';
import {EVENT_TYPES} from '../cache/case-events.ts';
import type {OpenedCase, Reading} from '../context.ts';
import {policyInEffect} from '../policy.ts';
import {compareRuns, lastDays, outcomesByRun, outcomesSince, spendByClass, spentSince} from '../queries/figures.ts';
import * as lists from '../queries/lists.ts';
import {Refusal} from '../refusal.ts';
import {type ApiDocument, ApiPage} from './api.tsx';
import {ArtifactPage, BUNDLE_TABS, BundlePage, defaultTab} from './bundle.tsx';
import {CasePage, SeveralBundles} from './case.tsx';
import {readAttempts, readProof, readRunning, readText, readTriage} from './case-parts.ts';
import {casePath} from './components.tsx';
import type {Page} from './layout.tsx';
import {BundlesPage, CasesPage, EventsPage, JobPage, JobsPage, PortsPage, RunsPage} from './lists.tsx';
import {Overview} from './overview.tsx';
import {ComparePage, PortPage, RunPage} from './run.tsx';

/** Sends a page with what all pages have in common. */
export type Render = (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;

/** Buttons and forms of a case, for who asks. */
export type Forms = (request: FastifyRequest, opened: OpenedCase) => Promise<VNode>;

const Word = Type.Optional(Type.String({maxLength: 200}));
const PageNumber = Type.Optional(Type.Integer({minimum: 1, maximum: 1_000_000}));

const WAITING_SHOWN = 60;
const EVENTS_SHOWN = 100;
const ACTIVITY_SHOWN = 500;
const HISTORY_SHOWN = 100;
const RUNS_PICTURED = 12;
const DAYS_PICTURED = 30;
const TEXT_BYTES = 512 << 10;
const DAY_MS = 86_400_000;

/** The pages, each readable without JavaScript. */
export function pageRoutes(app: FastifyInstance, reading: Reading, render: Render, forms: Forms): void {
  const {cache, env, health, openCase, bundle: placeOf} = reading;
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const tags = {tags: ['pages'], hide: true};

  routes.get('/', {schema: tags}, async (request, reply) => {
    const now = Date.now();
    const today = new Date(now).toISOString().slice(0, 10);
    const month = new Date(now - DAYS_PICTURED * DAY_MS).toISOString();
    const body = (
      <Overview
        now={now}
        waiting={lists.waitingCases(cache, WAITING_SHOWN)}
        waitingTotal={lists.countWaiting(cache)}
        busy={lists.busyCases(cache, WAITING_SHOWN)}
        today={outcomesSince(cache, today)}
        spent={spentSince(cache, today)}
        cap={(await policyInEffect(env))?.limits?.day}
        health={health()}
        envs={envNames(env)}
        byClass={spendByClass(cache, month)}
        days={lastDays(cache, DAYS_PICTURED, now)}
        runs={outcomesByRun(cache, RUNS_PICTURED)}
      />
    );
    return render(request, reply, {title: 'Overview', section: 'overview', live: 'all', body});
  });

  const cases = Type.Object({
    ...{state: Word, phase: Word, tier: Word, class: Word, outcome: Word, target: Word, q: Word},
    page: PageNumber,
  });
  routes.get('/ui/cases', {schema: {...tags, querystring: cases}}, (request, reply) => {
    const {page = 1, ...filter} = request.query;
    const words = {
      tiers: lists.wordsOf(cache, 'cases', 'tier'),
      classes: lists.wordsOf(cache, 'cases', 'classification'),
      targets: lists.wordsOf(cache, 'cases', 'target'),
    };
    const body = <CasesPage listed={lists.listCases(cache, filter, page)} filter={filter} words={words} now={Date.now()} />;
    return render(request, reply, {title: 'Cases', section: 'cases', live: 'all', body});
  });

  const jobs = Type.Object({state: Word, type: Word, q: Word, page: PageNumber});
  routes.get('/ui/jobs', {schema: {...tags, querystring: jobs}}, (request, reply) => {
    const {page = 1, ...filter} = request.query;
    const body = <JobsPage listed={lists.listJobs(cache, filter, page)} filter={filter} />;
    return render(request, reply, {title: 'Jobs', section: 'jobs', live: 'all', body});
  });

  routes.get('/ui/jobs/:id', {schema: {...tags, params: Type.Object({id: Type.String()})}}, (request, reply) => {
    const {id} = request.params;
    const job = lists.jobLine(cache, id);
    if (job === undefined) throw new Refusal(404, `There is no job ${id}. The list of jobs has those that are known.`);
    const body = <JobPage job={job} activity={lists.activityOfJob(cache, id, ACTIVITY_SHOWN)} />;
    return render(request, reply, {title: id, section: 'jobs', live: `job_id=${encodeURIComponent(id)}`, body});
  });

  const events = Type.Object({
    type: Type.Optional(Type.Enum(['', ...EVENT_TYPES])),
    ...{origin: Word, failures: Type.Optional(Type.Literal('1')), before: Type.Optional(Type.Integer({minimum: 0}))},
  });
  routes.get('/ui/events', {schema: {...tags, querystring: events}}, (request, reply) => {
    const {before, type, origin, failures} = request.query;
    const filter = {type: type || undefined, origin: origin || undefined, failures: failures === '1'};
    const found = lists.listEvents(cache, filter, before, EVENTS_SHOWN);
    const older = found.length === EVENTS_SHOWN ? found.at(-1)?.id : undefined;
    const body = <EventsPage events={found} filter={filter} before={before} older={older} />;
    return render(request, reply, {title: 'Events', section: 'events', ...(before === undefined ? {live: 'all'} : {}), body});
  });

  const runs = Type.Object({profile: Word, target: Word, page: PageNumber});
  routes.get('/ui/runs', {schema: {...tags, querystring: runs}}, (request, reply) => {
    const {page = 1, ...filter} = request.query;
    const words = {profiles: lists.wordsOf(cache, 'runs', 'profile'), targets: lists.wordsOf(cache, 'runs', 'target')};
    const body = <RunsPage listed={lists.listRuns(cache, filter, page)} filter={filter} words={words} />;
    return render(request, reply, {title: 'Runs', section: 'runs', live: 'all', body});
  });

  routes.get('/ui/runs/:id', {schema: {...tags, params: Type.Object({id: Type.String()})}}, (request, reply) => {
    const {id} = request.params;
    const run = lists.runLine(cache, id);
    if (run === undefined) throw new Refusal(404, `There is no run ${id}. The list of runs has those that are known.`);
    const found = lists.casesOfRun(cache, id);
    const outcomes = new Map<string, number>();
    for (const {outcome, phase} of found) outcomes.set(outcome ?? phase, (outcomes.get(outcome ?? phase) ?? 0) + 1);
    const body = (
      <RunPage
        run={run}
        before={lists.runBefore(cache, run)}
        bundles={lists.bundlesIn(cache, id)}
        cases={found}
        outcomes={[...outcomes].map(([word, n]) => ({word, n}))}
        webUi={reading.webUi}
        now={Date.now()}
      />
    );
    return render(request, reply, {title: id, section: 'runs', live: `run_id=${encodeURIComponent(id)}`, body});
  });

  routes.get('/ui/compare', {schema: {...tags, querystring: Type.Object({a: Word, b: Word})}}, (request, reply) => {
    const {a = '', b = ''} = request.query;
    const comparison = a && b ? compareRuns(cache, a, b) : undefined;
    const known = lists.listRuns(cache, {}, 1).rows;
    const body = <ComparePage a={lists.runLine(cache, a)} b={lists.runLine(cache, b)} comparison={comparison} runs={known} />;
    return render(request, reply, {title: 'Compare two runs', section: 'runs', body});
  });

  routes.get('/ui/ports', {schema: {...tags, querystring: Type.Object({q: Word, page: PageNumber})}}, (request, reply) => {
    const {q, page = 1} = request.query;
    const body = <PortsPage listed={lists.listPorts(cache, q, page)} q={q} now={Date.now()} />;
    return render(request, reply, {title: 'Ports', section: 'ports', live: 'all', body});
  });

  routes.get('/ui/ports/*', {schema: tags}, (request, reply) => {
    const origin = (request.params as {'*': string})['*'];
    const found = lists.bundlesOfPort(cache, origin, HISTORY_SHOWN);
    if (found.length === 0)
      throw new Refusal(404, `No failure of a port ${origin} is known. The list of ports has those that have failed.`);
    const body = (
      <PortPage origin={origin} bundles={found} cases={lists.casesOfPort(cache, origin, HISTORY_SHOWN)} now={Date.now()} />
    );
    return render(request, reply, {title: origin, section: 'ports', live: `origin=${encodeURIComponent(origin)}`, body});
  });

  const bundles = Type.Object({class: Word, run: Word, target: Word, outcome: Word, signature: Word, q: Word, page: PageNumber});
  routes.get('/ui/bundles', {schema: {...tags, querystring: bundles}}, (request, reply) => {
    const {page = 1, ...filter} = request.query;
    const words = {
      classes: lists.wordsOf(cache, 'bundles', 'classification'),
      targets: lists.wordsOf(cache, 'bundles', 'target'),
    };
    const body = <BundlesPage listed={lists.listBundles(cache, filter, page)} filter={filter} words={words} now={Date.now()} />;
    return render(request, reply, {title: 'Bundles', section: 'bundles', live: 'all', body});
  });

  const bundleParams = Type.Object({id: Type.String()});
  const tabs = Type.Object({tab: Type.Optional(Type.Enum([...BUNDLE_TABS]))});
  routes.get('/ui/bundles/:id', {schema: {...tags, params: bundleParams, querystring: tabs}}, async (request, reply) => {
    const {id} = request.params;
    const line = lists.bundleLine(cache, id);
    const place = await placeOf(id);
    if (line === undefined || place === undefined)
      throw new Refusal(
        404,
        `There is no bundle ${id} below ${reading.roots.join(', ')}. LOGS_ROOT names dsynth's log directories.`,
      );
    const files = await bundleFiles(place.dir);
    const tab = request.query.tab ?? defaultTab(files);
    const shown = {
      summary: [],
      triage: ['analysis/triage.md'],
      patch: ['analysis/patch.md', 'analysis/changes.diff'],
      logs: ['logs/errors.txt'],
      artifacts: [],
    }[tab];
    const texts = new Map<string, string>();
    for (const relpath of shown) {
      const found = await readText(place.dir, relpath);
      if (found !== undefined) texts.set(relpath, found);
    }
    const opened = line.case_run_id === null ? undefined : await openCase(line.workflow_id, line.case_run_id);
    const body = (
      <BundlePage
        bundle={line}
        tab={tab}
        files={files}
        meta={await readMeta(place.dir).catch(() => new Map())}
        texts={texts}
        causes={await readRootCauses(place.dir)}
        findings={opened === undefined ? [] : findingsIn(opened.status, id)}
        jobs={cache.all('SELECT * FROM jobs WHERE bundle_id = ? ORDER BY type DESC', id)}
        asks={opened?.isOpen === true && opened.status.phase === 'awaiting-operator'}
      />
    );
    return render(request, reply, {
      title: id,
      section: 'bundles',
      live: `bundle_id=${encodeURIComponent(id)}`,
      styles: ['attempt.css'],
      body,
    });
  });

  routes.get('/ui/bundles/:id/artifacts/*', {schema: tags}, async (request, reply) => {
    const {id, '*': relpath} = request.params as {id: string; '*': string};
    const place = await placeOf(id);
    const file = place && (await openBundleFile(place.dir, relpath).catch(() => undefined));
    await file?.close();
    if (place === undefined || file === undefined)
      throw new Refusal(404, `Bundle ${id} has no file ${JSON.stringify(relpath)}. Its tab "artifacts" lists those that it has.`);
    const found = await readBundleFile(place.dir, relpath, TEXT_BYTES);
    const body = (
      <ArtifactPage
        bundleId={id}
        relpath={relpath}
        kind={kindOf(relpath)}
        text={found === undefined ? '' : plainText(found.text)}
        truncated={found?.truncated === true}
      />
    );
    return render(request, reply, {title: `${relpath} of ${id}`, section: 'bundles', styles: ['attempt.css'], body});
  });

  const caseParams = Type.Object({id: Type.String()});
  const caseQuery = Type.Object({run: Word, said: Type.Optional(Type.String({maxLength: 2000}))});
  routes.get('/ui/cases/:id', {schema: {...tags, params: caseParams, querystring: caseQuery}}, async (request, reply) => {
    const {id} = request.params;
    const opened = await caseOr404(id, request.query.run);
    const {status, isOpen} = opened;
    const parts = await readAttempts(reading, status);
    const dir = status.bundle === null ? undefined : (await placeOf(status.bundle.bundleId))?.dir;
    const body = (
      <CasePage
        status={status}
        isOpen={isOpen}
        triage={await readTriage(reading, status)}
        causes={dir === undefined ? undefined : await readRootCauses(dir)}
        attempts={parts}
        running={await readRunning(reading, status)}
        proof={await readProof(reading, status)}
        earlier={lists
          .casesOfPort(cache, status.port.origin, HISTORY_SHOWN)
          .filter((one) => one.case_run_id !== status.runId && one.workflow_id === caseId(status.port))}
        webUi={reading.webUi}
        said={request.query.said}
        forms={isOpen ? await forms(request, opened) : undefined}
        now={Date.now()}
      />
    );
    const title = portName(status.port);
    return render(request, reply, {
      title,
      section: 'cases',
      live: `case=${encodeURIComponent(id)}`,
      styles: ['attempt.css'],
      body,
    });
  });

  routes.get(
    '/ui/cases/:id/diff/:attempt',
    {schema: {...tags, params: Type.Object({id: Type.String(), attempt: Type.Integer()}), querystring: Type.Object({run: Word})}},
    async (request, reply) => {
      const {id, attempt} = request.params;
      const {status} = await caseOr404(id, request.query.run);
      const found = (await readAttempts(reading, status)).find((one) => one.attempt.attempt === attempt);
      if (found?.diff === undefined)
        throw new Refusal(404, `${id} has no diff of an attempt ${attempt}. Its page lists the attempts.`);
      const body = (
        <>
          <h1>
            Diff of attempt {attempt}, <a href={casePath(id, request.query.run)}>{portName(status.port)}</a>
          </h1>
          <SeveralBundles status={status} attempt={found.attempt} />
          <DiffView diff={found.diff} findings={found.attempt.findings} />
        </>
      );
      return render(request, reply, {
        title: `Diff ${attempt} of ${status.port.origin}`,
        section: 'cases',
        styles: ['attempt.css'],
        body,
      });
    },
  );

  routes.get(
    '/ui/cases/:id/session',
    {schema: {...tags, params: caseParams, querystring: Type.Object({run: Word})}},
    async (request, reply) => {
      const {status} = await caseOr404(request.params.id, request.query.run);
      const body = (
        <>
          <h1>
            Session of <a href={casePath(status.workflowId, request.query.run)}>{portName(status.port)}</a>
          </h1>
          <p class="facts">
            {factsOf(status)}{' '}
            <a class="button" href={`${casePath(status.workflowId)}/session.html?run=${status.runId}`}>
              As one file
            </a>
          </p>
          {status.attempts.map((one) => (
            <SeveralBundles key={one.attempt} status={status} attempt={one} />
          ))}
          <SessionView attempts={await readAttempts(reading, status)} />
        </>
      );
      return render(request, reply, {title: `Session of ${status.port.origin}`, section: 'cases', styles: ['attempt.css'], body});
    },
  );

  routes.get(
    '/ui/cases/:id/session.html',
    {schema: {...tags, params: caseParams, querystring: Type.Object({run: Word})}},
    async (request, reply) => {
      const {status} = await caseOr404(request.params.id, request.query.run);
      const {origin, flavor, target} = status.port;
      const css = (await Promise.all(['app.css', 'attempt.css'].map(assetText))).join('\n');
      const title = `${portName({origin, flavor})}, target ${target}`;
      const name = `session-${origin.replace('/', '_')}.html`;
      return reply
        .type('text/html; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(sessionHtml({title, facts: factsOf(status), css, attempts: await readAttempts(reading, status)}));
    },
  );

  routes.get('/ui/api', {schema: tags}, (request, reply) => {
    const body = <ApiPage document={app.swagger() as ApiDocument} />;
    return render(request, reply, {title: 'HTTP interface', section: undefined, body});
  });

  async function caseOr404(id: string, run: string | undefined): Promise<OpenedCase> {
    const opened = await openCase(id, run || undefined);
    if (opened === undefined) throw new Refusal(404, `There is no case ${id}. The list of cases has those that are known.`);
    return opened;
  }
}

/** Findings of the last diff that was recorded in a bundle. */
function findingsIn(status: CaseStatus, bundleId: string): readonly Finding[] {
  const isHere = (one: AttemptResult): boolean => bundleOfAttempt(status, one)?.bundleId === bundleId;
  return status.attempts.findLast((one) => one.diff !== undefined && isHere(one))?.findings ?? [];
}

function factsOf({workflowId, outcome, phase, attempts}: CaseStatus): string {
  return `${workflowId}: ${outcome ?? `in ${phase}`}, ${attempts.length} attempts.`;
}
