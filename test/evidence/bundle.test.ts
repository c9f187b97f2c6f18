import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {evidenceRoots, findBundle, listPortFiles, readMeta, writeAnalysis} from '../../src/evidence/bundle.ts';
import {logLines, readBundleFile} from '../../src/evidence/reading.ts';
import {EvidenceDir} from './evidence-dir.ts';

let evidence: EvidenceDir;
let dir: string;
beforeEach(() => {
  evidence = new EvidenceDir();
  dir = evidence.bundle('20260118-140501Z');
});
afterEach(() => evidence.remove());
const put = (relpath: string, content: string | Uint8Array) => {
  mkdirSync(join(dir, relpath, '..'), {recursive: true});
  writeFileSync(join(dir, relpath), content);
};

test('roots are the log directories of LOGS_ROOT', () => {
  expect(evidenceRoots({})).toEqual(['/build/synth/logs/evidence']);
  expect(evidenceRoots({LOGS_ROOT: '/a:/b/:'})).toEqual(['/a/evidence', '/b/evidence']);
});

test('roots are also the log directories of this machine, and what is collected from others', () => {
  const PORTWRIGHT_HOSTS = join(dir, 'hosts.json');
  const logs = ['/build/synth/logs'];
  const far = {ssh: {address: 'b1'}, logs};
  writeFileSync(
    PORTWRIGHT_HOSTS,
    JSON.stringify({
      hosts: {here: {local: true, logs}, far, pushing: {...far, evidence: 'push'}, mounted: {...far, evidence: 'mount'}},
    }),
  );
  const env = {PORTWRIGHT_HOSTS, PORTWRIGHT_STATE_DIR: '/state'};
  const ofHosts = ['/build/synth/logs', '/state/hosts/far/build_synth_logs', '/state/hosts/pushing/build_synth_logs'];
  expect(evidenceRoots(env)).toEqual(ofHosts.map((logs) => `${logs}/evidence`));
  expect(evidenceRoots({...env, LOGS_ROOT: '/a'})).toEqual(['/a', ...ofHosts].map((logs) => `${logs}/evidence`));
  writeFileSync(PORTWRIGHT_HOSTS, JSON.stringify({hosts: {mounted: {...far, evidence: 'mount'}}}));
  expect(evidenceRoots(env)).toEqual([]);
});

test('a bundle is found under the root that has it', async () => {
  const ref = {runId: 'run-Live-1', bundleId: 'devel_foo-20260118-140501Z'};
  expect(await findBundle(['/nonexistent', evidence.root], ref)).toEqual({dir, root: evidence.root});
  await expect(findBundle([evidence.root], {...ref, bundleId: 'other-1'})).rejects.toThrow(/No bundle other-1 .* Set LOGS_ROOT/);
});

test.each(['..', '.', '../x', 'a/b', '', '.hidden', 'a\0'])('the id %j is invalid', async (id) => {
  await expect(findBundle([evidence.root], {runId: id, bundleId: 'x'})).rejects.toThrow(/only letters/);
  await expect(findBundle([evidence.root], {runId: 'run-Live-1', bundleId: id})).rejects.toThrow(/only letters/);
});

test('a link in the place of a bundle or a run is not followed', async () => {
  symlinkSync(dir, join(dir, '../linked'));
  symlinkSync(join(dir, '../..'), join(evidence.root, 'runs/run-linked'));
  await expect(findBundle([evidence.root], {runId: 'run-Live-1', bundleId: 'linked'})).rejects.toThrow(/is a link/);
  await expect(findBundle([evidence.root], {runId: 'run-linked', bundleId: 'devel_foo-20260118-140501Z'})).rejects.toThrow(
    /is a link/,
  );
});

test('meta is read with and without the leading blank', async () => {
  put('meta.txt', ' ts_utc=1\norigin=devel/foo\n pkgname=a=b.txz\n');
  expect(Object.fromEntries(await readMeta(dir))).toEqual({ts_utc: '1', origin: 'devel/foo', pkgname: 'a=b.txz'});
});

