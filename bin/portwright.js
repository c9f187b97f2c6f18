#!/usr/bin/env node
// Plain JavaScript for any Node: an older one starts the pinned one from node_modules with the same arguments.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {constants} from 'node:os';
import {fileURLToPath} from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
/** Set for the pinned Node: one that is too old itself must not start itself again and again. */
const RESTARTED = 'PORTWRIGHT_RESTARTED';
const main = new URL('../dist/cli/main.js', import.meta.url);

if (major > 22 || (major === 22 && minor >= 12)) {
  if (process.channel) {
    process.on('disconnect', () => process.exit(129));
    process.channel.unref();
  }
  delete process.env[RESTARTED];
  if (existsSync(main)) await import(main.href);
  else fail('it is not built. Run `npm ci` (or `npm run build`) in its directory.');
} else if (process.env[RESTARTED]) {
  fail(`it needs Node 22.12 or later; ${pinned} is ${process.version} too. Run \`npm ci\` in its directory, which replaces it.`);
} else if (existsSync(pinned)) {
  // The channel is for its end: the child must not outlive this process, not even a kill -9.
  const env = {...process.env, [RESTARTED]: '1'};
  const child = spawn(pinned, process.argv.slice(1), {env, stdio: ['inherit', 'inherit', 'inherit', 'ipc']});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${pinned} cannot be started (${error.code}). Run \`npm ci\` in its directory.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else {
  fail(`it needs Node 22.12 or later; this is ${process.version}. Run \`npm ci\` in its directory, which brings one.`);
}

function fail(text) {
  console.error(`portwright: ${text}`);
  process.exit(1);
}
