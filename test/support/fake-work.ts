import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import type {DevEnv} from '../../src/devenv/client.ts';
import {openDevEnv} from '../../src/devenv/exec.ts';
import type {ToolContext} from '../../src/devenv/tools/tool.ts';
import {BsdTools, type Shell} from './bsd-tools/bsd-tools.ts';

/** A small /work for the fake dev-env: a git overlay, a composed port on plain bmake, and stand-ins for reapply and dsynth. */
export interface FakeWork {
  /** Host directory that is mounted as /work. */
  readonly work: string;
  readonly env: DevEnv;
  readonly context: ToolContext;
  /** Host path of a path under /work. */
  at(path: string): string;
  put(path: string, content: string | Uint8Array): Promise<void>;
  /** Deletes it. Throws where a script has used what only GNU's tools have. */
  end(): Promise<void>;
}

/** Makefile of the port: extract copies the source, patch applies the patches of dragonfly/. */
export const PORT_MAKEFILE = `PORTNAME=foo
WRKDIR=\${WRKDIRPREFIX}/net/foo
WRKSRC=\${WRKDIR}/foo-1.0
DISTFILES=foo-1.0.tar.gz
DFLY_PATCHDIR?=\${.CURDIR}/dragonfly
DFLY!=ls \${DFLY_PATCHDIR}/patch-* 2>/dev/null || true
extract:
	mkdir -p \${WRKSRC}/src
	cp \${.CURDIR}/source/* \${WRKSRC}/src/
	cp \${.CURDIR}/source/main.c \${WRKSRC}/main_one.c
	@echo extracted
patch: extract
.for one in \${DFLY}
	cd \${WRKSRC} && patch -p0 -s -i \${one}
.endfor
clean:
	rm -rf \${WRKDIR}
`;

/** Composes like the real one: port, dragonfly/ and Makefile.DragonFly; a file named "broken" makes it fail. */
const REAPPLY = `#!/bin/sh
set -eu
[ ! -e "/work/DeltaPorts/ports/$1/broken" ] || { echo "1 out of 1 hunks failed" >&2; exit 1; }
to=$DPORTS_COMPOSE_ROOT/$1
rm -rf "$to"; mkdir -p "$to"
cp -R "/work/freebsd-ports/$1/." "$to/"
[ ! -d "/work/DeltaPorts/ports/$1/dragonfly" ] || cp -R "/work/DeltaPorts/ports/$1/dragonfly" "$to/"
[ ! -f "/work/DeltaPorts/ports/$1/Makefile.DragonFly" ] || cp "/work/DeltaPorts/ports/$1/Makefile.DragonFly" "$to/"
echo "compose: ports=1 ops=1 applied=1 fallback=0 errors=0"
`;

/** Builds if the composed Makefile.DragonFly contains FIXED; does nothing and succeeds if it contains IGNORE. */
const DSYNTH = `#!/bin/sh
set -eu
echo "dsynth $*; flag: $(ls /work/.dports-agent-hooks-disabled 2>&1)" >>/work/dsynth/calls
for port; do :; done
log=/work/dsynth/logs/$(echo "\${port%%@*}" | sed 's,/,___,').log
: >/work/dsynth/logs/01_success_list.log
made=$DPORTS_COMPOSE_ROOT/\${port%%@*}/Makefile.DragonFly
if grep -q IGNORE "$made" 2>/dev/null; then exit 0; fi
i=1; while [ $i -le 100 ]; do echo "line $i"; i=$((i + 1)); done >"$log"
if ! grep -q FIXED "$made" 2>/dev/null; then echo "foo.c:7: error: 'X' undeclared" >>"$log"; echo "failed: 1"; exit 1; fi
echo "[001] SUCCESS $port" >/work/dsynth/logs/01_success_list.log
`;

export interface FakeWorkOptions {
  /**
   * Whether the tools are those of a BSD, or those of this machine, which take half the time; default the PORTWRIGHT_FAKE_TOOLS of the
   * environment, else `host`. `every-script.test.ts` runs each script with those of a BSD.
   */
  readonly tools?: 'bsd' | 'host';
  /** Shell of the scripts, where the tools are those of a BSD; default the PORTWRIGHT_FAKE_SHELL of the environment, else dash. */
  readonly shell?: Shell;
}

const TOOLS = process.env.PORTWRIGHT_FAKE_TOOLS === 'bsd' ? 'bsd' : 'host';

export async function fakeWork({tools = TOOLS, shell}: FakeWorkOptions = {}): Promise<FakeWork> {
  const home = await mkdtemp(join(tmpdir(), 'portwright-fake-'));
  const work = join(home, 'work');
  const at = (path: string) => join(work, path.replace(/^\/work\//, ''));
  const put = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(at(path)), {recursive: true});
    await writeFile(at(path), content);
  };
  await put('/work/freebsd-ports/net/foo/Makefile', PORT_MAKEFILE);
  await put('/work/freebsd-ports/net/foo/source/main.c', 'int a;\nint b;\nint c;\nint main(void) { return 0; }\n');
  await put('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', 'CFLAGS+=\t-DOLD\n');
  await put('/work/DeltaPorts/ports/net/other/STATUS', 'PORT\n');
  await put('/work/DeltaPorts/.gitignore', '*.orig\n');
  for (const dir of ['dsynth/logs', 'obj', 'genpatch-out', 'artifacts/compose', '.bin'])
    await mkdir(join(work, dir), {recursive: true});
  await put('/work/.bin/reapply', REAPPLY);
  await put('/work/.bin/dsynth', DSYNTH);
  await put('/work/.bin/make', '#!/bin/sh\nexec bmake "$@"\n');
  for (const name of ['reapply', 'dsynth', 'make']) await chmod(at(`/work/.bin/${name}`), 0o755);
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: at('/work/DeltaPorts')});
  await git('init', '-q', '-b', 'master');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Start');
  const bsd = tools === 'bsd' ? bsdTools(home, shell) : undefined;
  const env = fakeDevEnv(home);
  const context = {env, origin: 'net/foo', target: '@2026Q2', buildIdleSeconds: 60, buildTotalSeconds: 60};
  const end = async () => {
    const refused = bsd?.refused ?? '';
    await rm(home, {recursive: true, force: true});
    if (refused !== '') throw new Error(`Scripts may use what BSD's tools have; they used: ${refused}`);
  };
  return {work, env, context, at, put, end};
}

function bsdTools(home: string, shell: Shell = process.env.PORTWRIGHT_FAKE_SHELL === 'mksh' ? 'mksh' : 'dash'): BsdTools {
  return new BsdTools(home, {real: '/mnt/bin', log: '/mnt/refusals', shell});
}

/** Returns the fake dev-env with `home`/work as /work. */
export function fakeDevEnv(home: string, more: NodeJS.ProcessEnv = {}): DevEnv {
  const command = [join(dirname(fileURLToPath(import.meta.url)), 'fake-dev-env')];
  return openDevEnv('fake', {command, env: {...process.env, PORTWRIGHT_FAKE_ENV: home, ...more}, graceSeconds: 1});
}
