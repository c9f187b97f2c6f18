import type {RecipeInput} from './recipe.ts';

/** Returns the distinct values of a fact over all causes, in their order; empty unless the first cause has one of `kinds`. */
export function factsOf({causes}: RecipeInput, key: string, kinds: readonly string[] = [key]): string[] {
  const found = causes.findings.filter(({kind}) => kind === 'cause').map(({facts}) => facts);
  const [first] = found;
  if (first === undefined || !kinds.some((one) => first[one])) return [];
  const values = found.flatMap((facts) => (facts[key] ?? '').split('\n').map((value) => value.trim()));
  return [...new Set(values)].filter((value) => value !== '');
}
