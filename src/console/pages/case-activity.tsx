import type {VNode} from 'preact';
import {type Login, loginText} from '../../case/login.ts';
import type {TimelinePage} from '../../case/review/timeline-page.ts';
import type {CaseStatus, TimelineEntry} from '../../case/status.ts';
import type {Phase} from '../../case/types.ts';
import {visible} from '../attempt/visible.ts';
import {Feed, type FeedItem} from '../components/feed.tsx';
import type {IconName, Tone} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {casePath, counted, Pager} from './components.tsx';

interface ActivityProps {
  readonly status: CaseStatus;
  readonly timeline: TimelinePage;
  /** The run that the address names. */
  readonly run: string | undefined;
}

/** Renders who did what in a case, newest first; what operators wrote is quoted. */
export function ActivityPanel({status, timeline, run}: ActivityProps): VNode {
  const {entries, page, pages, total} = timeline;
  return (
    <Panel title="Activity" id="activity" end={counted(total, 'event')}>
      <Pager path={casePath(status.workflowId)} query={{run}} page={page} pages={pages} fragment="#activity" />
      {entries.length === 0 ? <p class="dim">Nothing has happened yet.</p> : null}
      {byDay(entries.toReversed()).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h3 class="dim small">{day}</h3>
          <Feed items={ofDay.map((entry) => feedItem(entry, status))} />
        </section>
      ))}
    </Panel>
  );
}

/** Groups entries by their day, in their order. */
function byDay(entries: readonly TimelineEntry[]): [string, TimelineEntry[]][] {
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const day = entry.atUtc.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}

const ICONS: Readonly<Record<Phase, readonly [IconName, Tone?]>> = {
  collect: ['x', 'bad'],
  triage: ['bot'],
  decide: ['shield'],
  'waiting-env': ['clock'],
  patch: ['bot'],
  prove: ['shield'],
  'awaiting-operator': ['hand', 'warn'],
  deliver: ['run'],
  closed: ['check'],
};

function feedItem({atUtc, phase, text}: TimelineEntry, status: CaseStatus): FeedItem {
  const act = status.operatorLog.find((one) => one.atUtc === atUtc && text === `${one.by} ${one.did}`);
  if (act === undefined) {
    const [icon, tone] = ICONS[phase] ?? ['note'];
    return {utc: atUtc, icon, ...(tone && {tone}), text: visible(capital(text))};
  }
  const {did, quote} = writtenBy(act, status);
  return {
    utc: atUtc,
    icon: 'hand',
    text: (
      <>
        <strong>{visible(act.by)}</strong>
        <LoginNote login={act.login} /> {visible(did)}
      </>
    ),
    quote: quote === undefined ? undefined : visible(quote),
  };
}

/** How the operator was identified; its title has all that is recorded. */
function LoginNote({login}: {login: Login | undefined}): VNode | null {
  if (login === undefined) return null;
  return (
    <>
      {' '}
      <span class="dim" title={visible(loginText(login))}>
        ({loginText({method: login.method})})
      </span>
    </>
  );
}

/** Splits an action of an operator into what it did and what the operator wrote: the full text where the case stores it. */
function writtenBy({by, did}: CaseStatus['operatorLog'][number], {context}: CaseStatus): {did: string; quote?: string} {
  const at = did.indexOf(': ');
  if (at < 0) return {did};
  const start = did.slice(at + 2);
  const full = context.find((one) => one.by === by && one.text.includes(start))?.text;
  return {did: did.slice(0, at), quote: full?.slice(full.indexOf(start)) ?? start};
}

/** Returns a sentence with a capital; names of ports and bundles stay as they are. */
function capital(text: string): string {
  return /^[a-z]+(?: |$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
