import {hostPart} from '../host/host.ts';

/** What is out of the pool, as it is carried over by continue-as-new. */
export interface HealthState {
  /** Problems of dev-envs that failed their probe, by name. */
  readonly unhealthy?: Readonly<Record<string, string>>;
  /** Problems of build hosts that cannot be reached, by name: none of their dev-envs is leased. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** Result of a probe: why the dev-env cannot be leased, or why its host cannot be reached; null if it is healthy. */
export type ProbeResult = string | {readonly host: string; readonly problem: string} | null;

/** A dev-env, or all those of a build host, that left the pool for a reason or, with null, returned. */
export interface HealthChange {
  /** The dev-env that was probed. */
  readonly env: string;
  /** The host; undefined for the dev-env alone. */
  readonly host?: string;
  readonly problem: string | null;
}

/** Whether a change concerns a request for these dev-envs. */
export function concerns({env, host}: HealthChange, envs: readonly string[]): boolean {
  return host === undefined ? envs.includes(env) : envs.some((one) => hostPart(one) === host);
}

/** The dev-envs that are out of the pool, and the build hosts all of whose dev-envs are. */
export class EnvHealth {
  readonly #unhealthy: Map<string, string>;
  readonly #hosts: Map<string, string>;

  constructor({unhealthy = {}, hosts = {}}: HealthState) {
    this.#unhealthy = new Map(Object.entries(unhealthy));
    this.#hosts = new Map(Object.entries(hosts));
  }

  get state(): HealthState {
    const hosts = this.#hosts.size === 0 ? {} : {hosts: Object.fromEntries(this.#hosts)};
    return {unhealthy: Object.fromEntries(this.#unhealthy), ...hosts};
  }

  isOut(env: string): boolean {
    return this.#unhealthy.has(env) || this.#isHostDown(env);
  }

  /** Returns those of `envs`, each of which is wanted, to be probed again: the unhealthy ones, and one of each unreachable host. */
  candidates(envs: readonly string[]): string[] {
    const ofHosts = [...this.#hosts.keys()].flatMap((host) => envs.find((env) => hostPart(env) === host) ?? []);
    return [...envs.filter((env) => this.#unhealthy.has(env) && !this.#isHostDown(env)), ...ofHosts];
  }

  /**
   * Records the result of a probe. Takes the dev-env, or all dev-envs of its host, out of the pool, or adds them again. Returns what changed;
   * another reason why the same host cannot be reached is no change.
   */
  record(env: string, result: ProbeResult): HealthChange[] {
    return typeof result === 'object' && result !== null
      ? this.#hostDown(env, result.host, result.problem)
      : [...this.#hostUp(env), ...this.#setHealth(env, result)];
  }

  #hostDown(env: string, host: string, problem: string): HealthChange[] {
    const isKnown = this.#hosts.has(host);
    this.#hosts.set(host, problem);
    return isKnown ? [] : [{env, host, problem}];
  }

  #hostUp(env: string): HealthChange[] {
    const host = hostPart(env);
    return host !== undefined && this.#hosts.delete(host) ? [{env, host, problem: null}] : [];
  }

  #setHealth(env: string, problem: string | null): HealthChange[] {
    const before = this.#unhealthy.get(env) ?? null;
    if (problem === null) this.#unhealthy.delete(env);
    else this.#unhealthy.set(env, problem);
    return before === problem ? [] : [{env, problem}];
  }

  /** Returns what of these dev-envs is out of the pool; an unreachable host once. */
  problemsOf(envs: readonly string[]): HealthChange[] {
    const found = envs.flatMap((env): [string, HealthChange][] => {
      const host = hostPart(env) ?? '';
      const [down, own] = [this.#hosts.get(host), this.#unhealthy.get(env)];
      if (down !== undefined) return [[`@${host}`, {env, host, problem: down}]];
      return own === undefined ? [] : [[env, {env, problem: own}]];
    });
    return [...new Map(found).values()];
  }

  #isHostDown(env: string): boolean {
    return this.#hosts.has(hostPart(env) ?? '');
  }
}
