import type {BundleRef, Phase, PortId} from '../../src/case/types.ts';
import {SeededRandom} from '../seeded-random.ts';
import {type Cause, generateCauses} from './causes.ts';

/** A failure of a port in a run. Times are milliseconds since 1970. */
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
  /** Undefined for the active run, and for one whose dsynth was killed. */
  readonly end: number | undefined;
  readonly failures: readonly Failure[];
}

export interface PlannedCase {
  /** Run id of the workflow. */
  readonly runId: string;
  readonly port: PortId;
  /** Failures that joined it, oldest first. */
  readonly failures: readonly Failure[];
  /** Closed cases of the port, newest first. */
  readonly earlier: readonly PlannedCase[];
  readonly phase: Phase;
  /** Upper bound of its last change, milliseconds. */
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
/** Failures of the active run that no case has yet. */
const UNREPORTED = 20;
/** Most earlier cases in a case's status. */
const MAX_EARLIER = 5;

const GROUPS =
  'audio/ audio/lib comms/ databases/ databases/py- devel/ devel/lib devel/py- devel/p5- devel/rubygem- devel/R-cran- editors/ emulators/ games/ graphics/ graphics/lib graphics/py- irc/ japanese/ lang/ mail/ mail/p5- math/ math/py- math/R-cran- misc/ multimedia/ multimedia/lib net/ net/py- net-im/ net-p2p/ news/ print/ science/ science/py- security/ security/rubygem- sysutils/ textproc/ www/ www/py- www/rubygem- x11/ x11-fonts/ x11-toolkits/ x11-wm/';
const NAMES =
  'amber anchor atlas aurora basalt beacon birch bolt cedar cinder clover cobalt comet copper coral crane dawn delta dune echo ember falcon fern flint forge frost garnet glacier grove harbor hazel heron indigo iris ivory jasper juniper kestrel lagoon larch lark linden lotus lumen magnet maple marble meadow mercury mosaic nimbus oak onyx orbit osprey otter pearl pine plume quartz raven reef ridge river saffron sage slate sparrow spruce tern thistle';

/** A port, and its current cause of failure. */
interface Port {
  readonly origin: string;
  readonly flavor?: string;
  readonly version: number;
  cause: Cause;
}

/** Plans runs, their failures and the cases of these up to `now`; deterministic by its arguments. */
export function createPlan(cases: number, now: number, seed = 1): Plan {
  return new Planner(cases, now, new SeededRandom(seed)).plan();
}

/** A case during planning. */
interface StartedCase {
  readonly runId: string;
  /** Number of its first run. */
  readonly nth: number;
  readonly failures: Failure[];
}

class Planner {
  readonly #cases: number;
  readonly #now: number;
  readonly #random: SeededRandom;
  readonly #runCount: number;
  readonly #causes: readonly Cause[];
  /** Ports in the order in which they start to fail, cyclically. */
  readonly #ports: readonly Port[];
  #nextPort = 0;
  readonly #started: StartedCase[] = [];
  /** The latest case of each port of each target. */
  readonly #latest = new Map<string, StartedCase>();

