import {once} from 'node:events';
import {readFile, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {execa} from 'execa';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import {download} from '../../../src/devenv/download.ts';
import {fetchDistfiles} from '../../../src/devenv/fetch.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {Envs} from './support.ts';

const ORIGIN = 'net/wifimedia';
const FILE = 'wifimedia-1.2.tar.gz';

const envs = new Envs();
const asked: string[] = [];
let bytes: Buffer;
/** What the server answers with, by path. */
const answers = new Map<string, Buffer>();
const server = createServer(({url = ''}, response) => {
  asked.push(url);
  const answer = answers.get(url);
  if (url.startsWith('/moved/')) response.writeHead(302, {location: url.replace('/moved/', '/good/')}).end();
  else if (answer === undefined) response.writeHead(404).end();
  else response.end(answer);
});
let site: string;

beforeAll(async () => {
  const trees = await createDemoTrees(join(envs.root, 'demo-trees'));
  const distfile = join(trees.distfiles, FILE);
  bytes = await readFile(distfile);
  await rm(distfile);
  answers.set(`/good/${FILE}`, bytes);
  answers.set(`/long/${FILE}`, Buffer.concat([bytes, bytes]));
  answers.set(`/other/${FILE}`, Buffer.alloc(bytes.length, 'x'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await envs.createDemo('fetch', trees);
}, 60_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await envs.remove();
}, 60_000);
beforeEach(() => {
  asked.length = 0;
});

const fetchFrom = (...sites: string[]) => fetchDistfiles('fetch', ORIGIN, {sites, env: {...process.env, ...envs.env}});
const kept = async () =>
  (await envs.sh('fetch', 'ls /usr/distfiles; cat /usr/distfiles/"$1" 2>/dev/null | sha256sum', FILE)).stdout;

test('a file that does not match distinfo is not stored, and the reason is reported for each site', async () => {
  const [result] = await fetchFrom(`${site}/none`, `${site}/long`, `${site}/other/`);
  expect(result).toMatchObject({name: FILE, how: 'failed'});
  expect(result?.detail).toMatch(/none\S+ the server answered 404\. .*has more\. .*its SHA-256 must be/);
  expect(asked).toEqual(['none', 'long', 'other'].map((dir) => `/${dir}/${FILE}`));
  expect(await kept()).not.toContain(FILE);
});

test('the matching file is stored, also after a redirect, the port builds with it, and it is not fetched twice', async () => {
  const ran = await execa(
    process.execPath,
    [
      join(installRoot(), 'bin/portwright.js'),
      'dev-env',
      'fetch',
      'fetch',
      ORIGIN,
      '--site',
      `${site}/other`,
      '--site',
      `${site}/moved`,
    ],
    {env: envs.env, reject: false},
  );
  expect(ran).toMatchObject({exitCode: 0, stdout: `${FILE}  fetched: ${site}/moved/${FILE}`});
  expect(await kept()).toContain(FILE);
  const {stdout} = await envs.sh(
    'fetch',
    'cd /work/artifacts/compose/@demo/net/wifimedia && make PORTSDIR=/work/artifacts/compose/@demo WRKDIRPREFIX=/work/obj checksum',
  );
  expect(stdout).toContain(`SHA256 Checksum OK for ${FILE}`);
  asked.length = 0;
  expect(await fetchFrom(`${site}/good`)).toEqual([{name: FILE, how: 'there already', detail: `${bytes.length} bytes`}]);
  expect(asked).toEqual([]);
});

test.each([
  'http://127.0.0.1:1/a',
  'http://localhost:1/a',
  'http://[::1]:1/a',
  'http://[::ffff:127.0.0.1]/a',
  'http://169.254.169.254/a',
  'http://10.1.2.3/a',
  'http://0x7f.1/a',
])('a port cannot have %s asked for', async (url) => {
  await expect(download(url, join(envs.root, 'x'), {sha256: '', size: 1})).rejects.toThrow(/of this machine or its network/);
});

test('nothing but http and https is fetched', async () => {
  await expect(download('file:///etc/passwd', join(envs.root, 'x'), {sha256: '', size: 1}, {anywhere: true})).rejects.toThrow(
    'only http',
  );
});

test('a link in the directory of distfiles leads nowhere', async () => {
  await envs.sh(
    'fetch',
    'rm /usr/distfiles/"$1"; ln -s /work/stolen /usr/distfiles/"$1".new; ln -s /work/stolen /usr/distfiles/"$1"',
    FILE,
  );
  await fetchFrom(`${site}/good`).catch(() => undefined);
  expect((await envs.sh('fetch', 'ls /work')).stdout).not.toContain('stolen');
});
