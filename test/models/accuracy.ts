/**
 * How often a small real model names the right class: `npm run test:models -- accuracy [--logs N] [--evidence selection|tail] [--json-reply]`.
 * The logs are taken evenly from test/corpus/; `tail` gives it the end of the log instead of the selection, for comparison.
 */
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {readLabels, readLog} from '../../eval/evidence.ts';
import {RootCauseScan, rootCauseText} from '../../src/case/evidence/root-causes/index.ts';
import {buildTriagePrompt} from '../../src/case/prompt/prompt.ts';
import {parseTriageReply} from '../../src/case/triage/reply.ts';
import {TRIAGE_SCHEMA} from '../../src/case/triage/reply-json.ts';
import {converse} from '../../src/llm/converse.ts';
import {USUAL_PROTOCOL} from '../../src/llm/settings.ts';
import {QWEN, startModel} from './models.ts';

const {values} = parseArgs({
  args: process.argv.slice(2),
  options: {
    logs: {type: 'string', default: '16'},
    evidence: {type: 'string', default: 'selection'},
    'json-reply': {type: 'boolean', default: false},
  },
});
const policy = JSON.parse(readFileSync(new URL('../../policy/policy.json', import.meta.url), 'utf8')) as {
  classification_to_tier: object;
};
const classes = Object.keys(policy.classification_to_tier);
const template = readFileSync(new URL('../../policy/prompts/triage.md', import.meta.url), 'utf8');

const labels = readLabels();
const wanted = Math.min(Number(values.logs), labels.length);
const chosen = Array.from({length: wanted}, (_, at) => labels[Math.floor((at * labels.length) / wanted)]).filter(
  (one) => one !== undefined,
);
const model = await startModel(QWEN, 8192);
let right = 0;
try {
  for (const label of chosen) {
    const started = performance.now();
    const said = await classOf(readLog(label));
    const ok = label.class.split('|').includes(said);
    right += ok ? 1 : 0;
    console.log(
      `${ok ? 'right' : 'wrong'}  ${label.class.padEnd(32)} ${said.padEnd(18)} ${Math.round((performance.now() - started) / 1000)} s  ${label.log}`,
    );
  }
} finally {
  await model.stop();
}
console.log(
  `${right} of ${chosen.length} right, evidence: ${values.evidence}, reply: ${values['json-reply'] ? 'JSON by schema' : 'report'}`,
);

async function classOf(log: Buffer): Promise<string> {
  const {system, user} = buildTriagePrompt({
    template,
    classes,
    snippetRounds: 0,
    port: {target: '@2026Q4', origin: 'net/unknown'},
    metadata: {},
    findings: values.evidence === 'tail' ? log.toString('utf8').slice(-4000) : findingsOf(log),
    files: [],
    playbooks: [],
    nonce: '0123456789abcdef',
    maxChars: 5000,
  });
  const settings = {
    purpose: 'triage',
    model: 'qwen',
    baseUrl: model.url,
    apiKey: '',
    timeoutMs: 600_000,
    ...USUAL_PROTOCOL,
  } as const;
  const messages = [
    {role: 'system', content: system},
    {role: 'user', content: user},
  ] as const;
  const schema = values['json-reply'] ? {schema: schemaOf(classes)} : {};
  const reply = await converse(settings, {messages, maxTokens: 500, ...schema}, new AbortController().signal);
  const read = parseTriageReply(String(reply.message.content), classes);
  return (read.ok ? read.triage.classification : read.partial.classification) ?? 'no class';
}

function findingsOf(log: Buffer): string {
  const scan = new RootCauseScan();
  scan.take(log);
  return rootCauseText(scan.finish(), 3500);
}

function schemaOf(names: readonly string[]): object {
  return {...TRIAGE_SCHEMA, properties: {...TRIAGE_SCHEMA.properties, classification: {enum: names}}};
}
