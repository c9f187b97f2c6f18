import {rmSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {append} from '../../src/activities/conversation.ts';
import {KeptCase} from './kept-case.ts';
import {portwright} from './program.ts';

const ERRORS = `== Summary ==
logfile: /logs/devel___foo.log

== First error candidates (max 60 matches) ==
7:foo.c:3:10: fatal error: sys/\x1b[31maudit.h: No such file or directory

== Tail (last 200 lines) ==
*** Error code 1
`;
const DIFF =
  'diff --git a/ports/devel/foo/x b/ports/devel/foo/x\nnew file mode 100644\n--- /dev/null\n+++ b/ports/devel/foo/x\n@@ -0,0 +1 @@\n+caf\xe9\x1b[31m\r\n';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const run = (...args: string[]) => portwright(args, {LOGS_ROOT: kept.logs});

describe('log', () => {
  test('says the cause first, then what the log has, without terminal sequences; and where it is from', async () => {
    kept.file('logs/errors.txt', ERRORS);
    kept.archive({});
    const {code, stdout, stderr} = await run('log', 'devel/foo');
    expect(code).toBe(0);
    expect(stdout).toContain('\nCause: foo.c:3:10: fatal error: sys/audit.h: No such file or directory\n');
    expect(stdout).toContain('\n1. line 1, compiler\n> foo.c:3:10: fatal error: sys/audit.h');
    expect(stdout).toContain('the line numbers are not those of the log.');
    expect(stdout).toMatch(/\n--all prints all errors of the log, --full the log\.\n$/);
    expect(stdout).not.toContain('\x1b');
    expect(stdout).not.toContain('== First error');
    const all = await run('log', 'devel/foo', '--all');
    expect(all.stdout.indexOf('Cause:')).toBeLessThan(all.stdout.indexOf('== First error'));
    expect(all.stdout).not.toContain('\x1b');
    expect(stderr).toMatch(/^From the evidence on disk, .*127\.0\.0\.1:1 cannot be reached/);
  });

  test('shows the first three causes of the analysis with their lines, and counts the others', async () => {
    kept.file('logs/errors.txt', ERRORS);
    kept.archive({});
    const found = (line: number) => ({
      ...{line, text: `error ${line}`, phase: 'build', family: 'compiler', kind: 'cause', count: 1, facts: {}},
      context: {from: line - 1, lines: ['before', `error ${line}`, 'after']},
    });
    const findings = [100, 200, 300, 400, 500].map(found);
    const causes = {version: 1, bytes: 1, lines: 900, phases: [], failedPhase: '', signature: '', findings};
    kept.file('analysis/root_causes.json', JSON.stringify(causes));
    const {stdout} = await run('log', 'devel/foo');
    expect(stdout.match(/^> .*/gm)).toEqual(['> error 100', '> error 200', '> error 300']);
    expect(stdout).toMatch(/\n2 more lines may name a cause\. --all prints/);
  });

  test('streams the whole log, packed or not', async () => {
    const log = Array.from({length: 50_000}, (_, at) => `line ${at} \x1b[1mbold\x1b[0m`).join('\n');
    kept.file('logs/full.log.gz', gzipSync(`${log}\n`));
    const {code, stdout} = await run('log', 'port:@main:devel/foo', '--full');
    expect(code).toBe(0);
    expect(stdout).toBe(`${log}\n`.replaceAll('\x1b[1m', '').replaceAll('\x1b[0m', ''));
  });

  test('shows the log that the proof names, and none that lies elsewhere', async () => {
    kept.file('analysis/rebuild_proof.json', '{"log":"analysis/proof-1.log"}');
    kept.file('analysis/proof-1.log', 'built\n');
    expect(await run('log', 'devel/foo', '--proof')).toMatchObject({code: 0, stdout: 'built\n'});
    kept.file('analysis/rebuild_proof.json', '{"log":"../../../../secret"}');
    kept.evidence.write('secret', 'secret\n');
    expect(await run('log', 'devel/foo', '--proof')).toMatchObject({code: 1, stdout: ''});
    kept.file('analysis/rebuild_proof.json', '{"log":"meta.txt"}');
    expect(await run('log', 'devel/foo', '--proof')).toMatchObject({code: 1, stdout: ''});
  });

  test('is JSON for scripts', async () => {
    kept.file('logs/errors.txt', ERRORS);
    const {stdout} = await run('log', 'devel/foo', '--json');
    expect(JSON.parse(stdout)).toMatchObject({case: 'port:@main:devel/foo', dir: kept.dir, errors: ERRORS, proofLog: null});
  });

  test('refuses two logs at once, and a port of which there is nothing', async () => {
    expect(await run('log', 'devel/foo', '--full', '--proof')).toMatchObject({code: 2});
    expect(await run('log', 'devel/foo', '--all', '--full')).toMatchObject({code: 2});
    const {code, stderr} = await run('log', 'net/other');
    expect(code).toBe(1);
    expect(stderr).toContain('There is nothing of "net/other"');
  });
});

describe('diff', () => {
  test('gives the newest recorded diff byte by byte, or that of an attempt', async () => {
    const attempts = [
      await kept.attempt(1, 'diff --git one\n'),
      await kept.attempt(2, DIFF),
      {...(await kept.attempt(3, '')), diff: undefined},
    ];
    kept.archive({attempts: attempts.map(({diff, ...one}) => (diff === undefined ? one : {...one, diff}))});
    expect((await run('diff', 'devel/foo')).stdout).toBe(DIFF);
    expect((await run('diff', 'devel/foo', '--attempt', '1')).stdout).toBe('diff --git one\n');
    const {code, stderr} = await run('diff', 'devel/foo', '--attempt', '3');
    expect(code).toBe(1);
    expect(stderr).toContain('Attempt 3 of port:@main:devel/foo has no recorded diff; these have: 1, 2.');
  });

  test('without its record takes analysis/changes.diff; without any says so', async () => {
    kept.archive({});
    expect(await run('diff', 'devel/foo')).toMatchObject({code: 1, stderr: expect.stringContaining('has no recorded diff yet')});
    kept.file('analysis/changes.diff', 'diff --git kept\n');
    expect((await run('diff', 'devel/foo')).stdout).toBe('diff --git kept\n');
  });

  test('takes the newest bundle of the port', async () => {
    kept.file('analysis/changes.diff', 'diff --git old\n');
    kept.evidence.bundle('20260102-101500Z');
    kept.evidence.write('runs/run-Live-1/ports/devel_foo-20260102-101500Z/analysis/changes.diff', 'diff --git new\n');
    expect((await run('diff', 'devel/foo')).stdout).toBe('diff --git new\n');
  });

  test('an origin alone means the port without a flavor, and one with a flavor only if there is no other', async () => {
    kept.file('analysis/changes.diff', 'diff --git plain\n');
    const flavored = 'runs/run-Live-1/ports/devel_foo@py-20260102-101500Z';
    kept.evidence.write(`${flavored}/meta.txt`, 'ts_utc=20260102-101500Z\norigin_base=devel/foo\nflavor=py\ntarget=@main\n');
    kept.evidence.write(`${flavored}/analysis/changes.diff`, 'diff --git flavored\n');
    expect((await run('diff', 'devel/foo')).stdout).toBe('diff --git plain\n');
    expect((await run('diff', 'devel/foo@py')).stdout).toBe('diff --git flavored\n');
  });

  test('wants to know which, if a port has bundles of several targets', async () => {
    kept.evidence.bundle('20260102-101500Z', {target: '@2026Q1'});
    const {code, stderr} = await run('diff', 'devel/foo');
    expect(code).toBe(1);
    expect(stderr).toContain('devel/foo may be any of port:@2026Q1:devel/foo, port:@main:devel/foo. Name one of them.');
  });
});

describe('a case of two bundles, the second without the artifacts of the attempt', () => {
  const FIRST = {runId: 'run-Live-1', bundleId: 'devel_foo-20260101-101500Z'};
  const SECOND = {runId: 'run-Live-2', bundleId: 'devel_foo-20260102-101500Z'};
  const NOTE = `The case has 2 bundles; this is from ${FIRST.bundleId}, not from ${SECOND.bundleId}.\n`;

  beforeEach(async () => {
    kept.file('analysis/proof-1.log', 'built\n');
    kept.file('analysis/session.jsonl', '{"kind":"llm_call","response":{"text":"I repair it."},"attempt":1,"turn":1}\n');
    const attempt = {...(await kept.proved(1, 'diff --git a/x b/x\n')), bundle: FIRST};
    kept.file('analysis/rebuild_proof.json', '{"log":"analysis/proof-1.log"}');
    kept.file('analysis/changes.diff', 'diff --git a/x b/x\n');
    const dir = kept.evidence.bundle('20260102-101500Z', {runId: SECOND.runId}).slice(kept.evidence.root.length + 1);
    kept.evidence.write(`${dir}/logs/errors.txt`, ERRORS);
    const status = kept.archive({bundles: [FIRST, SECOND], bundle: SECOND, attempts: [attempt]});
    kept.evidence.write(`${dir}/analysis/case.json`, JSON.stringify(status));
  });

  test.each([
    [['session', 'devel/foo'], 'I repair it.'],
    [['log', 'devel/foo', '--proof'], 'built\n'],
    [['diff', 'devel/foo'], 'diff --git a/x b/x\n'],
  ])('%j reads the bundle of the attempt, and names both', async (args, output) => {
    const {code, stdout, stderr} = await run(...args);
    expect({code, stdout}).toEqual({code: 0, stdout: expect.stringContaining(output)});
    expect(stderr).toMatch(new RegExp(`${NOTE.trim().replaceAll('.', '[.]')}\n$`));
  });

  test('a diff whose record is gone is read from the bundle of the attempt', async () => {
    rmSync(kept.store.root, {recursive: true});
    expect((await run('diff', 'devel/foo')).stdout).toBe('diff --git a/x b/x\n');
  });

  test('the log is that of the failure that is worked on, and show names the bundle of each attempt', async () => {
    const {stdout, stderr} = await run('log', 'devel/foo');
    expect(stdout).toContain(`runs/${SECOND.runId}/ports/${SECOND.bundleId}`);
    expect(stderr).toContain(`this is from ${SECOND.bundleId}, not from ${FIRST.bundleId}.`);
    expect((await run('show', 'devel/foo')).stdout).toContain(`Attempt 1: runs/${FIRST.runId}/ports/${FIRST.bundleId}\n`);
  });

  test('the archive of the first bundle is used while the second has none', async () => {
    kept.evidence.remove();
    kept = new KeptCase();
    kept.file('analysis/session.jsonl', '{"kind":"llm_call","response":{"text":"I repair it."},"attempt":1,"turn":1}\n');
    kept.archive({attempts: [{...(await kept.attempt(1, 'd')), bundle: FIRST}]});
    kept.evidence.bundle('20260102-101500Z', {runId: SECOND.runId});
    expect(await run('session', 'devel/foo')).toMatchObject({code: 0, stdout: expect.stringContaining('I repair it.')});
  });
});

describe('show without a server', () => {
  test('shows the archive, with the reason on stderr', async () => {
    kept.archive({phase: 'awaiting-operator', reason: 'no dev-env'});
    const {code, stdout, stderr} = await run('show', 'devel/foo');
    expect({code, stdout}).toEqual({
      code: 0,
      stdout: expect.stringContaining('port:@main:devel/foo: Stopping: the overlay is restored\n  why       no dev-env\n'),
    });
    expect(stderr).toMatch(/^Temporal at 127\.0\.0\.1:1 cannot be reached .* Shown is its archive, .*analysis\/case\.json\.\n$/);
    expect(JSON.parse((await run('show', 'devel/foo', '--json')).stdout)).toMatchObject({reason: 'no dev-env'});
  });

  test('without an archive it is an error', async () => {
    expect(await run('show', 'devel/foo')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('No archive of it is below'),
    });
  });
});

