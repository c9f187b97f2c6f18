import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import {basename, dirname, resolve} from 'node:path';
import {checkPolicyFile, loadTexts, policyPath, withSnippetRounds} from '../activities/policy.ts';
import {triagePrompt} from '../activities/prompts.ts';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {costOf, formatMoney, priceOf} from '../case/budget/money.ts';
import {classesOf, type EffectivePolicy} from '../case/policy/policy.ts';
import {plainText} from '../case/text/plain-text.ts';
import {triageByRule} from '../case/triage/rule-triage.ts';
import type {FailureReport} from '../case/types.ts';
import {archivedBundles, archivedCase, reportOf} from '../evidence/archives.ts';
import {closedCases} from '../evidence/case-bundles.ts';
import {readPortFiles} from '../evidence/port-files.ts';
import {rootCausesIn} from '../evidence/root-causes.ts';
import {RecordStore} from '../evidence/store.ts';
import {modelSettings} from '../llm/settings.ts';
import {countRequest, MARGIN} from '../llm/tokens.ts';
import {rootsToRead} from './roots.ts';
import {UsageError} from './usage-error.ts';

/** Closed cases that the prompt of a new one mentions, as in the worker. */
const EARLIER = 12;

/** What a call would use and cost. `cost` fields are null where the policy has no price for the model. */
interface Estimate {
  readonly model: string | null;
  /** Why no model can be asked; null if one can. */
  readonly missing: string | null;
  /** As they are reserved, with the margin. */
  readonly promptTokens: number;
  readonly replyTokens: number;
  readonly promptCost: number | null;
  /** With a reply of full length. */
  readonly mostCost: number | null;
}

/** `portwright triage BUNDLE --dry-run`: prints the prompt that a worker would send first, its tokens and its price. Calls nothing. */
export async function triage(bundle: string, options: {dryRun?: boolean; json?: boolean}): Promise<void> {
  if (!options.dryRun)
    throw new UsageError(
      'triage only shows what would be sent: give --dry-run. To have a failure worked on, use `portwright start`.',
    );
  const policy = await policyInEffect();
  const opened = await openedBundle(bundle);
  const messages = await messagesFor(opened, policy);
  const estimate = estimated(messages, policy);
  const rule = await ruleFor(opened, policy);
  if (options.json) return console.log(JSON.stringify({messages, ...estimate, rule}, null, 2));
  for (const {role, content} of messages) console.log(`== ${role} ==\n${plainText(String(content)).trimEnd()}\n`);
  console.log(`== what it would use ==\n${estimateText(estimate)}`);
  if (rule !== null) console.log(`Rule    ${rule}`);
}

async function policyInEffect(): Promise<EffectivePolicy> {
  const checked = await checkPolicyFile(policyPath(process.env));
  if (!checked.ok) throw new Error(`The policy is not valid: ${checked.faults.join(' ')}`);
  return withSnippetRounds(checked.policy, process.env.DP_HARNESS_MAX_SNIPPET_ROUNDS);
}

interface Opened {
  readonly dir: string;
  /** Evidence root; undefined for a bundle outside any. */
  readonly root: string | undefined;
  readonly report: FailureReport;
}

/** Opens a bundle by its directory, wherever that is, or by its id below the evidence roots. */
async function openedBundle(name: string): Promise<Opened> {
  const dir = resolve(name);
  if ((await stat(dir).catch(() => undefined))?.isDirectory()) {
    const inRun = basename(dirname(dir)) === 'ports' && basename(resolve(dir, '../../..')) === 'runs';
    const runId = inRun ? basename(resolve(dir, '../..')) : 'alone';
    const report = await reportOf(dir, {runId, bundleId: basename(dir)});
    if (report === undefined)
      throw new Error(`${dir} is no bundle: its meta.txt is not there or names no port. Was it made by Portwright's hooks?`);
    return {dir, root: inRun ? resolve(dir, '../../../..') : undefined, report};
  }
  const roots = rootsToRead();
  const [found] = await archivedBundles(roots, ({bundleId}) => bundleId === name);
  if (found !== undefined) return found;
  throw new Error(
    `${JSON.stringify(name)} is neither a directory nor the id of a bundle below ${roots.join(', ')}. LOGS_ROOT names dsynth's log directories.`,
  );
}

/** Returns the classification by a rule, for which no model is called unless the policy asks for one; null if no rule is sure. */
async function ruleFor({dir}: Opened, policy: EffectivePolicy): Promise<string | null> {
  const causes = await rootCausesIn(dir);
  const found = causes && triageByRule(causes, await readPortFiles(dir), classesOf(policy));
  if (!found) return null;
  const asks = policy.second_opinion?.includes(found.classification) === true;
  return `${found.rule} decides ${found.classification}: ${asks ? 'the policy asks a model all the same' : 'no model would be asked'}`;
}

/** Returns the messages. The nonce that marks data comes from the bundle's id here; in a case it is a secret of the same length. */
async function messagesFor({dir, root, report}: Opened, policy: EffectivePolicy): Promise<ChatMessage[]> {
  const earlier = root === undefined ? [] : await closedCases(root, report, EARLIER);
  const prompt = await triagePrompt(
    {dir, ...(root === undefined ? {} : {root, store: new RecordStore(root)})},
    await loadTexts(),
    {
      report,
      classes: classesOf(policy),
      snippetRounds: policy.model.snippet_rounds,
      context: (await archivedCase(dir))?.context ?? [],
      earlierCases: earlier.filter(({bundleId}) => bundleId !== report.bundleId),
      memory: policy.memory,
      nonce: createHash('sha256').update(report.bundleId).digest('hex').slice(0, 16),
    },
  );
  return [
    {role: 'system', content: prompt.system},
    {role: 'user', content: prompt.user},
  ];
}

function estimated(messages: readonly ChatMessage[], policy: EffectivePolicy): Estimate {
  const settings = modelSettings('triage', process.env);
  const {model, missing} =
    'missing' in settings ? {model: null, missing: settings.missing} : {model: settings.model, missing: null};
  const price = model === null ? undefined : priceOf(policy.prices, model);
  const prompt = countRequest(messages);
  const replyTokens = policy.model.reply_tokens;
  const cost = (completion: number): number | null =>
    price === undefined ? null : costOf(price, {prompt, cached: 0, completion, reasoning: 0});
  return {model, missing, promptTokens: prompt, replyTokens, promptCost: cost(0), mostCost: cost(replyTokens)};
}

function estimateText({model, missing, promptTokens, replyTokens, promptCost, mostCost}: Estimate): string {
  const margin = Math.round((MARGIN - 1) * 100);
  const price =
    promptCost === null || mostCost === null
      ? `no price: the policy's prices have no entry for ${model ?? 'the model'}`
      : `${formatMoney(promptCost)} for the prompt, at most ${formatMoney(mostCost)} with the reply, by the policy's prices`;
  return [
    `Model   ${model ?? missing}`,
    `Prompt  ${promptTokens} tokens, counted with ${margin} % margin, as they are reserved`,
    `Reply   at most ${replyTokens} tokens`,
    `Price   ${price}`,
    'Nothing was sent.',
  ].join('\n');
}
