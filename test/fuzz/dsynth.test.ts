import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {DistinfoError, downloadUrls, parseDistinfo} from '../../src/case/evidence/distinfo.ts';
import {untilTime} from '../../src/case/operator/hold.ts';
import {isOrigin} from '../../src/case/types.ts';
import {DSYNTH} from '../../src/devenv/scripts.ts';
import {reportOf} from '../../src/evidence/archives.ts';
import {failedSpecs, logName, portSpec} from '../../src/evidence/dsynth-logs.ts';
import {parseJob, serializeJob} from '../../src/evidence/job.ts';
import {isoTime, keyValues} from '../../src/evidence/names.ts';
import {readResults} from '../../src/evidence/run-results.ts';
import {expectTimeByLength, hostileTexts, PIECES, without} from './hostile.ts';

const dir = mkdtempSync(join(tmpdir(), 'portwright-fuzz-'));
afterAll(() => rmSync(dir, {recursive: true}));

const META =
  'ts_utc=20260118-140501Z\n origin_base=net/foo\norigin=net/foo\nflavor=py311\ntarget=@2026Q2\nprofile=2026Q2\npkgname=a=b.pkg\n';
const JOB =
  'type=report\ncreated_ts_utc=20260118-140501Z\ntarget=@2026Q2\norigin=net/foo\nflavor=py311\nprofile=2026Q2\nrun_id=run-1\nbundle_id=net_foo-1\nlater=x\n';
const WORDS = ['=', '\norigin=../x\n', '\nflavor=a/b\n', '\nts_utc=20269999-999999Z\n', '\ntarget=main\n', '..', '@'];

test('any meta.txt is a map of trimmed keys that comes back from its own lines', () => {
  fc.assert(
    fc.property(hostileTexts([META, JOB], WORDS), (text) => {
      const values = keyValues(text);
      for (const [key, value] of values) {
        expect(key.trim()).toBe(key);
        expect(key).toMatch(/^[^=\n]+$/);
        expect(value).not.toContain('\n');
      }
      expect(keyValues(serializeJob(values))).toEqual(values);
    }),
    {numRuns: 250},
  );
});

test('a bundle with any meta.txt is of a well-formed port, or of none', async () => {
  const read = async (text: string): Promise<void> => {
    writeFileSync(join(dir, 'meta.txt'), text);
    const report = await reportOf(dir, {runId: 'r', bundleId: 'b'});
    if (report === undefined) return;
    expect(isOrigin(report.origin)).toBe(true);
    expect(report.target).toMatch(/^@[\w.-]+$/);
    expect(report.flavor ?? 'x').toMatch(/^[\w.+-]+$/);
    if (report.createdUtc !== '') expect(Date.parse(report.createdUtc)).not.toBeNaN();
  };
  await read(META);
  await fc.assert(fc.asyncProperty(hostileTexts([META], WORDS), read), {numRuns: 150});
});

test('any job is read, or refused with the field and its rule', () => {
  const read = without((text) => {
    const {report, fields} = parseJob(text);
    expect(Date.parse(report.createdUtc)).not.toBeNaN();
    expect(parseJob(serializeJob(fields))).toEqual({report, fields});
  }, /^Field "\w+" must be /);
  expect(parseJob(JOB).report).toMatchObject({origin: 'net/foo', flavor: 'py311'});
  fc.assert(fc.property(hostileTexts([JOB], WORDS), read), {numRuns: 250});
});

const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

test('a time of the hooks is one that there is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({unit: 'binary'}),
        fc.tuple(digits(8), digits(6)).map((parts) => `${parts.join('-')}Z`),
      ),
      (text) => {
        const time = isoTime(text);
        if (time !== undefined) expect(Date.parse(time)).not.toBeNaN();
      },
    ),
    {numRuns: 250},
  );
});

const name = fc.stringMatching(/^[a-z0-9][a-z0-9_+-]{0,8}$/);
const port = fc.record({category: name, port: name, flavor: fc.option(name, {nil: undefined})});
const specOf = (one: {category: string; port: string; flavor: string | undefined}): string =>
  `${one.category}/${one.port}${one.flavor === undefined ? '' : `@${one.flavor}`}`;

