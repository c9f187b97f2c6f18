import {allHandlersFinished, condition, continueAsNew, setCurrentDetails, setHandler} from '@temporalio/workflow';
import {formatMoney} from '../case/budget/money.ts';
import {SpendLedger, type SpendState, type Spent} from '../case/budget/spend-ledger.ts';
import {reserveSpend, settleSpend, spent} from '../protocol/spend-ledger.ts';

const HOUR = 3_600_000;
/** The server refuses updates after 2,000 in one run. */
const UPDATES = 500;
/** How long after its day a day's ledger takes settlements. */
const AFTER_DAY = 48 * HOUR;
/** How long a run's ledger stays without a call. */
const AFTER_USE = 30 * 24 * HOUR;

/** What a ledger carries over when it continues as new. Milliseconds. */
export interface CarriedSpend {
  readonly state: SpendState;
  readonly usedAt: number;
}

/**
 * What all model calls of a build run (`run:<run_id>`) or of a day by UTC (`day:<YYYY-MM-DD>`) use together. Each call is
 * reserved before it is sent, against the cap of the policy that its case has. The day's ends 48 hours after it, the run's
 * 30 days after its last call.
 */
export async function spendLedger(scope: string, carried?: CarriedSpend): Promise<Spent> {
  const book = new SpendLedger(scope.replace(/^(day|run):/, ''), carried?.state);
  let usedAt = carried?.usedAt ?? Date.now();
  let updates = 0;
  const noteUse = (): void => {
    usedAt = Date.now();
    updates += 1;
    setCurrentDetails(details(book));
  };
  setHandler(spent, () => book.state);
  setHandler(reserveSpend, (request) => {
    const answer = book.reserve(request);
    noteUse();
    return answer;
  });
  setHandler(settleSpend, (settlement) => {
    book.settle(settlement);
    noteUse();
    return book.state.spent;
  });

  const isFull = (): boolean => updates >= UPDATES;
  for (;;) {
    const before = updates;
    if (await condition(isFull, Math.max(1, endOf(scope, usedAt) - Date.now()), {summary: 'ends, unless it is used'})) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof spendLedger>(scope, {state: book.state, usedAt});
    }
    if (updates === before) return book.state.spent;
  }
}

function endOf(scope: string, usedAt: number): number {
  const day = scope.startsWith('day:') ? Date.parse(`${scope.slice(4)}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(day)) return usedAt + AFTER_USE;
  // One that is started late, by a settlement, takes what else comes.
  return Math.max(day + 24 * HOUR + AFTER_DAY, usedAt + HOUR);
}

function details(book: SpendLedger): string {
  const {spent: used, open} = book.state;
  const calls = Object.keys(open).length;
  return `**Used:** ${used.tokens} billable tokens, cost ${formatMoney(used.cost)}. With what ${calls} calls under way may use: ${book.committed.tokens} tokens, ${formatMoney(book.committed.cost)}.`;
}
