import {join} from 'node:path';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {beginAttempt} from '../../../src/devenv/overlay.ts';
import {toolByName} from '../../../src/devenv/tools/index.ts';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import {DEV_ENV, Envs, type Ran} from '../../integration/devenv-linux/support.ts';
import {FILES, LINKS, ORIGIN, OTHER, PLANTED} from './paths.ts';

const NAME = 'hostile';

/** Content of files that no tool may show: outside /work and in .git. */
export const SECRET = 'CANARY-5d1f-outside';
/** Content of other ports' files, which may be read, but not by tools that write, and never written. */
export const NEIGHBOUR = 'CANARY-77ab-neighbour';

/** A dev-env of the demo with planted links, fifos and canaries, and the work tree of `ORIGIN`. */
export class HostilePlace {
  readonly envs = new Envs();
  readonly context: ToolContext;

  private constructor() {
    const env = openDevEnv(NAME, {command: [DEV_ENV], env: {...process.env, ...this.envs.env}});
    this.context = {env, origin: ORIGIN, target: '@demo', buildIdleSeconds: 60, buildTotalSeconds: 120};
  }

  static async make(): Promise<HostilePlace> {
    const place = new HostilePlace();
    const trees = await createDemoTrees(join(place.envs.root, 'demo-trees'));
    await place.envs.createDemo(NAME, trees);
    await beginAttempt(place.context.env, {caseId: `port:@demo:${ORIGIN}`, origin: ORIGIN});
    const tree = await toolByName('make_patch')?.run({origin: ORIGIN}, place.context);
    if (!tree?.result.ok) throw new Error(`No work tree: ${JSON.stringify(tree?.result)}`);
    const links = Object.entries(LINKS).flat();
    await place.sh(PLANT, ORIGIN, OTHER, PLANTED, SECRET, NEIGHBOUR, `${FILES.length}`, ...FILES, ...links);
    return place;
  }

  /** Runs a script inside, with write access everywhere. */
  ran(script: string, ...parameters: string[]): Promise<Ran> {
    return this.envs.sh(NAME, script, ...parameters);
  }

  /** Runs a script that must succeed, and returns its output. */
  async sh(script: string, ...parameters: string[]): Promise<string> {
    const ran = await this.ran(script, ...parameters);
    if (ran.rc !== 0) throw new Error(`A script of the test failed: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Does the same with standard input. */
  async feed(script: string, input: string): Promise<string> {
    const ran = await this.envs.run(['exec', '--cwd', '/work', NAME, '--', '/bin/sh', '-c', script, 'portwright'], input);
    if (ran.rc !== 0) throw new Error(`A script of the test failed: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Returns a digest of everything that a case of `ORIGIN` must not change, one line per file. */
  async digest(): Promise<string[]> {
    return (await this.sh(DIGEST, ORIGIN)).split('\n').sort();
  }

  async remove(): Promise<void> {
    await this.envs.remove();
  }
}

/** ORIGIN OTHER PLANTED SECRET NEIGHBOUR COUNT FILE... {LINK TARGET}... */
const PLANT = `set -eu
own=/work/DeltaPorts/ports/$1 other=/work/DeltaPorts/ports/$2 obj=/work/obj/$1 planted=$3 secret=$4 neighbour=$5 count=$6
shift 6
newline=$(printf '\\nx'); newline=\${newline%x}
for dir in /construction/canary /tmp/canary; do
  mkdir "$dir"
  for name in canary Makefile config x; do echo "$secret" >"$dir/$name"; done
done
printf '[canary]\\n\\ttext = %s\\n' "$secret" >>/work/DeltaPorts/.git/config
echo "$secret" >/work/DeltaPorts/.git/canary
for dir in "$other" "$own-evil" "$own$newline" "$obj-evil" "$obj$newline" /work/obj/sysutils/dfwho /work/freebsd-ports/sysutils/dfwho; do
  mkdir -p "$dir"
  for name in canary x; do echo "$neighbour" >"$dir/$name"; done
done
for home in "$own/$planted" "$obj/$planted" "/work/$planted" /work/genpatch-out/net_wifimedia; do
  mkdir -p "$home/dir/deep" "$home/.git" "$home/dir/.git"
  echo "$secret" >"$home/.git/config"
  echo "$secret" >"$home/dir/.git/config"
  mkfifo "$home/fifo"
  ln -s /construction/canary "$home/dir/deep/to-outside"
  case $home in */genpatch-out/*) prefix=patch- ;; *) prefix= ;; esac
  at=0
  for word; do
    at=$((at + 1))
    if [ $at -le "$count" ]; then
      [ -n "$prefix" ] || echo own >"$home/$word"
    elif [ $(((at - count) % 2)) -eq 1 ]; then
      link=$word
    else
      ln -s "$word" "$home/$prefix$link"
    fi
  done
done
cd /work/genpatch-out/net_wifimedia
mkfifo patch-fifo
mkdir patch-dir
echo own >patch-own
`;

/** Argument: ORIGIN. Digests contents of files, types and modes of the rest, without the tools' own files. */
const DIGEST = `set -eu
cd /
set -- \\( -path "work/DeltaPorts/ports/$1" -o -path "work/obj/$1" -o -path 'work/genpatch-out/net_wifimedia' -o -path work/.portwright-edit \\) -prune -o
find work tmp construction etc usr/distfiles usr/local var "$@" -type f -print0 2>/dev/null | xargs -0 sha256sum
find work tmp construction etc usr/distfiles usr/local var "$@" ! -type f -printf '%y%m:%l %p\\n' 2>/dev/null
`;
