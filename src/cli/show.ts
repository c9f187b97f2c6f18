import {bundleOfAttempt} from '../case/review/attempt-bundle.ts';
import {stateLabel} from '../case/review/case-state.ts';
import {caseText} from '../case/review/case-text.ts';
import {timelinePage} from '../case/review/timeline-page.ts';
import type {CaseStatus} from '../case/status.ts';
import {plainText} from '../case/text/plain-text.ts';
import {type ArchivedBundle, archivedCase} from '../evidence/archives.ts';
import {askCase, type CaseAnswer} from './ask-case.ts';
import {type ListedCase, listedState} from './find-case.ts';
import {bundlesNamed} from './open-case.ts';
import {rootsToRead} from './roots.ts';

export interface ShowOptions {
  readonly json?: boolean;
  /** Page of the timeline, from 1, which has the latest entries; JSON has all entries without one. */
  readonly page?: number;
}

/**
 * `portwright show CASE`: what failed, what was tried, its phase. A case that does not answer is shown from its archive, else by its search
 * attributes, with the reason on stderr. Throws if there is neither.
 */
export async function show(name: string, options: ShowOptions): Promise<void> {
  const answer = await askCase(name);
  if ('status' in answer) return print(options, paged(answer.status, options), statusText(answer.status, options));
  const {problem, listed} = answer;
  const archive = await archiveOf(name, answer);
  if (archive !== undefined) {
    console.error(`${problem} Shown is its archive, ${archive.dir}/analysis/case.json.`);
    return print(options, paged(archive.status, options), archivedText(archive.status, listed, options));
  }
  if (listed === undefined) throw new Error(`${problem} No archive of it is below ${rootsToRead().join(', ')}.`);
  console.error(`${problem} Shown are its search attributes.`);
  print(options, listed, listedText(listed));
}

/** The status for scripts: with a page, only its entries of the timeline. */
function paged(status: CaseStatus, {page}: ShowOptions): CaseStatus {
  return page === undefined ? status : {...status, timeline: timelinePage(status.timeline, page).entries};
}

function print({json}: ShowOptions, value: object, text: string): void {
  console.log(json ? JSON.stringify(value, null, 2) : plainText(text));
}

/** Returns the newest archive of the case, of the run that the server lists if it does. */
async function archiveOf(
  name: string,
  {listed}: Extract<CaseAnswer, {problem: string}>,
): Promise<{status: CaseStatus; dir: string} | undefined> {
  const bundles: ArchivedBundle[] = await bundlesNamed(rootsToRead(), listed?.workflowId ?? name);
  for (const {dir} of bundles) {
    const status = await archivedCase(dir);
    if (status !== undefined && (listed === undefined || status.runId === listed.runId)) return {status, dir};
  }
  return undefined;
}

/** The archive is written at each phase; where the server has a later phase, that comes first. */
function archivedText(status: CaseStatus, listed: ListedCase | undefined, options: ShowOptions): string {
  const isOlder = listed !== undefined && listed.phase !== (status.outcome === null ? status.phase : 'closed');
  return isOlder ? `${listedText(listed)}\n\nBefore that:\n${statusText(status, options)}` : statusText(status, options);
}

/** With several bundles, the text ends with the one that each attempt has its artifacts in. */
function statusText(status: CaseStatus, {page}: ShowOptions): string {
  if (status.bundles.length < 2 || status.attempts.length === 0) return caseText(status, page);
  const places = status.attempts.map((attempt) => {
    const bundle = bundleOfAttempt(status, attempt);
    return `Attempt ${attempt.attempt}: runs/${bundle?.runId}/ports/${bundle?.bundleId}`;
  });
  return `${caseText(status, page)}\n\nThe case has ${status.bundles.length} bundles.\n${places.join('\n')}`;
}

function listedText(listed: ListedCase): string {
  const {tier, classification, sinceUtc} = listed;
  return [
    `${listed.workflowId}: ${stateLabel(listedState(listed))}`,
    `  class     ${classification}`,
    `  tier      ${tier}`,
    `  opened    ${sinceUtc.slice(0, 19).replace('T', ' ')}`,
  ].join('\n');
}
