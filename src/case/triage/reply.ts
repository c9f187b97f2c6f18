import {CONFIDENCES, type Confidence} from '../types.ts';
import {fenceAfter, type Heading, LINE_END, readHeading} from './headings.ts';
import {reportOfJson} from './reply-json.ts';
import {parseSnippetRequests, type SnippetRequest} from './snippet-requests.ts';

const PLATFORMS = ['dragonfly-specific', 'freebsd-upstream', 'generic'] as const;

/** A parsed triage reply. Texts come from the model and are untrusted; missing sections are empty. */
export interface TriageReply {
  readonly classification: string;
  readonly confidence: Confidence;
  /** One of dragonfly-specific, freebsd-upstream and generic, or empty. */
  readonly platform: string;
  readonly rootCause: string;
  readonly evidence: string;
  readonly suggestedFix: string;
  readonly notes: string;
  /** Body of the section Snippet Requests, if there is one. */
  readonly snippetText?: string;
}

/** Result of parsing a triage reply; `problem` is for the model. */
export type TriageReading =
  | {readonly ok: true; readonly triage: TriageReply}
  | {readonly ok: false; readonly problem: string; readonly partial: Partial<TriageReply>};

/**
 * Parses a triage reply. Strict in content: the classification is one of `classes`, the confidence one of three values, and
 * repeated sections must agree. Lenient in format: bold, backticks, numbers, case, a value next to the heading, trailing text.
 * Headings inside fenced blocks are log quotes and are ignored.
 */
export function parseTriageReply(text: string, classes: readonly string[]): TriageReading {
  const sections = readSections(reportOfJson(text));
  const body = (heading: Heading) =>
    sections
      .find((section) => section.heading === heading)
      ?.lines.join('\n')
      .trim() ?? '';
  const requests = sections.find((section) => section.heading === 'snippet requests');
  const fields = {
    platform: leadingChoice(body('platform'), PLATFORMS) ?? '',
    rootCause: body('root cause'),
    evidence: body('evidence'),
    suggestedFix: body('suggested fix'),
    notes: body('notes'),
    ...(requests ? {snippetText: requests.lines.join('\n').trim()} : {}),
  };
  const classification = choiceOf(sections, 'classification', classes);
  const confidence = choiceOf(sections, 'confidence', CONFIDENCES);
  const found = {
    ...fields,
    ...('value' in classification ? {classification: classification.value} : {}),
    ...('value' in confidence ? {confidence: confidence.value} : {}),
  };
  const problems = [classification, confidence].flatMap((choice) => ('problem' in choice ? [choice.problem] : []));
  if (!('value' in classification) || !('value' in confidence)) return {ok: false, problem: problems.join(' '), partial: found};
  return {ok: true, triage: {...fields, classification: classification.value, confidence: confidence.value}};
}

/** Returns the snippet requests of a reply in any of the forms that `parseTriageReply` accepts. */
export function snippetRequestsIn(reply: string): SnippetRequest[] {
  const section = readSections(reportOfJson(reply)).find(({heading}) => heading === 'snippet requests');
  return section === undefined ? [] : parseSnippetRequests(section.lines.join('\n'));
}

/** Returns the message that is sent once after a malformed reply. */
export function reaskMessage(problem: string, classes: readonly string[]): string {
  return [
    `Your reply could not be used: ${problem}`,
    'Send the whole report again, with nothing before it and these headings in this order:',
    '## Classification, ## Platform, ## Root Cause, ## Evidence, ## Suggested Fix, ## Confidence, ## Notes.',
    `Under Classification, exactly one of these values and nothing else: ${classes.join(', ')}.`,
    `Under Confidence, exactly one of these values and nothing else: ${[...CONFIDENCES].reverse().join(', ')}.`,
    'Quote log lines inside a fenced block.',
  ].join('\n');
}

interface Section {
  readonly heading: Heading | 'other';
  readonly lines: string[];
}

function readSections(text: string): Section[] {
  const sections: Section[] = [];
  let fence = '';
  for (const line of unwrapped(text)) {
    const heading = fence === '' ? readHeading(line) : undefined;
    if (heading) sections.push({heading: heading.name, lines: heading.rest === '' ? [] : [heading.rest]});
    else sections.at(-1)?.lines.push(line);
    fence = fenceAfter(fence, line);
  }
  return sections;
}

/** Returns the lines of the reply, without the fence that some models put around the complete reply. */
function unwrapped(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(LINE_END);
  const wrapped = lines.length > 2 && /^```\s*(markdown|md)?$/i.test(lines[0] ?? '') && lines.at(-1)?.trim() === '```';
  return wrapped && readHeading(lines.slice(1).find((line) => line.trim() !== '') ?? '') ? lines.slice(1, -1) : lines;
}

type Choice<T> = {readonly value: T} | {readonly problem: string};

/** Repeated headings must agree, since an unfenced log quote may contain one. */
function choiceOf<T extends string>(sections: readonly Section[], heading: Heading, choices: readonly T[]): Choice<T> {
  const name = heading.charAt(0).toUpperCase() + heading.slice(1);
  const bodies = sections.filter((section) => section.heading === heading).map(({lines}) => lines.join('\n').trim());
  if (bodies.length === 0) return {problem: `There is no heading "## ${name}".`};
  const [value, ...others] = new Set(bodies.map((body) => leadingChoice(body, choices)));
  if (others.length > 0) return {problem: `"## ${name}" comes more than once with different values. Quote logs in a fence.`};
  if (value !== undefined) return {value};
  return {problem: `${name} is not one of the allowed values, but ${quoted(bodies[0] ?? '')}.`};
}

/** Returns the first line of a section for an error text, shortened. */
function quoted(body: string): string {
  const line = body.split('\n')[0] ?? '';
  return line === '' ? 'empty' : JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}...` : line);
}

/** Returns the choice at the start of the first line, ignoring decoration; undefined if the line offers a second choice. */
function leadingChoice<T extends string>(body: string, choices: readonly T[]): T | undefined {
  const line = (body.split('\n').find((each) => /[A-Za-z]/.test(each)) ?? '').toLowerCase();
  const tokens = line.match(/[a-z][a-z0-9-]*/g) ?? [];
  const first = /^[^a-z0-9]*([a-z][a-z0-9-]*)(?![a-z0-9]|_[a-z0-9])/.exec(line)?.[1]?.replace(/-+$/, '');
  const value = choices.find((choice) => choice === first);
  const second = tokens[tokens[1] === 'or' || tokens[1] === 'and' || tokens[1] === 'to' ? 2 : 1];
  const joined = /^[^a-z0-9]*[a-z0-9-]+[*_`"']*\s*([/|,]|or\b|and\b|to\b)/.test(line);
  return joined && choices.some((choice) => choice === second && choice !== value) ? undefined : value;
}
