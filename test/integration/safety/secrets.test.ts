import {existsSync} from 'node:fs';
import {appendFile, cp, mkdtemp, readdir, readFile, rm, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {jest} from '@jest/globals';
import {installRoot} from '../../../src/setup/paths.ts';
import {DemoRun} from '../../support/demo-run.ts';

jest.setTimeout(180_000);

/** Put together, so that no scanner takes this file for a leak. The last is a secret of the operator's own. */
const CANARIES = {
  key: `sk-canary1${'Ab3'.repeat(10)}`,
  password: 'canary-pass-4711',
  pem: `MIIE${'canary'.repeat(9)}`,
  own: 'canary own swordfish',
};

/** Built by the port before it fails, so that its log has all of it. */
const LEAKS = `
pre-build:
	@echo 'using ${CANARIES.key} for https://ann:${CANARIES.password}@example.invalid/'
	@echo '-----BEGIN RSA PRIVATE KEY-----'
	@echo '${CANARIES.pem}'
	@echo '-----END RSA PRIVATE KEY-----'
	@echo 'error: the token is ${CANARIES.own}'
`;

let root: string;
let run: DemoRun;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-leaks-'));
  for (const part of ['bin', 'dist', 'demo', 'hooks', 'policy', 'src', 'package.json'])
    await cp(join(installRoot(), part), join(root, part), {recursive: true, verbatimSymlinks: true});
  await symlink(join(installRoot(), 'node_modules'), join(root, 'node_modules'));
  await appendFile(join(root, 'demo/ports/freebsd-ports/net/wifimedia/Makefile'), LEAKS);
  run = await DemoRun.make(root);
});
afterAll(async () => {
  await run?.remove();
  await rm(root, {recursive: true, force: true});
});

/** What a machine has by itself: trees, dev-envs, dsynth's own logs, and the hook's copies of them, which only operators read. */
const THE_MACHINES_OWN =
  /^demo\/(?:trees|envs|logs\/(?:[^/]*___[^/]*\.log$|evidence\/runs\/[^/]+\/ports\/[^/]+\/(?:port|logs)\/))/;

/** Files of the run that have the text, but for those of the machine's own. */
async function filesWith(text: string): Promise<{ours: string[]; machines: string[]}> {
  const found = {ours: [] as string[], machines: [] as string[]};
  for (const entry of await readdir(run.dir, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(run.dir, path);
    if (name.startsWith('cache/') || !existsSync(path)) continue;
    const bytes = await readFile(path);
    const content = name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    if (content.includes(text)) found[THE_MACHINES_OWN.test(name) ? 'machines' : 'ours'].push(name);
  }
  return found;
}

test('secrets of a port and an operator are in nothing that a demo run leaves: records, database, histories, logs, pages', async () => {
  run.startWith({CANARY_TOKEN: CANARIES.own}, '--once', '--port', 'net/wifimedia');
  const code = await run.ended();
  expect(code).toBe(0);
  expect(JSON.parse(run.last)).toMatchObject({outcome: 'fixed'});
  for (const canary of Object.values(CANARIES)) {
    const {ours, machines} = await filesWith(canary);
    expect(ours).toEqual([]);
    // It was there to be found, or this test would prove nothing.
    expect(machines.some((name) => name.includes('/evidence/'))).toBe(true);
    expect(run.lines.join('\n')).not.toContain(canary);
  }
  expect((await filesWith('[masked: private key]')).ours.some((name) => name.includes('proof-'))).toBe(true);
});
