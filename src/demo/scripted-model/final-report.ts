import type {Conversation} from './conversation.ts';
import type {Repair} from './repairs.ts';

/** Renders the report at the end of an attempt. Its proof block is a claim, which decides nothing. */
export function finalReport(conversation: Conversation, repair: Repair): string {
  const {origin, failed} = conversation;
  const built = conversation.result('dsynth_build').rebuild_ok === true && failed === undefined;
  const plan = {origin, summary: repair.summary, files_touched: [`ports/${origin}/`], tools_used: ['dsynth_build']};
  return [
    '## Patch Summary',
    built ? repair.summary : 'The port is not repaired.',
    '## Patch Log',
    built ? 'Inspected the port, changed the overlay, composed and built it.' : failureReason(conversation),
    '## Rebuild Status',
    built ? 'success' : 'failed',
    '## Patch Plan (JSON)',
    `\`\`\`json\n${JSON.stringify(plan)}\n\`\`\``,
    '## Rebuild Proof (JSON)',
    `\`\`\`json\n${JSON.stringify({rebuild_ok: built})}\n\`\`\``,
  ].join('\n\n');
}

/** Returns the reason of a failed attempt, from the tools' results. */
function failureReason({failed, result}: Conversation): string {
  if (failed !== undefined) return `${failed.tool} failed: ${failed.message}. The script has no alternative.`;
  const {rebuild_ok, findings, log_tail} = result('dsynth_build');
  if (rebuild_ok === undefined) return 'Nothing was built.';
  const error = String(findings || log_tail || '')
    .split('\n')
    .find((line) => /error|FAILED|Error:/.test(line));
  return `The build still fails${error === undefined ? '.' : `: ${error.trim()}`}`;
}
