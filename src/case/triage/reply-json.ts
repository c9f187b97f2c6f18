import {CONFIDENCES} from '../types.ts';
import {fenceAfter, LINE_END, readHeading} from './headings.ts';

const TEXTS = ['classification', 'platform', 'root_cause', 'evidence', 'suggested_fix', 'notes'] as const;

/** JSON Schema of a triage reply, for servers that enforce one. */
export const TRIAGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [...TEXTS, 'confidence', 'snippet_requests'],
  properties: {
    ...Object.fromEntries(TEXTS.map((name) => [name, {type: 'string'}])),
    confidence: {enum: CONFIDENCES},
    snippet_requests: {type: 'array', items: {type: 'string'}, maxItems: 20},
  },
};

const HEADINGS: Readonly<Record<(typeof TEXTS)[number] | 'confidence', string>> = {
  classification: 'Classification',
  platform: 'Platform',
  root_cause: 'Root Cause',
  evidence: 'Evidence',
  suggested_fix: 'Suggested Fix',
  confidence: 'Confidence',
  notes: 'Notes',
};

/**
 * Converts a reply that is a JSON object of `TRIAGE_SCHEMA` to a report with the usual headings; returns any other reply
 * unchanged.
 */
export function reportOfJson(reply: string): string {
  if (!/^\s*(```(json)?\s*)?\{/.test(reply)) return reply;
  try {
    const parsed = JSON.parse(reply.replace(/^\s*```(?:json)?|```\s*$/g, '')) as Readonly<Record<string, unknown>>;
    if (typeof parsed.classification !== 'string') return reply;
    const sections = Object.entries(HEADINGS).map(([key, heading]) => `## ${heading}\n${body(key, parsed[key])}`);
    const wanted = Array.isArray(parsed.snippet_requests) ? parsed.snippet_requests.filter((one) => typeof one === 'string') : [];
    if (wanted.length > 0)
      sections.push(`## Snippet Requests\n${wanted.map((one) => `- \`${String(one).replace(/[`\r\n]/g, '')}\``).join('\n')}`);
    return sections.join('\n\n');
  } catch {
    return reply;
  }
}

/** Escapes a value so that it cannot open a section, or hide the following ones in an unclosed fence. */
function body(key: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') return '';
  if (key === 'evidence') return `~~~~~~\n${value.replace(/~{6,}/g, '~~~')}\n~~~~~~`;
  const lines: string[] = [];
  let fence = '';
  for (const line of value.split(LINE_END)) {
    lines.push(fence === '' && readHeading(line) !== undefined ? line.replace(/\S/, '\\$&') : line);
    fence = fenceAfter(fence, line);
  }
  return [...lines, ...(fence === '' ? [] : [fence])].join('\n');
}
