import {resolve} from 'node:path';
import {checkPolicyFile, policyPath, withSnippetRounds} from '../activities/policy.ts';
import {classesOf, decideTier, type EffectivePolicy, limitsOf, MANUAL} from '../case/policy/policy.ts';
import {pluralize} from '../case/text/plural.ts';
import {table} from '../case/text/table.ts';
import {CONFIDENCES, type Confidence} from '../case/types.ts';
import {styled} from './terminal.ts';

const FROM_HIGH = [...CONFIDENCES].reverse();

/** `portwright policy check`: prints the meaning of a policy, or all its faults. Returns the exit code, 0 only for a valid one. */
export async function policyCheck(file: string | undefined, options: {json?: boolean}): Promise<number> {
  const path = file === undefined ? policyPath(process.env) : resolve(file);
  const {policy, faults} = await checked(path);
  if (options.json) console.log(JSON.stringify({file: path, valid: policy !== undefined, faults, ...meaning(policy)}, null, 2));
  else if (policy === undefined)
    console.error(`${path} is ${styled('red', 'not valid', process.stderr)}:\n${faults.map((one) => `  ${one}`).join('\n')}`);
  else console.log(policyText(path, policy));
  return policy === undefined ? 1 : 0;
}

async function checked(path: string): Promise<{policy: EffectivePolicy | undefined; faults: string[]}> {
  const read = await checkPolicyFile(path);
  if (!read.ok) return {policy: undefined, faults: read.faults};
  try {
    return {policy: withSnippetRounds(read.policy, process.env.DP_HARNESS_MAX_SNIPPET_ROUNDS), faults: []};
  } catch (error) {
    return {policy: undefined, faults: [(error as Error).message]};
  }
}

/** Returns the tier of each class by confidence, and each tier's limits, as the rules apply them. */
function meaning(policy: EffectivePolicy | undefined): object {
  if (policy === undefined) return {};
  const tierBy = (cls: string, confidence: Confidence): string => decideTier(policy, cls, confidence).tier;
  const byConfidence = (cls: string): object =>
    Object.fromEntries(FROM_HIGH.map((confidence) => [confidence, tierBy(cls, confidence)]));
  return {
    classes: Object.fromEntries(classesOf(policy).map((cls) => [cls, byConfidence(cls)])),
    tiers: Object.fromEntries(running(policy).map((name) => [name, limitsOf(policy, name)])),
  };
}

function policyText(path: string, policy: EffectivePolicy): string {
  const classes = classesOf(policy).map((cls) => [
    cls,
    ...FROM_HIGH.map((confidence) => decideTier(policy, cls, confidence).tier),
  ]);
  const tiers = running(policy).map((name) => {
    const {attempts, tokens, turns, minutes, cost} = limitsOf(policy, name);
    return [name, ...[attempts, tokens, turns, minutes ?? 'no limit', cost ?? 'no limit'].map(String)];
  });
  return [
    `${path} is ${styled('green', 'valid')}.`,
    table([['Class', ...FROM_HIGH.map((confidence) => `if ${confidence}`)], ...classes]),
    table([['Tier', 'Attempts', 'Tokens', 'Turns', 'Minutes', 'Cost'], ...tiers]),
    `${MANUAL} runs nothing: an operator decides.`,
    others(policy).join('\n'),
  ].join('\n\n');
}

function running(policy: EffectivePolicy): string[] {
  return Object.keys(policy.tiers).filter((name) => name !== MANUAL);
}

function others(policy: EffectivePolicy): string[] {
  const {limits, waiting, during_bulk_run, prices, recipes, second_opinion = []} = policy;
  const cap = (what: string, {tokens, cost}: {tokens?: number; cost?: number} = {}): string =>
    `All cases of ${what}: ${tokens === undefined ? 'no limit of tokens' : `${tokens} tokens`}, ${cost === undefined ? 'no limit of cost' : `cost ${cost}`}.`;
  const named = Object.keys(prices ?? {});
  const byRule = recipes === true ? 'all recipes' : recipes === false || recipes.length === 0 ? 'no recipe' : recipes.join(', ');
  return [
    cap('a build run', limits?.run),
    cap('a day', limits?.day),
    `While dsynth runs on the host: ${during_bulk_run}.`,
    `Tried before a model is asked: ${byRule}.`,
    ...(second_opinion.length === 0 ? [] : [`A model is also asked where a rule decides: ${second_opinion.join(', ')}.`]),
    masterLine(policy),
    `A second model reads a diff before its proof: ${reviewRule(policy)}.`,
    `A proof builds the port ${policy.prove_twice ? 'twice, with and without DEVELOPER' : 'once, with DEVELOPER'}.`,
    ...(policy.recheck ? ['Before its first repair, a port is built as it is.'] : []),
    deliveryLine(policy),
    `A waiting case reminds every ${waiting.remind_hours} h and closes after ${waiting.close_hours} h; a proved fix may be reviewed for ${waiting.review_hours} h.`,
    `Prices: ${named.length === 0 ? 'none' : named.join(', ')}.`,
  ];
}

function reviewRule({review}: EffectivePolicy): string {
  if (typeof review === 'object') return `where it changes more than ${review.above_lines} lines`;
  return review === 'on' ? 'always' : 'never';
}

function deliveryLine({deliver}: EffectivePolicy): string {
  if (deliver === undefined) return 'An accepted fix is not delivered; `portwright export` writes it.';
  const {command, attempts, timeout_minutes} = deliver;
  return `An accepted fix is delivered by ${JSON.stringify(command)}: at most ${pluralize(attempts, 'run')} of ${pluralize(timeout_minutes, 'minute')}.`;
}

function masterLine({masters, max_slaves}: EffectivePolicy): string {
  if (masters === 'ask') return 'A slave port: an operator repairs its master.';
  return `A slave port: its case goes on at the master, with at most ${max_slaves} other slave ports.`;
}
