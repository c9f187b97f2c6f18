import {formatMoney} from '../budget/money.ts';
import type {CaseQuestion} from '../question.ts';
import {pluralize} from '../text/plural.ts';
import {billable} from '../types.ts';
import {citationLabel, plainAnswer} from './citations.ts';

/** Returns an answered question for a terminal: the answer, the lines that it cites, what was removed, and what it cost. */
export function answerText(question: CaseQuestion): string {
  const {answer} = question;
  if (answer === undefined) return `No answer: ${question.problem ?? 'the evidence does not have it any more.'}`;
  const sources = answer.citations.flatMap((one, at) => [
    `[${at + 1}] ${citationLabel(one)}`,
    ...one.lines.map((line, index) => `    ${one.from + index}: ${line}`),
  ]);
  const removed = answer.dropped.map(({text, reason}) => `Removed: ${text}, since ${reason}.`);
  const parts = [plainAnswer(answer), sources.join('\n'), removed.join('\n'), costText(question)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Returns what an answer cost: `3 sources, 2210 tokens, $0.004, 4 s`. Money only where the policy has a price. */
export function costText({usage, answer, atUtc, answeredUtc}: CaseQuestion): string {
  const seconds = answeredUtc === undefined ? undefined : Math.round((Date.parse(answeredUtc) - Date.parse(atUtc)) / 1000);
  const facts = [
    ...(answer === undefined ? [] : [pluralize(answer.citations.length, 'source')]),
    pluralize(billable(usage), 'token'),
    ...(usage.cost > 0 ? [formatMoney(usage.cost)] : []),
    ...(seconds === undefined || Number.isNaN(seconds) ? [] : [`${seconds} s`]),
  ];
  return facts.join(', ');
}
