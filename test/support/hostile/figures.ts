/** Effect of a hostile input. `refused`: it was refused, or did only what is allowed. */
export type Verdict = 'refused' | 'escaped' | 'leaked' | 'crashed';

/** Number of inputs, in total and by effect. */
export type Figures = Readonly<Record<'tried' | Verdict, number>>;

/** Figures of one kind of input, and the inputs that did harm. */
export interface Tally {
  readonly figures: Figures;
  readonly faults: readonly string[];
}

export interface Judged {
  readonly input: unknown;
  readonly verdict: Verdict;
  /** Observed effect, for readers. */
  readonly seen?: string;
}

export function tally(judged: readonly Judged[]): Tally {
  const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length;
  const harm = {escaped: count('escaped'), leaked: count('leaked'), crashed: count('crashed')};
  const faults = judged.flatMap(({input, verdict, seen = ''}) =>
    verdict === 'refused' ? [] : [`${verdict}: ${JSON.stringify(input)?.slice(0, 300)} ${seen}`.trim()],
  );
  return {figures: {tried: judged.length, refused: count('refused'), ...harm}, faults};
}

export function sum(all: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number => all.reduce((total, one) => total + one[key], 0);
  return {tried: of('tried'), refused: of('refused'), escaped: of('escaped'), leaked: of('leaked'), crashed: of('crashed')};
}
