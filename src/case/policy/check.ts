import {priceOf} from '../budget/money.ts';
import {ALL_ADJUSTABLE} from '../effect/rules.ts';
import {RECIPES} from '../recipes/index.ts';
import {schemaFaults} from '../text/schema-faults.ts';
import {type EffectivePolicy, limitsCost, MANUAL, type Policy, withDefaults} from './policy.ts';

const FILE = {name: 'the policy', schemaFile: 'policy/policy.schema.json'};

/**
 * Validates a parsed policy file against its schema and for consistency. Returns the policy with its defaults, or every fault as a sentence that
 * names the key, the rule and the value.
 */
export function checkPolicy(schema: object, value: unknown): {ok: true; policy: EffectivePolicy} | {ok: false; faults: string[]} {
  const invalid = schemaFaults(schema, value, FILE);
  if (invalid.length > 0) return {ok: false, faults: invalid};
  const policy = value as Policy;
  const faults = [
    ...tierFaults(policy),
    ...nameFaults(policy),
    ...priceFaults(policy),
    ...secondOpinionFaults(policy),
    ...recipeFaults(policy),
    ...guardFaults(policy),
    ...deliveryFaults(policy),
  ];
  return faults.length === 0 ? {ok: true, policy: withDefaults(policy)} : {ok: false, faults};
}

function tierFaults(policy: Policy): string[] {
  const used = new Set([...Object.values(policy.classification_to_tier), 'AUTO', 'ASSIST']);
  return Object.entries(policy.tiers).flatMap(([name, tier]) => {
    if (name === MANUAL)
      return Object.keys(tier).length > 0 ? ['tiers.MANUAL has limits, but MANUAL runs nothing. Write it as {}.'] : [];
    if (!used.has(name)) return [];
    return [
      ...(tier.max_tokens
        ? []
        : [
            `tiers.${name}.max_tokens is ${tier.max_tokens ?? 'missing'}: a tier that runs needs a budget. Set it, for example to 400000.`,
          ]),
      ...(tier.max_iterations
        ? []
        : [
            `tiers.${name}.max_iterations is ${tier.max_iterations ?? 'missing'}: a tier that runs needs at least one attempt. Set it, for example to 4.`,
          ]),
    ];
  });
}

function nameFaults(policy: Policy): string[] {
  const known = (name: string): boolean => name === MANUAL || Object.hasOwn(policy.tiers, name);
  const unknownTier = (key: string, name: string): string =>
    `${key} names the tier ${name}, which tiers does not have. Add it there or name one of ${Object.keys(policy.tiers).join(', ')}.`;
  return [
    ...Object.entries(policy.classification_to_tier).flatMap(([cls, name]) =>
      known(name) ? [] : [unknownTier(`classification_to_tier.${cls}`, name)],
    ),
    ...Object.keys(policy.confidence_floor).flatMap((name) => (known(name) ? [] : [unknownTier('confidence_floor', name)])),
  ];
}

function priceFaults(policy: Policy): string[] {
  if (!limitsCost(policy)) return [];
  const {prices = {}, review_model: reviewer} = policy;
  if (Object.keys(prices).length > 0)
    return reviewer === undefined || priceOf(prices, reviewer) !== undefined
      ? []
      : [
          `review_model is ${reviewer}, for which prices has no entry, and a limit of money needs one. Add prices.${reviewer}.{prompt,completion}, per million tokens.`,
        ];
  return [
    'A limit of money needs prices: add prices.<model>.{prompt,completion}, per million tokens, for each model that you use.',
  ];
}

function recipeFaults({recipes = true}: Policy): string[] {
  const known = RECIPES.map((one) => one.name);
  const unknown = typeof recipes === 'boolean' ? [] : recipes.filter((name) => !known.includes(name));
  return unknown.map(
    (name) => `recipes names ${name}, which is no recipe. Name some of ${known.join(', ')}, or write true for all.`,
  );
}

function guardFaults({guard = {}}: Policy): string[] {
  const known = ALL_ADJUSTABLE.map(({name}) => name);
  const unknown = Object.keys(guard).filter((name) => !known.includes(name));
  return unknown.map((name) => `guard.${name} is no rule whose severity can be set. Name one of ${known.join(', ')}.`);
}

function deliveryFaults({deliver}: Policy): string[] {
  const [program = ''] = deliver?.command ?? [];
  if (!program.includes('/') || program.startsWith('/')) return [];
  return [
    `deliver.command begins with ${JSON.stringify(program)}: a relative path depends on where the worker was started. Give an absolute path, or a name on PATH.`,
  ];
}

function secondOpinionFaults({second_opinion = [], classification_to_tier}: Policy): string[] {
  const unknown = second_opinion.filter((name) => !Object.hasOwn(classification_to_tier, name));
  return unknown.map(
    (name) =>
      `second_opinion names the class ${name}, which classification_to_tier does not have. Name one of ${Object.keys(classification_to_tier).join(', ')}.`,
  );
}
