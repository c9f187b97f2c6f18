import type {ComponentChildren, VNode} from 'preact';
import {envNames} from '../../devenv/named.ts';
import {policyInEffect} from '../policy.ts';
import {busyCases, countWaiting, waitingCases} from '../queries/cases.ts';
import {lastDays, outcomesByRun, outcomesSince, spendByClass, spentSince} from '../queries/figures.ts';
import {HealthList, Spend, Today} from './overview-cards.tsx';
import {BusyCases, WaitingCases} from './overview-cases.tsx';
import {Pictures} from './overview-pictures.tsx';
import {definePage} from './page.ts';

const CASES_SHOWN = 60;
const RUNS_PICTURED = 12;
const DAYS_PICTURED = 30;
const DAY_MS = 86_400_000;

export const overviewPage = definePage({
  path: '/',
  async render({reading: {cache, env, health}}) {
    const now = Date.now();
    const today = new Date(now).toISOString().slice(0, 10);
    const month = new Date(now - DAYS_PICTURED * DAY_MS).toISOString();
    const cap = (await policyInEffect(env))?.limits?.day;
    const body = (
      <>
        <h1>Overview</h1>
        <WaitingCases waiting={waitingCases(cache, CASES_SHOWN)} total={countWaiting(cache)} now={now} />
        <BusyCases busy={busyCases(cache, CASES_SHOWN)} now={now} />
        <div class="card-grid">
          <Card heading="Closed today">
            <Today today={outcomesSince(cache, today)} />
          </Card>
          <Card heading="Spent today">
            <Spend spent={spentSince(cache, today)} cap={cap} health={health()} />
          </Card>
          <Card heading="Health">
            <HealthList health={health()} envs={envNames(env)} />
          </Card>
        </div>
        <Pictures
          days={lastDays(cache, DAYS_PICTURED, now)}
          byClass={spendByClass(cache, month)}
          runs={outcomesByRun(cache, RUNS_PICTURED)}
        />
      </>
    );
    return {title: 'Overview', section: 'overview', live: 'all', body};
  },
});

function Card({heading, children}: {heading: string; children: ComponentChildren}): VNode {
  return (
    <section class="card">
      <h2>{heading}</h2>
      {children}
    </section>
  );
}