test('a list of failures comes back port by port, among lines of any kind', () => {
  const junk = fc.constantFrom(
    '',
    '[000] SUCCESS net/foo',
    'FAILURE net/foo',
    '\0',
    '[',
    '\ud800',
    '[x FAILURE a/b',
    '-'.repeat(300),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(port, junk), {maxLength: 12}), (all) => {
      const lines = all.flatMap(([one, other], at) => [
        other,
        `[${String(at).padStart(3, '0')}] FAILURE ${specOf(one)} ##build 00:00:0${at % 10}`,
      ]);
      const specs = failedSpecs(`${lines.join('\n')}\n`);
      expect(specs).toEqual([...new Set(all.map(([one]) => specOf(one)))]);
      for (const [one] of all) {
        const origin = `${one.category}/${one.port}`;
        expect(portSpec(specOf(one))).toEqual({origin, flavor: one.flavor});
        expect(logName({origin, flavor: one.flavor})).toMatch(/^[^/]+\.log$/);
      }
    }),
    {numRuns: 250},
  );
});

test('any list of failures names ports that are well-formed, or refused ones', () => {
  fc.assert(
    fc.property(
      hostileTexts(
        ['[000] FAILURE net/foo ##build 00:01\n[001] FAILURE net/bar@py311 ##patch 00:02\n'],
        ['../..', '@@', '/', ' FAILURE '],
      ),
      (text) => {
        for (const spec of failedSpecs(text)) {
          expect(spec).toMatch(/^\S+$/);
          const found = portSpec(spec);
          if (found !== undefined) expect(logName(found)).toMatch(/^[\w+-]+___[\w.+-]+(@[\w.+-]+)?\.log$/);
        }
      },
    ),
    {numRuns: 250},
  );
});

test('dsynth built a port exactly where a SUCCESS line names it and no list of other results does', () => {
  mkdirSync(join(dir, 'logs'), {recursive: true});
  const near = fc.constantFrom<string>(
    'net/foo',
    'net/foo@py311',
    'net/foo@py31',
    'net/foobar',
    'xnet/foo',
    'net/fo.',
    'a\\tb/c',
    '1/1',
    '01/1',
    '-',
    '\u00e9',
  );
  const verb = fc.constantFrom('SUCCESS', 'FAILURE', 'success', 'meta-node');
  const line = fc.tuple(verb, near, fc.constantFrom('00:01:00', 'net/foo', 'complete'));
  const LISTS = {FAILURE: '02_failure_list', ignored: '03_ignored_list', skipped: '04_skipped_list'};
  const others = fc.array(fc.tuple(fc.constantFrom('FAILURE', 'ignored', 'skipped'), near), {maxLength: 2});
  const write = (list: string, lines: readonly string[]): void =>
    writeFileSync(join(dir, 'logs', `${list}.log`), lines.map((one) => `[000] ${one}\n`).join(''));
  fc.assert(
    fc.property(
      fc.array(line, {maxLength: 5}),
      others,
      fc.constantFrom('', 'py311', 'py31'),
      fc.constantFrom('net/foo', '1/1'),
      (lines, failed, flavor, origin) => {
        write(
          '01_success_list',
          lines.map((one) => one.join(' ')),
        );
        for (const [result, list] of Object.entries(LISTS)) {
          const named = failed.filter(([of]) => of === result).map(([, spec]) => spec);
          write(
            list,
            named.map((spec) =>
              result === 'FAILURE' ? `FAILURE ${spec} 3      build 00:00:10` : `${spec} ${result} due to net/foo`,
            ),
          );
        }
        const isPort = (spec: string): boolean =>
          flavor === '' ? spec === origin || spec.startsWith(`${origin}@`) : spec === `${origin}@${flavor}`;
        const built = lines.some(([of, spec]) => of === 'SUCCESS' && isPort(spec)) && !failed.some(([, spec]) => isPort(spec));
        const {status} = spawnSync('/bin/sh', ['-c', `${DSYNTH}\nlisted "$1" "$2"`, 'x', origin, flavor], {
          env: {PATH: process.env.PATH, DPORTS_DSYNTH_ROOT: dir},
        });
        expect(status === 0).toBe(built);
      },
    ),
    {numRuns: 40},
  );
});

const RESULTS = [
  'net/foo\tpy311\tfoo.pkg\tsuccess\t20260118-140501Z\t',
  'net/bar\tnet/bar\tbar.pkg\tfailure\t20260118-140502Z\tnet_bar-1',
  'net/baz\t\t\tskipped\t20260118-140503Z\t',
  '',
].join('\n');

