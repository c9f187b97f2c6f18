import {checkPolicy} from '../policy/check.ts';
import {MANUAL} from '../policy/policy.ts';
import type {ImportItem} from './report.ts';

type Json = Readonly<Record<string, unknown>>;

/** Keys that both systems have. */
const SHARED = ['tiers', 'classification_to_tier', 'confidence_floor'] as const;

/** What a proposal is made of. */
export interface PolicySources {
  /** The parsed policy of the existing system. */
  readonly old: unknown;
  /** The shipped policy and its schema. */
  readonly shipped: object;
  readonly schema: object;
  /** Values for `repeats`. */
  readonly repeats: Readonly<Record<string, number>>;
}

/**
 * Returns a policy with the three keys of the existing system's, and the shipped policy's other keys; undefined if it would not be valid. The
 * existing system takes a `max_tokens` of 0 as no limit and no `max_iterations` as one attempt; here a tier that runs has both.
 */
export function proposePolicy({old, shipped, schema, repeats}: PolicySources): {items: ImportItem[]; proposal?: object} {
  if (!isObject(old)) return {items: [item('policy', 'failed', 'it must be a JSON object')]};
  const items = Object.keys(old)
    .filter((key) => !SHARED.includes(key as never) && key !== '$schema')
    .map((key) => item(key, 'left', 'it is not a key of the existing system’s policy; add it by hand if the schema has it'));
  const others = Object.entries(shipped).filter(([key]) => !SHARED.includes(key as never) && key !== '$schema');
  const shared = SHARED.filter((key) => key in old).map((key) => [key, old[key]]);
  const tiers = isObject(old.tiers) ? {tiers: tiersOf(old.tiers, (shipped as Json).tiers as Json, schema, items)} : {};
  const changed = Object.keys(repeats).length > 0 ? {repeats} : {};
  const proposal = {...Object.fromEntries([...shared, ...others]), ...tiers, ...changed};
  const checked = checkPolicy(schema, proposal);
  if (!checked.ok) return {items: [...items, ...checked.faults.map((fault) => item('policy', 'failed', fault))]};
  return {items: [...items, ...differences(old, shipped as Json)], proposal};
}

function tiersOf(tiers: Json, shipped: Json, schema: object, items: ImportItem[]): Json {
  const known = tierKeys(schema);
  return Object.fromEntries(
    Object.entries(tiers).map(([name, limits]) => {
      if (name === MANUAL || !isObject(limits)) return [name, name === MANUAL ? {} : limits];
      const unknown = Object.keys(limits).filter((key) => !known.includes(key));
      items.push(...unknown.map((key) => item(`tiers.${name}.${key}`, 'left', 'a tier has no such key')));
      const taken = Object.fromEntries(Object.entries(limits).filter(([key]) => known.includes(key)));
      return [name, withLimits(name, taken, shipped[name], items)];
    }),
  );
}

function withLimits(name: string, tier: Json, shipped: unknown, items: ImportItem[]): Json {
  const iterations = tier.max_iterations || 1;
  const usual = isObject(shipped) ? shipped.max_tokens : undefined;
  if (tier.max_tokens || usual === undefined) return {...tier, max_iterations: iterations};
  items.push(
    item(`tiers.${name}.max_tokens`, 'left', `0 is no limit there, and a tier that runs has one here; the proposal has ${usual}`),
  );
  return {...tier, max_iterations: iterations, max_tokens: usual};
}

function tierKeys(schema: object): string[] {
  const {properties} = schema as {properties: {tiers: {additionalProperties: {properties: object}}}};
  return Object.keys(properties.tiers.additionalProperties.properties);
}

/** What an operator should judge before the proposal is used. */
function differences(old: Json, shipped: Json): ImportItem[] {
  const [mine, theirs] = [shipped.classification_to_tier as Json, old.classification_to_tier as Json];
  const missing = Object.keys(mine).filter((name) => !Object.hasOwn(theirs, name));
  const lower = Object.keys(mine).filter(
    (name) => mine[name] === MANUAL && Object.hasOwn(theirs, name) && theirs[name] !== MANUAL,
  );
  return [
    ...missing.map((name) =>
      item(`classification_to_tier.${name}`, 'left', 'the old policy has no such class; the shipped policy has one'),
    ),
    ...lower.map((name) =>
      item(`classification_to_tier.${name}`, 'taken', `${theirs[name]}, as in the old policy; the shipped policy has MANUAL`),
    ),
  ];
}

function item(name: string, result: ImportItem['result'], detail: string): ImportItem {
  return {part: 'policy', name, result, detail};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
