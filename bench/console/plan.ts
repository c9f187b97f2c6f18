import type {BundleRef, Phase, PortId} from '../../src/case/types.ts';
import {allCauses, type Cause} from './causes.ts';
import {Dice} from './dice.ts';

/** One port that failed in one run. Times are milliseconds since 1970. */
export interface Failure extends BundleRef {
  readonly port: PortId;
  readonly pkgname: string;
  readonly cause: Cause;
  readonly profile: string;
  readonly at: number;
}

export interface PlannedRun {
  readonly runId: string;
  readonly profile: string;
  readonly target: string;
  readonly start: number;
  /** Undefined of the run at work, and of one whose dsynth was killed. */
  readonly end: number | undefined;
  readonly failures: readonly Failure[];
}

export interface PlannedCase {
  /** Run id of its workflow. */
  readonly runId: string;
  readonly port: PortId;
  /** Those that joined it, oldest first. */
  readonly failures: readonly Failure[];
  /** Cases of the port that were over before, newest first. */
  readonly earlier: readonly PlannedCase[];
  readonly phase: Phase;
  /** It has changed for the last time before that; milliseconds. */
  readonly until: number;
}

export interface Plan {
  /** Oldest first. */
  readonly runs: readonly PlannedRun[];
  readonly cases: readonly PlannedCase[];
}

const FAILURES_A_RUN = 250;
const PORTS = 3000;
const DAYS = 60;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const TARGETS = ['@2026Q3', '@2026Q4'];
const PROFILES = ['LiveSystem', 'Devel'];
/** Failures of the run at work that no case has taken up yet. */
const UNREPORTED = 20;
/** Earlier cases that a case is told of. */
const EARLIER = 5;

const GROUPS =
  'audio/ audio/lib comms/ databases/ databases/py- devel/ devel/lib devel/py- devel/p5- devel/rubygem- devel/R-cran- editors/ emulators/ games/ graphics/ graphics/lib graphics/py- irc/ japanese/ lang/ mail/ mail/p5- math/ math/py- math/R-cran- misc/ multimedia/ multimedia/lib net/ net/py- net-im/ net-p2p/ news/ print/ science/ science/py- security/ security/rubygem- sysutils/ textproc/ www/ www/py- www/rubygem- x11/ x11-fonts/ x11-toolkits/ x11-wm/';
const NAMES =
  'amber anchor atlas aurora basalt beacon birch bolt cedar cinder clover cobalt comet copper coral crane dawn delta dune echo ember falcon fern flint forge frost garnet glacier grove harbor hazel heron indigo iris ivory jasper juniper kestrel lagoon larch lark linden lotus lumen magnet maple marble meadow mercury mosaic nimbus oak onyx orbit osprey otter pearl pine plume quartz raven reef ridge river saffron sage slate sparrow spruce tern thistle';

/** A port, and how it fails until something changes. */
interface Port {
  readonly origin: string;
  readonly flavor?: string;
  readonly version: number;
  cause: Cause;
}

/** Which ports fail in which runs, which cases they are, and where these are: so many cases up to `now`, the same for the same numbers. */
export function planOf(cases: number, now: number, seed = 1): Plan {
  return new Planner(cases, now, new Dice(seed)).plan();
}

/** A case while runs are planned. */
interface Begun {
  readonly runId: string;
  /** Of its first run. */
  readonly nth: number;
  readonly failures: Failure[];
}

class Planner {
  readonly #cases: number;
  readonly #now: number;
  readonly #dice: Dice;
  readonly #many: number;
  readonly #causes: readonly Cause[];
  /** Ports in the order in which they begin to fail, over and over. */
  readonly #ports: readonly Port[];
  #next = 0;
  readonly #begun: Begun[] = [];
  /** The latest case of each port of each target. */
  readonly #latest = new Map<string, Begun>();