test('results of a run add up the same in whatever steps they are read', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostileTexts([RESULTS], ['\t', '\nsuccess\n', '../x', '20269999-999999Z']),
      fc.integer({min: 1, max: 4}),
      async (text, most) => {
        writeFileSync(join(dir, 'results.txt'), text);
        const whole = await readResults(dir);
        const built = [];
        let read = await readResults(dir, undefined, most);
        for (; read.lines > 0; read = await readResults(dir, read.results, most)) built.push(...read.built);
        expect(read.results).toEqual(whole.results);
        expect(built).toEqual(whole.built);
        for (const one of built) {
          expect(isOrigin(one.origin)).toBe(true);
          expect(Date.parse(one.atUtc)).not.toBeNaN();
        }
      },
    ),
    {numRuns: 100},
  );
});

const DISTINFO = `TIMESTAMP = 1700000000\nSHA256 (a/foo-1.0.tar.gz) = ${'0123456789abcdef'.repeat(4)}\nSIZE (a/foo-1.0.tar.gz) = 12345\n`;

test('any distinfo is read in full, or refused by its line', () => {
  const texts = hostileTexts(
    [DISTINFO, DISTINFO + DISTINFO.replaceAll('foo', 'bar')],
    ['..', '/', '(', ') = ', '../../x', 'SIZE'],
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        for (const {name: file, sha256, size} of parseDistinfo(text)) {
          expect(file).not.toMatch(/^[/.-]|(^|\/)\.\.(\/|$)|[\s\p{Cc}]/u);
          expect(sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(Number.isSafeInteger(size)).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof DistinfoError)) throw error;
      }
    }),
    {numRuns: 200},
  );
});

test('a distinfo comes back as it was written', () => {
  const entry = fc.record({
    name: fc.stringMatching(/^[a-z]{1,5}(\/[a-z0-9][\w.+-]{0,12})?$/),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    size: fc.nat(),
  });
  fc.assert(
    fc.property(fc.uniqueArray(entry, {selector: (one) => one.name, maxLength: 8}), (all) => {
      const lines = all.map((one) => `SHA256 (${one.name}) = ${one.sha256}\nSIZE (${one.name}) = ${one.size}\n`);
      expect(parseDistinfo(`TIMESTAMP = 1\n${lines.join('')}`)).toEqual(all);
    }),
    {numRuns: 150},
  );
});

const NOW = Date.parse('2026-01-18T14:00:00Z');

test('the end of a hold is later than now and on the day that is written, or is refused', () => {
  const part = (most: number): fc.Arbitrary<string> => fc.nat(most).map((value) => String(value).padStart(2, '0'));
  const day = fc.tuple(fc.integer({min: 2020, max: 9999}), part(14), part(33)).map((parts) => parts.join('-'));
  const time = fc.tuple(part(26), part(61), part(61)).map((parts) => `T${parts.join(':')}Z`);
  const texts = fc.oneof(
    day,
    fc.tuple(day, time).map((parts) => parts.join('')),
    hostileTexts(['3d', '12h', '2026-12-31', '2026-12-31T10:00:00+02:00']),
    fc.tuple(fc.nat(99_999), fc.constantFrom('m', 'h', 'd', 'w', 'y')).map((parts) => parts.join('')),
  );
  const read = without((text) => {
    const until = untilTime(text, NOW);
    expect(new Date(until).toISOString()).toBe(until);
    expect(Date.parse(until)).toBeGreaterThan(NOW);
    if (/^\d{4}-\d\d-\d\d$/.test(text)) expect(until).toBe(`${text}T00:00:00.000Z`);
    expect(untilTime(until.replace(/\.\d+/, ''), NOW)).toBe(until);
  }, /^--until (takes 12h|must be later)/);
  fc.assert(fc.property(texts, read), {numRuns: 300});
});

test('lists and fields take a time by their length', () => {
  expectTimeByLength(keyValues);
  const pieces = [...PIECES, 'SHA256 (', ') = ', 'https://a/:b,', 'a:b,c ', 'https://a/ '];
  expectTimeByLength((text) => {
    try {
      parseDistinfo(`SHA256 (${text}`);
    } catch (error) {
      if (!(error instanceof DistinfoError)) throw error;
    }
  }, pieces);
  expectTimeByLength((text) => downloadUrls(text, text), pieces);
  expectTimeByLength(without(parseJob, /^Field/));
  expectTimeByLength((text) => failedSpecs(text).map(portSpec));
  expectTimeByLength((text) => portSpec(`net/${text}`));
  expectTimeByLength(without((text) => untilTime(text, NOW), /^--until/));
});