test('files are read up to the limit, never outside and never by a link', async () => {
  put('logs/errors.txt', 'abcdef');
  expect(await readBundleFile(dir, 'logs/errors.txt', 6)).toEqual({text: 'abcdef', truncated: false});
  expect(await readBundleFile(dir, 'logs/errors.txt', 5)).toEqual({text: 'abcde', truncated: true});
  expect(await readBundleFile(dir, 'logs/none', 5)).toBeUndefined();
  expect(await readBundleFile(dir, 'logs', 5)).toBeUndefined();
  symlinkSync('/etc/passwd', join(dir, 'logs/link'));
  symlinkSync('/etc', join(dir, 'linked'));
  expect(await readBundleFile(dir, 'logs/link', 99)).toBeUndefined();
  expect(await readBundleFile(dir, 'linked/passwd', 99)).toBeUndefined();
  for (const path of ['../meta.txt', '/etc/passwd', 'logs/../../x', '', 'logs//errors.txt', 'a\0b']) {
    await expect(readBundleFile(dir, path, 99)).rejects.toThrow(/must be relative/);
  }
});

test.each(['logs/full.log', 'logs/full.log.gz'])(
  'the complete log is found under either name when it is stored as %s',
  async (name) => {
    const log = 'one\ntwo\nthree';
    put(name, name.endsWith('.gz') ? gzipSync(log) : log);
    for (const asked of ['logs/full.log', 'logs/full.log.gz']) {
      expect(await readBundleFile(dir, asked, 100)).toEqual({text: log, truncated: false});
    }
    expect(await logLines(dir, 2, 3)).toEqual(['two', 'three']);
    expect(await logLines(dir, 1, 1)).toEqual(['one']);
    expect(await logLines(dir, 3, 99)).toEqual(['three']);
    expect(await logLines(dir, 4, 5)).toEqual([]);
  },
);

test('lines are counted across the chunks of a big log, and long ones are cut', async () => {
  const lines = Array.from({length: 30_000}, (_, i) => `line ${i + 1} ${'x'.repeat(i % 50)}`);
  lines[20_000] = `long ${'y'.repeat(5_000_000)}`;
  put('logs/full.log.gz', gzipSync(`${lines.join('\n')}\n`, {level: 1}));
  expect(await logLines(dir, 29_998, 30_010)).toEqual(lines.slice(29_997));
  const [before, long, after] = await logLines(dir, 20_000, 20_002);
  expect([before, after]).toEqual([lines[19_999], lines[20_001]]);
  expect(long).toMatch(/^long y{3995} \[\.\.\. 4996005 more bytes \.\.\.\]$/);
  await expect(logLines(dir, 0, 5)).rejects.toThrow(/count from 1/);
  await expect(logLines(dir, 5, 4)).rejects.toThrow(/count from 1/);
});

test('of a packed log that was cut, the lines that are left are read', async () => {
  const lines = Array.from({length: 30_000}, (_, i) => `line ${i + 1} ${(i * 7919) % 10_007}`);
  const packed = gzipSync(`${lines.join('\n')}\n`);
  put('logs/full.log.gz', packed.subarray(0, packed.length / 2));
  const found = await logLines(dir, 9_000, 11_000);
  expect(found).toEqual(lines.slice(8_999, 10_999));
  expect(await logLines(dir, 29_999, 30_000)).toEqual([]);
});

test('without a log there are no lines', async () => {
  expect(await logLines(dir, 1, 10)).toEqual([]);
});

test('port files are listed with their sizes, links left out', async () => {
  put('port/Makefile', '12345');
  put('port/files/patch-a', '1');
  put('overlay/dragonfly/patch-b', '22');
  symlinkSync('/etc/passwd', join(dir, 'port/link'));
  expect(await listPortFiles(dir)).toEqual([
    {path: 'overlay/dragonfly/patch-b', size: 2},
    {path: 'port/Makefile', size: 5},
    {path: 'port/files/patch-a', size: 1},
  ]);
});

test('analysis files are written atomically and below analysis/ only', async () => {
  const path = await writeAnalysis(dir, 'snippets/round_1/manifest.json', '{}');
  expect(path).toBe(join(dir, 'analysis/snippets/round_1/manifest.json'));
  await writeAnalysis(dir, 'snippets/round_1/manifest.json', '{"a":1}');
  expect(readFileSync(path, 'utf8')).toBe('{"a":1}');
  expect(readdirSync(join(dir, 'analysis/snippets/round_1'))).toEqual(['manifest.json']);
  await expect(writeAnalysis(dir, '../meta.txt', 'x')).rejects.toThrow(/must be relative/);
  symlinkSync('/tmp', join(dir, 'analysis/out'));
  await expect(writeAnalysis(dir, 'out/x', 'x')).rejects.toThrow(/not a link/);
});
