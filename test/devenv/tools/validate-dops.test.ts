import {chmod, rm} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const DOPS = '/work/DeltaPorts/ports/net/foo/overlay.dops';
const check = () => resultOf(fake.context, 'validate_dops', {origin: 'net/foo'});

/** `dportsv3 dsl check FILE` as the real one answers: diagnostics with line and column, exit code 1. */
const STUB = `#!/bin/sh
[ "$*" = "dsl check ${DOPS}" ] || { echo "usage: $*" >&2; exit 2; }
[ ! -t 0 ] || exit 3
if grep -n '^mk add$' "$3"; then echo "$3:2:1: error: E_PARSE_EXPECTED: mk add needs a variable" >&2; exit 1; fi
echo ok
`;
const stub = async (path: string) => {
  await fake.put(path, STUB);
  await chmod(fake.at(path), 0o755);
};

test('reports a valid file, by the dportsv3 on PATH', async () => {
  await stub('/work/.bin/dportsv3');
  await fake.put(DOPS, 'port net/foo\ntype port\n');
  const {result, effects} = await call(fake.context, 'validate_dops', {origin: 'net/foo'});
  expect(result).toEqual({ok: true, path: DOPS, rc: 0, output: 'ok'});
  expect(effects).toBeUndefined();
});

test('reports faults with their places, by the wrapper of DeltaPorts', async () => {
  await stub('/work/DeltaPorts/dportsv3');
  await fake.put(DOPS, 'port net/foo\nmk add\n');
  expect(await check()).toMatchObject({ok: false, rc: 1, output: expect.stringContaining(':2:1: error: E_PARSE_EXPECTED')});
});

test('without dportsv3, without the file, by a link or for another port it reports what to do', async () => {
  await fake.put(DOPS, 'port net/foo\n');
  expect(await check()).toMatchObject({ok: false, kind: 'no_dportsv3', error: expect.stringContaining('materialize_dports')});
  await rm(fake.at(DOPS));
  expect(await check()).toMatchObject({ok: false, kind: 'missing'});
  expect(await resultOf(fake.context, 'validate_dops', {origin: 'net/other'})).toMatchObject({ok: false, kind: 'other_origin'});
});
