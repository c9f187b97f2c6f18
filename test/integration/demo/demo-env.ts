import {join} from 'node:path';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import {Envs, type Ran} from '../devenv-linux/support.ts';

const NAME = 'ports';

/** A dev-env of the demo's trees, away from the demo's own. */
export class DemoEnv {
  readonly #envs = new Envs();

  async create(): Promise<void> {
    const trees = await createDemoTrees(join(this.#envs.root, 'demo-trees'));
    await this.#envs.createDemo(NAME, trees);
  }

  /** A sh script inside; stderr goes where stdout goes, in its order. */
  async sh(script: string, ...parameters: string[]): Promise<Ran> {
    return this.#envs.sh(NAME, `exec 2>&1\n${script}`, ...parameters);
  }

  /** `make` in the composed port, with what it says as on DragonFly, where that port is below /work/DPorts. */
  async make(origin: string, ...args: string[]): Promise<{rc: number | undefined; said: string}> {
    const script = 'dir=$DPORTS_COMPOSE_ROOT/$1; shift; exec make -C "$dir" WRKDIRPREFIX=/work/obj BATCH=yes "$@"';
    const ran = await this.sh(script, origin, ...args);
    return {rc: ran.rc, said: ran.stdout.replaceAll('/work/artifacts/compose/@demo', '/work/DPorts')};
  }

  /** Writes a file of the composed port. */
  async write(origin: string, file: string, content: string): Promise<void> {
    const script = 'mkdir -p "$(dirname "$DPORTS_COMPOSE_ROOT/$1")" && printf %s "$2" >"$DPORTS_COMPOSE_ROOT/$1"';
    const ran = await this.sh(script, `${origin}/${file}`, content);
    if (ran.rc !== 0) throw new Error(ran.stdout);
  }

  /** `dsynth test` of a port: whether its list of successes has it, and all its lines. */
  async dsynthTest(origin: string): Promise<{built: boolean; results: string}> {
    const script = `dsynth -S -y -p "$DPORTS_DSYNTH_PROFILE" test "$1" >/dev/null || exit
cat /work/dsynth/logs/00_last_results.log; printf '\\0'; cat /work/dsynth/logs/01_success_list.log`;
    const ran = await this.sh(script, origin);
    if (ran.rc !== 0) throw new Error(ran.stdout);
    const [results = '', successes = ''] = ran.stdout.split('\0');
    return {built: successes.includes(`] SUCCESS ${origin} `), results};
  }

  remove(): Promise<void> {
    return this.#envs.remove();
  }
}
