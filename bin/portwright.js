#!/usr/bin/env node
// Plain JavaScript for any Node: an older one starts the pinned one from node_modules with the same arguments.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {constants} from 'node:os';
import {fileURLToPath} from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const main = new URL('../dist/cli/main.js', import.meta.url);

if (major > 22 || (major === 22 && minor >= 12)) {
  if (process.channel) {
    process.on('disconnect', () => process.exit(129));
    process.channel.unref();
  }
  if (existsSync(main)) await import(main.href);
  else fail('it is not built. Run `npm ci` (or `npm run build`) in its directory.');
} else if (existsSync(pinned)) {
  // The channel is for its end: the child must not outlive this process, not even a kill -9.
  const child = spawn(pinned, process.argv.slice(1), {stdio: ['inherit', 'inherit', 'inherit', 'ipc']});
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else {
  fail(`it needs Node 22.12 or later; this is ${process.version}. Run \`npm ci\` in its directory, which brings one.`);
}

function fail(text) {
  console.error(`portwright: ${text}`);
  process.exit(1);
}
