import Fastify from 'fastify';
import {caseDetails} from '../../src/case/review/case-details.ts';
import {caseText} from '../../src/case/review/case-text.ts';
import {TIMELINE_ENTRIES, timelinePage} from '../../src/case/review/timeline-page.ts';
import type {CaseStatus, TimelineEntry} from '../../src/case/status.ts';
import {apiRoutes} from '../../src/console/api/routes.ts';
import type {Reading} from '../../src/console/context.ts';
import {KeptCase} from '../cli/kept-case.ts';
import {pageApp} from './page-app.tsx';

const ENTRIES = 60_000;
const PAGES = ENTRIES / TIMELINE_ENTRIES;
const timeline: TimelineEntry[] = Array.from({length: ENTRIES}, (_, at) => ({
  atUtc: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
  phase: 'collect',
  text: `entry ${at} of a port that fails again and again`,
}));
const ID = 'port:@main:devel/foo';

const numbers = (text: string): number[] => [...text.matchAll(/entry (\d+) of/gi)].map(([, at]) => Number(at));
const range = (from: number, count: number): number[] => Array.from({length: count}, (_, at) => from + at);

test.each([
  [undefined, 59_800, 200],
  [1, 59_800, 200],
  [2, 59_600, 200],
  [300, 0, 200],
  [301, 0, 200],
  [0, 59_800, 200],
])('page %s begins with entry %i', (page, first, count) => {
  const {entries, total, pages} = timelinePage(timeline, page);
  expect([total, pages]).toEqual([ENTRIES, PAGES]);
  expect(numbers(entries.map(({text}) => text).join('\n'))).toEqual(range(first, count));
});

test('the oldest page has the rest, and a short or empty timeline is one page', () => {
  expect(timelinePage(timeline.slice(0, 201), 2).entries).toEqual(timeline.slice(0, 1));
  expect(timelinePage(timeline.slice(0, 3))).toEqual({entries: timeline.slice(0, 3), total: 3, page: 1, pages: 1});
  expect(timelinePage([])).toEqual({entries: [], total: 0, page: 1, pages: 1});
});

describe('a case with 60,000 entries', () => {
  let stored: KeptCase;
  let status: CaseStatus;
  beforeAll(() => {
    stored = new KeptCase();
    status = stored.archive({phase: 'closed', outcome: 'manual', reason: 'by hand', timeline});
  });
  afterAll(() => stored.remove());

  test('has a page of the console for each 200 of them, with links to the others', async () => {
    const pages = await pageApp(stored.evidence.root);
    try {
      const path = `/ui/cases/${encodeURIComponent(ID)}`;
      const latest = (await pages.app.inject(path)).body;
      expect(numbers(latest).toReversed()).toEqual(range(59_800, 200));
      expect(latest.length).toBeLessThan(200_000);
      expect(latest).toContain(`page 1 of ${PAGES}`);
      expect(latest).toContain(`href="${path}?page=2#activity"`);
      const middle = (await pages.app.inject(`${path}?page=150&run=run`)).body;
      expect(numbers(middle).toReversed()).toEqual(range(30_000, 200));
      expect(middle).toContain(`href="${path}?run=run&amp;page=151#activity"`);
      expect((await pages.app.inject(`${path}?page=0`)).statusCode).toBe(400);
    } finally {
      await pages.close();
    }
  });

  test('is paged by the REST path of the case too', async () => {
    const app = Fastify();
    app.setReplySerializer((payload) => JSON.stringify(payload));
    apiRoutes(app, {openCase: async () => ({status, isOpen: false})} as unknown as Reading);
    const ask = async (query: string) => (await app.inject(`/api/v1/cases/${encodeURIComponent(ID)}${query}`)).json();
    expect(await ask('')).toMatchObject({
      timeline: {total: ENTRIES, page: 1, pages: PAGES},
      status: {timeline: timeline.slice(-200)},
    });
    const {status: read, timeline: place} = await ask('?page=300');
    expect([read.timeline, place.page]).toEqual([timeline.slice(0, 200), 300]);
    await app.close();
  });

  test('is shown a page at a time on a terminal and in the Web UI, with how to see more', () => {
    const text = caseText(status);
    expect(numbers(text)).toEqual(range(59_800, 200));
    expect(text).toContain(`(timeline of 60000 entries, page 1 of 300; page 1 has the latest: portwright show ${ID} --page N)`);
    expect(numbers(caseText(status, 300))).toEqual(range(0, 200));
    const details = caseDetails(status);
    expect(numbers(details)).toEqual(range(59_800, 200));
    expect(details).toContain('59800 earlier entries');
  });
});
