import {moneyLabel} from '../budget/money.ts';
import {type CaseStatus, countedAttempts} from '../status.ts';
import {pluralize, withThousands} from '../text/plural.ts';
import {billable} from '../types.ts';
import type {AnswerCost} from './answers.ts';

/** Returns what an answer costs, in a sentence. An attempt is estimated by those that the case has made. */
export function answerCost(status: CaseStatus, cost: AnswerCost): string {
  switch (cost) {
    case 'nothing':
      return 'Costs no tokens.';
    case 'rebuild':
      return 'Costs no tokens, but a clean rebuild.';
    case 'triage':
      return `Costs a triage and an attempt. ${attemptEstimate(status)}`.trimEnd();
    default:
      return `Costs an attempt. ${attemptEstimate(status)}`.trimEnd();
  }
}

/** Returns the cost of another attempt by the average of the earlier ones, or else what is left of the budget; empty if unknown. */
export function attemptEstimate({attempts, budget, usage}: CaseStatus): string {
  const counted = countedAttempts(attempts).filter((one) => billable(one.usage) > 0);
  if (counted.length > 0) {
    const average = (of: (one: (typeof counted)[number]) => number): number =>
      counted.reduce((sum, one) => sum + of(one), 0) / counted.length;
    const money = average((one) => one.usage.cost);
    const tokens = Math.round(average((one) => billable(one.usage)));
    const price = money > 0 ? `, ${moneyLabel(money)}` : '';
    const minutes = pluralize(Math.max(1, Math.round(average((one) => one.minutes))), 'minute');
    return `About ${withThousands(tokens)} tokens${price} and ${minutes}, as before.`;
  }
  if (budget.tokensLimit === null) return '';
  return `At most ${withThousands(Math.max(0, budget.tokensLimit - billable(usage)))} tokens are left.`;
}