  constructor(cases: number, now: number, random: SeededRandom) {
    this.#cases = cases;
    this.#now = now;
    this.#random = random;
    this.#runCount = Math.max(2, Math.ceil(cases / FAILURES_A_RUN));
    this.#causes = generateCauses(random);
    this.#ports = random.shuffled(portNames()).map((origin) => ({
      origin,
      version: random.between(1, 40),
      cause: this.#randomCause(),
      ...(origin.includes('/py-') ? {flavor: 'py311'} : {}),
    }));
  }

  plan(): Plan {
    const runs: PlannedRun[] = [];
    const failing = new Map<string, readonly Port[]>();
    for (let nth = 0; nth < this.#runCount; nth += 1) {
      const run = this.#run(nth);
      const again = (failing.get(run.target) ?? []).filter(() => this.#random.chance(0.55));
      for (const port of again) if (this.#random.chance(0.2)) port.cause = this.#randomCause();
      // Some cases are still open when their port fails again.
      const joining = again.filter(() => this.#random.chance(0.06));
      const starting = this.#pickPorts(this.#casesUpTo(nth) - this.#started.length, again, joining);
      const unreported = nth === this.#runCount - 1 ? this.#pickPorts(UNREPORTED, [], [...joining, ...starting]) : [];
      const failures = [
        ...joining.map((port) => this.#joinCase(port, run)),
        ...starting.map((port) => this.#startCase(port, run, nth)),
      ];
      runs.push({...run, failures: [...failures, ...unreported.map((port) => this.#failure(port, run))]});
      failing.set(run.target, [...joining, ...starting]);
    }
    return {runs, cases: this.#plannedCases()};
  }

  #casesUpTo(nth: number): number {
    return Math.floor(((nth + 1) * this.#cases) / this.#runCount);
  }

  /** Returns `count` ports: those of `first`, then the next ones; none of `taken`. */
  #pickPorts(count: number, first: readonly Port[], taken: readonly Port[]): Port[] {
    const found = new Set(first.filter((port) => !taken.includes(port)).slice(0, count));
    while (found.size < count) {
      const port = this.#ports[this.#nextPort % this.#ports.length] as Port;
      this.#nextPort += 1;
      if (!taken.includes(port)) found.add(port);
    }
    return [...found];
  }

  #joinCase(port: Port, run: Omit<PlannedRun, 'failures'>): Failure {
    const failure = this.#failure(port, run);
    this.#latest.get(portKey(failure))?.failures.push(failure);
    return failure;
  }

  #startCase(port: Port, run: Omit<PlannedRun, 'failures'>, nth: number): Failure {
    const failure = this.#failure(port, run);
    const one = {runId: this.#random.uuid(), nth, failures: [failure]};
    this.#started.push(one);
    this.#latest.set(portKey(failure), one);
    return failure;
  }

  /** Plans a run. The last one is active; the one in the middle was killed. */
  #run(nth: number): Omit<PlannedRun, 'failures'> {
    const many = this.#runCount;
    const start = nth === many - 1 ? this.#now - 10 * HOUR : this.#now - Math.floor(((many - 1 - nth) * DAYS * DAY) / many);
    const end = nth === many - 1 || nth === Math.floor(many / 2) ? undefined : start + this.#random.between(14, 22) * HOUR;
    const profile = PROFILES[nth % PROFILES.length] as string;
    const target = TARGETS[nth % TARGETS.length] as string;
    return {runId: `run-${profile}-${hookTimestamp(start)}-${this.#random.between(300, 99_000)}`, profile, target, start, end};
  }

  #failure({origin, flavor, version, cause}: Port, {runId, profile, target, start, end}: Omit<PlannedRun, 'failures'>): Failure {
    const at = start + Math.floor(this.#random.next() * ((end ?? Math.min(this.#now, start + 10 * HOUR)) - start));
    const name = `${origin.replace('/', '_')}${flavor === undefined ? '' : `@${flavor}`}`;
    const port = {target, origin, flavor};
    const pkgname = `${origin.replace(/^.*\//, '').replace(/^py-/, 'py311-')}-${Math.floor(version / 10)}.${version % 10}`;
    return {runId, bundleId: `${name}-${hookTimestamp(at)}`, port, pkgname, cause, profile, at};
  }

  #randomCause(): Cause {
    return this.#causes[this.#random.zipf(this.#causes.length)] as Cause;
  }

  /** Returns the cases. Open ones are the latest of their ports, most of them of the last run. */
  #plannedCases(): PlannedCase[] {
    const untils = this.#caseEnds();
    const past = new Map<string, PlannedCase[]>();
    return this.#started.map((one, at) => {
      const first = one.failures[0] as Failure;
      const earlier = past.get(portKey(first)) ?? [];
      const age = this.#runCount - 1 - one.nth;
      const isOpen = this.#latest.get(portKey(first)) === one && this.#random.chance(age === 0 ? 0.6 : age < 8 ? 0.2 : 0);
      const phase = !isOpen ? 'closed' : age === 0 ? this.#openPhase() : 'awaiting-operator';
      const {runId, failures} = one;
      const until = untils[at] ?? this.#now;
      const planned = {runId, port: first.port, failures, earlier: earlier.slice(0, MAX_EARLIER), phase, until};
      past.set(portKey(first), [planned, ...earlier]);
      return planned;
    });
  }

  /** Returns for each case the start of the next case of its port, or now. */
  #caseEnds(): number[] {
    const next = new Map<string, number>();
    return this.#started
      .toReversed()
      .map(({failures: [first]}) => {
        const key = portKey(first as Failure);
        const until = next.get(key) ?? this.#now;
        next.set(key, first?.at ?? until);
        return until;
      })
      .reverse();
  }

  #openPhase(): Phase {
    return this.#random.weighted({
      collect: 4,
      triage: 6,
      decide: 2,
      'waiting-env': 30,
      patch: 5,
      prove: 2,
      'awaiting-operator': 50,
    });
  }
}

function portKey({port: {target, origin}}: Failure): string {
  return `${target} ${origin}`;
}

function portNames(): string[] {
  return GROUPS.split(' ')
    .flatMap((group) => NAMES.split(' ').map((name) => `${group}${name}`))
    .slice(0, PORTS);
}

/** Formats a time as the hooks do: `20260118-140501Z`. */
export function hookTimestamp(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}Z`;
}
