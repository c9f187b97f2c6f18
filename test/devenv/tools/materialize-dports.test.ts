import {readdir, readFile} from 'node:fs/promises';
import {compose} from '../../../src/devenv/compose.ts';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const materialize = () => call(fake.context, 'materialize_dports', {origin: 'net/foo'});
const MAKEFILE = '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly';

test('composes, and gives the hash of what was composed', async () => {
  const first = await materialize();
  expect(first.result).toMatchObject({ok: true, rc: 0, origin: 'net/foo', stdout_tail: expect.stringContaining('applied=1')});
  expect(first.result.stdout_tail).not.toContain('portwright');
  expect(first.effects?.composedTree).toMatch(/^[0-9a-f]{40}$/);
  expect((await materialize()).effects).toEqual(first.effects);
  await fake.put(MAKEFILE, 'changed\n');
  const second = await materialize();
  expect(second.effects?.composedTree).not.toBe(first.effects?.composedTree);
  expect(await readFile(fake.at('/work/artifacts/compose/@2026Q2/net/foo/Makefile.DragonFly'), 'utf8')).toBe('changed\n');
});

test('a failure has its message and no hash', async () => {
  await fake.put('/work/DeltaPorts/ports/net/foo/broken', '');
  const done = await materialize();
  expect(done.result).toMatchObject({ok: false, rc: 1, stderr_tail: expect.stringContaining('hunks failed')});
  expect(done.result.findings).toContain('> 1 out of 1 hunks failed');
  expect(done.effects).toBeUndefined();
});

/** A reapply that knows the option, and answers as dportsv3 does. */
async function answerInJson(errors: readonly string[], failed: readonly object[]): Promise<void> {
  const ports = [{origin: 'net/foo', dops_failed_op_results: failed}];
  const document = {ok: false, summary: {port_total: 1, errors: 1}, stages: [{name: 'preflight_validate', errors}], ports};
  await fake.put('/work/.bin/answer', JSON.stringify(document, null, 2));
  await fake.put('/work/.bin/reapply', '#!/bin/sh\n[ "$*" = "--json net/foo" ] && cat /work/.bin/answer\nexit 2\n');
}

test('where reapply has --json, its failures have the places of their statements', async () => {
  await fake.put('/work/DeltaPorts/ports/net/foo/overlay.dops', 'port net/foo\ntarget @any\nmk unset A\n');
  const diagnostics = [{severity: 'error', code: 'E_APPLY_MISSING_SUBJECT', message: 'no A', line: null, column: null}];
  await answerInJson(
    ['E_COMPOSE_APPLY_FAILED: net/foo: 1 op(s) failed'],
    [{id: 'op-0001-mk-var-unset', kind: 'mk.var.unset', diagnostics}],
  );
  const done = await materialize();
  expect(done.result).toMatchObject({
    ok: false,
    rc: 2,
    failures: [
      {code: 'E_APPLY_MISSING_SUBJECT', message: 'no A', file: 'overlay.dops', line: 3, column: 1, operation: 'mk unset A'},
    ],
  });
  expect(done.summary).toBe('net/foo not composed: overlay.dops:3:1: E_APPLY_MISSING_SUBJECT');
  expect(done.result.stdout_tail).not.toContain('{');
  expect(done.effects).toBeUndefined();
});

test('a fault of the dev-env is none of the overlay: the call is retried, and the model does not see it', async () => {
  await answerInJson(['E_COMPOSE_TARGET_BRANCH_MISMATCH: expected branch 2026Q2, current main'], []);
  await expect(materialize()).rejects.toThrow(/The dev-env fake cannot compose: E_COMPOSE_TARGET_BRANCH_MISMATCH: expected/);
});

test('only the port of the case', async () => {
  expect(await resultOf(fake.context, 'materialize_dports', {origin: 'net/other'})).toMatchObject({
    ok: false,
    kind: 'other_origin',
  });
});

/** Makes `reapply` refuse a port without an overlay, as the real one does, and store the overlay.dops that it got. */
async function refuseBarePorts(): Promise<void> {
  const [first = '', ...rest] = (await readFile(fake.at('/work/.bin/reapply'), 'utf8')).split('\n');
  const refusal = [
    'cd /work/DeltaPorts/ports',
    '[ -n "$(ls "$1" 2>/dev/null)" ] || { echo "E_COMPOSE_SELECTED_ORIGIN_NOT_FOUND: $1"; exit 2; }',
    '[ ! -f "$1/overlay.dops" ] || cp "$1/overlay.dops" /work/got.dops',
  ];
  await fake.put('/work/.bin/reapply', [first, ...refusal, ...rest].join('\n'));
}

test('a port without an overlay is composed where the composer refuses it, and nothing is left in the overlay', async () => {
  await refuseBarePorts();
  await fake.put('/work/freebsd-ports/fresh/port/Makefile', 'PORTNAME=port\n');
  await fake.put('/work/artifacts/compose/@2026Q2/fresh/port/dragonfly/patch-of-an-attempt', 'x\n');
  const done = await compose(fake.env, ['net/foo', 'fresh/port']);
  expect(done).toMatchObject({rc: 0, stdout: expect.stringContaining('errors=0')});
  expect(done.tree).toMatch(/^[0-9a-f]{40}\.none$/);
  expect(await readdir(fake.at('/work/artifacts/compose/@2026Q2/fresh/port'))).toEqual(['Makefile']);
  expect(await readFile(fake.at('/work/got.dops'), 'utf8')).toBe('port fresh/port\ntype port\ntarget @any\n');
  expect(await readdir(fake.at('/work/DeltaPorts/ports'))).toEqual(['net']);
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright'))).toEqual([]);
});

test('a port that neither FreeBSD nor the overlay has is not composed', async () => {
  await refuseBarePorts();
  const done = await compose(fake.env, 'fresh/port');
  expect(done).toMatchObject({rc: 2, stdout: expect.stringContaining('E_COMPOSE_SELECTED_ORIGIN_NOT_FOUND: fresh/port')});
  expect(await readdir(fake.at('/work/DeltaPorts/ports'))).toEqual(['net']);
});
