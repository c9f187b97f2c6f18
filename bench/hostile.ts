import {Baits, EnvsOf, SELF, unusedUid} from '../test/support/hostile/baits.ts';
import {callHostilely, checkHostileArguments, hostileCalls} from '../test/support/hostile/calls.ts';
import {judgeDiffs} from '../test/support/hostile/diffs/index.ts';
import {ESCAPES} from '../test/support/hostile/escapes.ts';
import {type Figures, type Judged, sum, tally} from '../test/support/hostile/figures.ts';
import {IntegrityRig, judgeWays} from '../test/support/hostile/integrity-rig.ts';
import {WAY_GROUPS} from '../test/support/hostile/integrity-ways.ts';
import {hostileArguments, hostileOrigins, hostilePatchNames, hostilePaths} from '../test/support/hostile/paths.ts';
import {HostilePlace} from '../test/support/hostile/place.ts';
import {race} from '../test/support/hostile/race.ts';
import {resolveNames, resolvePaths} from '../test/support/hostile/resolve.ts';
import {fenceOrders, hideSecrets} from '../test/support/hostile/secrets.ts';
import {lieAboutUsage} from '../test/support/hostile/usage.ts';

export interface HostileRun {
  readonly figures: Figures;
  readonly kinds: Readonly<Record<string, Figures>>;
  /** Inputs that did harm. */
  readonly faults: readonly string[];
}

/** Kinds of hostile input; each runs in a fresh dev-env. */
const KINDS: Readonly<Record<string, (place: HostilePlace, seed: number) => Promise<readonly Judged[]>>> = {
  paths: async (place, seed) => (await resolvePaths(place, hostilePaths(seed, 10_000))).judged,
  names: async (place, seed) => (await resolveNames(place, hostilePatchNames(seed, 2000), hostileOrigins(seed, 2000))).judged,
  arguments: async (_, seed) => checkHostileArguments(hostileArguments(seed, 3000)),
  tools: async (place, seed) => (await callHostilely(place, hostileCalls(seed, 100))).map(({judged}) => judged),
  race: async (place) => (await race(place, 30)).answers.map(({judged}) => judged),
  diffs: async () => judgeDiffs(),
  isolation: tryEscapes,
  integrity: tryWays,
  orders: async (_, seed) => fenceOrders(seed),
  secrets: async (_, seed) => hideSecrets(seed, 3000),
  usage: async (_, seed) => lieAboutUsage(seed, 500),
};

/** Tries each escape in a dev-env of this user, with the most permissive caller. */
async function tryEscapes(): Promise<Judged[]> {
  const inside = SELF === 0 ? unusedUid(64_900) : SELF;
  const envs = new EnvsOf(SELF, inside);
  const baits = new Baits();
  try {
    await baits.set(inside);
    await envs.makeBoth();
    const judged: Judged[] = [];
    for (const tried of ESCAPES) {
      const result = await envs.attempt(tried, baits);
      const hasVerdict = tried.seconds !== undefined || /^(refused|reached): (?!BROKEN)/m.test(result.stdout);
      const verdict = tried.escaped(result) ? 'escaped' : hasVerdict ? 'refused' : 'crashed';
      judged.push({input: tried.name, verdict, seen: result.stdout.slice(0, 200)});
    }
    return judged;
  } finally {
    await baits.take();
    await envs.remove();
  }
}

/** Takes each way from an attempt's make code to a proof, in a dev-env of this user. */
async function tryWays(): Promise<Judged[]> {
  const rig = new IntegrityRig(SELF, SELF === 0 ? unusedUid(64_908) : SELF);
  try {
    await rig.create();
    const judged: Judged[] = [];
    for (const group of WAY_GROUPS) judged.push(...judgeWays(group, await rig.attempt(group)));
    return judged;
  } finally {
    await rig.remove();
  }
}

/** Tries hostile inputs of every kind. The seed determines them, except for the timing of races. */
export async function measureHostile(seed: number, log: (line: string) => void): Promise<HostileRun> {
  const kinds: Record<string, Figures> = {};
  const faults: string[] = [];
  for (const [kind, attack] of Object.entries(KINDS)) {
    const place = await HostilePlace.make();
    try {
      log(kind);
      const found = tally(await attack(place, seed));
      kinds[kind] = found.figures;
      faults.push(...found.faults.map((fault) => `${kind}: ${fault}`));
    } finally {
      await place.remove();
    }
  }
  return {figures: sum(Object.values(kinds)), kinds, faults};
}