describe('session', () => {
  const usage = {prompt: 900, cached: 400, completion: 30, reasoning: 0, total: 930};
  const lines = [
    {version: 1, kind: 'llm_call', response: {text: 'I look \x1b[2Jfirst.', tool_calls: [], usage}, attempt: 1, turn: 1},
    {
      version: 1,
      kind: 'tool_dispatch',
      tool: 'get_file',
      arguments: {path: '/work/x'},
      result_keys: ['ok'],
      ok: true,
      attempt: 1,
      turn: 1,
    },
    {
      version: 1,
      kind: 'tool_dispatch',
      tool: 'dsynth_build',
      arguments: {},
      ok: false,
      stdout_tail: 'a\nb\nc\nd',
      attempt: 1,
      turn: 1,
    },
    {version: 1, kind: 'llm_call', response: {text: 'I give up.', tool_calls: [], usage: null}, attempt: 1, turn: 2},
  ];

  test('shows words, calls, first lines of results and tokens', async () => {
    kept.file('analysis/session.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const {code, stdout} = await run('session', 'devel/foo');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '-- attempt 1, turn 1: 900 prompt (400 cached), 30 reply',
        'I look first.',
        '> get_file {"path":"/work/x"}',
        '    keys: ok',
        'x dsynth_build {}',
        ...['    a', '    b', '    c', '    …', ''],
        '-- attempt 1, turn 2: tokens unknown',
        'I give up.\n',
      ].join('\n'),
    );
  });

  test('takes the results themselves from the records, where they are', async () => {
    kept.file('analysis/session.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const tool = (content: string) => ({message: {role: 'tool' as const, tool_call_id: 'c', content}});
    const conversation = await append(kept.store, null, [
      {message: {role: 'user', content: 'go'}},
      tool('{"ok":true,"content":"PORTNAME=foo\\nmore"}'),
      tool('{"ok":false,"error":"stale compose"}'),
    ]);
    kept.archive({attempts: [await kept.attempt(1, 'd', {conversation})]});
    const turns = JSON.parse((await run('session', 'devel/foo', '--json')).stdout);
    expect(turns[0].calls.map((one: {result: string}) => one.result)).toEqual(['PORTNAME=foo\nmore', 'stale compose']);
  });

  test('without a session says when there will be one', async () => {
    expect(await run('session', 'devel/foo')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('written when an attempt ends'),
    });
  });
});
