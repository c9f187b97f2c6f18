import type {CaseQuestion, Citation} from '../../case/question.ts';
import {diffPage, logPage, sessionPage} from '../../case/review/console-links.ts';
import type {CaseStatus} from '../../case/status.ts';
import {attemptAddress, turnAddress} from '../attempt/attempt-labels.ts';
import {artifactPath} from '../pages/artifact-paths.ts';
import {casePath, withQuery} from '../pages/components.tsx';

const OF_ATTEMPT = /^attempt-(\d{1,4})\/(.*)$/;

/** Returns the path of the page that shows what an answer cites, at its lines; undefined where no page has it. */
export function citationPath(status: CaseStatus, question: Pick<CaseQuestion, 'bundle'>, citation: Citation): string | undefined {
  const {artifact, from, to} = citation;
  const [, attempt, part = ''] = OF_ATTEMPT.exec(artifact) ?? [];
  if (attempt !== undefined) return attemptPath(status, Number(attempt), part, citation);
  if (artifact === 'case/timeline') return casePath(status.workflowId, status.runId);
  const bundleId = question.bundle?.bundleId;
  if (bundleId === undefined || artifact.startsWith('earlier-')) return undefined;
  if (artifact === 'logs/full.log' || /^analysis\/[^/]+\.log$/.test(artifact)) {
    const file = artifact === 'logs/full.log' ? undefined : artifact;
    return `${withQuery(logPage('', {bundleId}), {file, line: String(from), to: to > from ? String(to) : undefined})}#L${from}`;
  }
  return `${artifactPath(bundleId, artifact)}?view=text#L${from}`;
}

function attemptPath(status: CaseStatus, attempt: number, part: string, {turn}: Citation): string {
  if (part === 'changes.diff') return diffPage('', status, attempt);
  const at = turn === undefined ? attemptAddress(attempt) : turnAddress(attempt, turn);
  return `${sessionPage('', status)}#${at}`;
}
