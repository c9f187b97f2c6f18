import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DEMO_PORTS} from '../../../src/demo/ports.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {DemoEnv} from './demo-env.ts';

const env = new DemoEnv();
beforeAll(() => env.create());
afterAll(() => env.remove());

/** Phase of dsynth in which each port fails as it comes. */
const FAILS_IN: Readonly<Record<string, string>> = {
  'net/wifimedia': 'build',
  'textproc/rangearg': 'build',
  'sysutils/clockfmt': 'patch',
  'sysutils/dfwho': 'check-plist',
  'devel/evloop': 'configure',
  'net/hopcount': 'build',
  'sysutils/cpuload': 'patch',
  'www/tinyserve': 'check-plist',
  'security/sumtool': 'checksum',
  'devel/needlib': 'lib-depends',
};
const origins = (ends: string): string[] => DEMO_PORTS.filter((port) => port.ends === ends).map((port) => port.origin);
const failure = (origin: string): string => `${origin} Build phase '${FAILS_IN[origin]}' failed exit 1`;

test.each(origins('fixed'))(
  '%s fails as it comes; with the answer it builds, passes check-plist and packages',
  async (origin) => {
    const before = await env.dsynthTest(origin);
    expect(before.results).toContain(failure(origin));
    expect(before.built).toBe(false);

    const diff = readFileSync(join(installRoot(), 'demo', 'answers', `${origin.replace('/', '_')}.diff`), 'utf8');
    const applied = await env.sh(
      'cd /work/DeltaPorts && printf %s "$1" | git apply --whitespace=nowarn && git status --porcelain -uall',
      diff,
    );
    const touched = applied.stdout.split('\n').map((line) => line.slice(3));
    for (const path of touched) expect(path).toMatch(new RegExp(`^ports/${origin}/(dragonfly/|diffs/|overlay\\.dops$)`));
    expect((await env.sh('reapply "$1"', origin)).rc).toBe(0);
    const after = await env.dsynthTest(origin);
    expect(after).toMatchObject({built: true});

    const name = origin.replace(/.*\//, '');
    expect((await env.sh('tar -tf /work/dsynth/packages/All/"$1"-*.txz', name)).stdout).toMatch(
      new RegExp(`^usr/local/bin/${name}$`, 'm'),
    );
    await env.sh('cd /work/DeltaPorts && git checkout -q ports && git clean -qfd ports');
  },
);

test.each(origins('awaiting-operator'))('%s fails, and no change of the overlay alone repairs it', async (origin) => {
  const {built, results} = await env.dsynthTest(origin);
  expect(results).toContain(failure(origin));
  expect(built).toBe(false);
});

test('the good port builds, and its program runs', async () => {
  expect(await env.dsynthTest('misc/goodport')).toMatchObject({built: true});
  const ran = await env.sh('cd /tmp && tar -xf /work/dsynth/packages/All/goodport-1.0.txz && usr/local/bin/goodport');
  expect(ran).toMatchObject({rc: 0, stdout: expect.stringMatching(/\S/)});
});
