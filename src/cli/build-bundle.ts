import {rm} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const OUT = fileURLToPath(new URL('../bundle', import.meta.url));

/** Only what every command loads is worth bundling: the server's, and native modules, which cannot be bundled, stay packages. */
const PACKAGES = [
  '@temporalio/worker',
  '@temporalio/testing',
  '@temporalio/core-bridge',
  'fastify',
  '@fastify/*',
  'gpt-tokenizer',
  'highlight.js',
  'markdown-it',
  'openai',
];

/** CommonJS packages in a bundle of ES modules require Node's own modules. */
const REQUIRE = "import {createRequire as ownRequire} from 'node:module'; const require = ownRequire(import.meta.url);";

// One file in place of 700: most of the time of a command was finding and reading its modules.
await rm(OUT, {recursive: true, force: true});
await build({
  entryPoints: [fileURLToPath(new URL('main.js', import.meta.url))],
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  minifyWhitespace: true,
  external: [...PACKAGES, '../worker/main.js'],
  banner: {js: REQUIRE},
  logLevel: 'warning',
});