  constructor(cases: number, now: number, dice: Dice) {
    this.#cases = cases;
    this.#now = now;
    this.#dice = dice;
    this.#many = Math.max(2, Math.ceil(cases / FAILURES_A_RUN));
    this.#causes = allCauses(dice);
    this.#ports = dice.shuffled(portNames()).map((origin) => ({
      ...{origin, version: dice.between(1, 40), cause: this.#anyCause()},
      ...(origin.includes('/py-') ? {flavor: 'py311'} : {}),
    }));
  }

  plan(): Plan {
    const runs: PlannedRun[] = [];
    const failing = new Map<string, readonly Port[]>();
    for (let nth = 0; nth < this.#many; nth += 1) {
      const run = this.#run(nth);
      const again = (failing.get(run.target) ?? []).filter(() => this.#dice.chance(0.55));
      for (const port of again) if (this.#dice.chance(0.2)) port.cause = this.#anyCause();
      // Some cases are still open when their port fails again.
      const joining = again.filter(() => this.#dice.chance(0.06));
      const begun = this.#upTo(this.#casesUpTo(nth) - this.#begun.length, again, joining);
      const unreported = nth === this.#many - 1 ? this.#upTo(UNREPORTED, [], [...joining, ...begun]) : [];
      const failures = [...joining.map((port) => this.#join(port, run)), ...begun.map((port) => this.#begin(port, run, nth))];
      runs.push({...run, failures: [...failures, ...unreported.map((port) => this.#failure(port, run))]});
      failing.set(run.target, [...joining, ...begun]);
    }
    return {runs, cases: this.#whole()};
  }

  #casesUpTo(nth: number): number {
    return Math.floor(((nth + 1) * this.#cases) / this.#many);
  }

  /** So many ports: those of `first`, then the next ones; none of `taken`. */
  #upTo(many: number, first: readonly Port[], taken: readonly Port[]): Port[] {
    const found = new Set(first.filter((port) => !taken.includes(port)).slice(0, many));
    while (found.size < many) {
      const port = this.#ports[this.#next % this.#ports.length] as Port;
      this.#next += 1;
      if (!taken.includes(port)) found.add(port);
    }
    return [...found];
  }

  #join(port: Port, run: Omit<PlannedRun, 'failures'>): Failure {
    const failure = this.#failure(port, run);
    this.#latest.get(keyOf(failure))?.failures.push(failure);
    return failure;
  }

  #begin(port: Port, run: Omit<PlannedRun, 'failures'>, nth: number): Failure {
    const failure = this.#failure(port, run);
    const one = {runId: this.#dice.uuid(), nth, failures: [failure]};
    this.#begun.push(one);
    this.#latest.set(keyOf(failure), one);
    return failure;
  }

  /** The last run is at work; the one in the middle was killed. */
  #run(nth: number): Omit<PlannedRun, 'failures'> {
    const many = this.#many;
    const start = nth === many - 1 ? this.#now - 10 * HOUR : this.#now - Math.floor(((many - 1 - nth) * DAYS * DAY) / many);
    const end = nth === many - 1 || nth === Math.floor(many / 2) ? undefined : start + this.#dice.between(14, 22) * HOUR;
    const profile = PROFILES[nth % PROFILES.length] as string;
    const target = TARGETS[nth % TARGETS.length] as string;
    return {runId: `run-${profile}-${stampOf(start)}-${this.#dice.between(300, 99_000)}`, profile, target, start, end};
  }

  #failure({origin, flavor, version, cause}: Port, {runId, profile, target, start, end}: Omit<PlannedRun, 'failures'>): Failure {
    const at = start + Math.floor(this.#dice.next() * ((end ?? Math.min(this.#now, start + 10 * HOUR)) - start));
    const name = `${origin.replace('/', '_')}${flavor === undefined ? '' : `@${flavor}`}`;
    const port = {target, origin, flavor};
    const pkgname = `${origin.replace(/^.*\//, '').replace(/^py-/, 'py311-')}-${Math.floor(version / 10)}.${version % 10}`;
    return {runId, bundleId: `${name}-${stampOf(at)}`, port, pkgname, cause, profile, at};
  }

  #anyCause(): Cause {
    return this.#causes[this.#dice.zipf(this.#causes.length)] as Cause;
  }

  /** Open cases are the latest of their ports, most of them of the last run. */
  #whole(): PlannedCase[] {
    const untils = this.#untils();
    const past = new Map<string, PlannedCase[]>();
    return this.#begun.map((one, at) => {
      const first = one.failures[0] as Failure;
      const earlier = past.get(keyOf(first)) ?? [];
      const age = this.#many - 1 - one.nth;
      const isOpen = this.#latest.get(keyOf(first)) === one && this.#dice.chance(age === 0 ? 0.6 : age < 8 ? 0.2 : 0);
      const phase = !isOpen ? 'closed' : age === 0 ? this.#openPhase() : 'awaiting-operator';
      const {runId, failures} = one;
      const until = untils[at] ?? this.#now;
      const whole = {runId, port: first.port, failures, earlier: earlier.slice(0, EARLIER), phase, until};
      past.set(keyOf(first), [whole, ...earlier]);
      return whole;
    });
  }

  /** When the next case of the same port begins, for each case; now, where none does. */
  #untils(): number[] {
    const next = new Map<string, number>();
    return this.#begun
      .toReversed()
      .map(({failures: [first]}) => {
        const key = keyOf(first as Failure);
        const until = next.get(key) ?? this.#now;
        next.set(key, first?.at ?? until);
        return until;
      })
      .reverse();
  }

  #openPhase(): Phase {
    return this.#dice.weighted({
      ...{collect: 4, triage: 6, decide: 2, 'waiting-env': 30, patch: 5, prove: 2},
      'awaiting-operator': 50,
    });
  }
}

function keyOf({port: {target, origin}}: Failure): string {
  return `${target} ${origin}`;
}

function portNames(): string[] {
  return GROUPS.split(' ')
    .flatMap((group) => NAMES.split(' ').map((name) => `${group}${name}`))
    .slice(0, PORTS);
}

/** A time as the hooks write it, `20260118-140501Z`. */
export function stampOf(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}Z`;
}
