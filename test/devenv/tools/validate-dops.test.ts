import {chmod, rm, symlink} from 'node:fs/promises';
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
  await rm(fake.at(DOPS.replace('overlay.dops', 'Makefile.DragonFly')));
  await fake.put(DOPS, 'port net/foo\ntype port\nmk set A "1"\n');
  const {result, effects} = await call(fake.context, 'validate_dops', {origin: 'net/foo'});
  expect(result).toEqual({ok: true, path: DOPS, rc: 0, output: 'ok'});
  expect(effects).toBeUndefined();
});

test('reports faults with their places, by the wrapper of DeltaPorts', async () => {
  await stub('/work/DeltaPorts/dportsv3');
  await fake.put(DOPS, 'port net/foo\nmk add\n');
  expect(await check()).toMatchObject({ok: false, rc: 1, output: expect.stringContaining(':2:1: error: E_PARSE_EXPECTED')});
});

test('without dportsv3, the engine reports errors with their places, and warnings', async () => {
  await fake.put(DOPS, 'port net/foo\nmk add A\n');
  const missing = `${DOPS}:2:9: error: E_PARSE_EXPECTED_TOKEN: Expected a word or a string as value, got the end of the line.`;
  expect(await check()).toMatchObject({ok: false, rc: 2, output: missing, error: expect.stringContaining('materialize_dports')});
  await fake.put(DOPS, 'port net/bar\nmk set A+ "1"\n');
  expect(await check()).toMatchObject({
    ok: true,
    output: 'ok',
    warnings: [
      expect.stringContaining('line 1, '),
      expect.stringContaining('line 2, '),
      expect.stringContaining('Makefile.DragonFly has no effect'),
    ],
  });
});

test('a missing file, a link and another port are refused', async () => {
  expect(await check()).toMatchObject({ok: false, kind: 'missing'});
  await fake.put(`${DOPS}.x`, 'port net/foo\n');
  await symlink('overlay.dops.x', fake.at(DOPS));
  expect(await check()).toMatchObject({ok: false});
  expect(await resultOf(fake.context, 'validate_dops', {origin: 'net/other'})).toMatchObject({ok: false, kind: 'other_origin'});
});
