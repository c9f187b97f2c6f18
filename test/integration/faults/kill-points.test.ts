import {jest} from '@jest/globals';
import {repeatedCalls} from '../../support/kill-journal.ts';
import {planKills} from '../../support/kill-plan.ts';
import {pick, randomFrom} from '../../support/kill-points.ts';
import {type CaseEnd, KillRig} from '../../support/kill-rig.ts';
import {faultOf} from '../../support/kill-verdicts.ts';
import {percentile} from '../../support/percentile.ts';
import {until} from '../../support/processes.ts';

jest.setTimeout(300_000);

/** A case has a dozen turns before its build; on a busy machine they take a while. */
const PATIENCE_MS = 120_000;

/** Ports that a rig repairs, and the tool that makes the repair of one of them. A run has two of these rigs, by its seed. */
const ALL_RIGS = [
  {ports: ['net/wifimedia', 'sysutils/dfwho', 'devel/needlib'], edit: 'replace_in_file'},
  {ports: ['textproc/rangearg', 'sysutils/clockfmt', 'security/sumtool'], edit: 'put_file'},
  {ports: ['devel/evloop', 'net/wifimedia'], edit: 'install_patches'},
] as const;

const seed = Number(process.env.PORTWRIGHT_SEED ?? Math.floor(Math.random() * 4_294_967_296));
const random = randomFrom(seed);
const left = pick(random, ALL_RIGS.length);
const RIGS = ALL_RIGS.filter((_, at) => at !== left);
const plans = planKills(
  random,
  RIGS.map((rig) => rig.edit),
);

let rigs: KillRig[] = [];
let ends: CaseEnd[] = [];

beforeAll(async () => {
  process.stderr.write(`kill points: PORTWRIGHT_SEED=${seed}\n`);
  const options = {envs: ['demo', 'demo-2'], latencyMs: () => 50 + random() * 250, patienceMs: 240_000};
  rigs = await Promise.all(RIGS.map(() => KillRig.make(options)));
  for (const [at, rig] of rigs.entries()) rig.arm(plans[at] ?? []);
  ends = (await Promise.all(rigs.map((rig, at) => rig.batch(RIGS[at]?.ports ?? [])))).flat();
  const slow = percentile(
    rigs.flatMap((rig) => rig.recoveriesMs),
    0.95,
  );
  process.stderr.write(`${rigs.flatMap((rig) => rig.kills).length} kills; a case went on after ${slow} ms (95th percentile)\n`);
});
afterAll(async () => {
  await Promise.all(rigs.map((rig) => rig.stop()));
});

test('the worker was killed at all points of the plan', () => {
  expect(rigs.flatMap((rig) => rig.ahead)).toEqual([]);
  // Two cases may come to their points in the same moment, and one kill serves both.
  expect(rigs.flatMap((rig) => rig.kills).length).toBeGreaterThanOrEqual(plans.flat().length - 3);
});

test('every case came to the verdict, the attempts and the diff that it has without kills', async () => {
  expect(ends.map((end) => end.origin)).toEqual(RIGS.flatMap((rig) => [...rig.ports]));
  expect((await Promise.all(ends.map(faultOf))).filter((fault) => fault !== undefined)).toEqual([]);
});

test('no model call was made again but the one in flight', () => {
  for (const rig of rigs) {
    expect(rig.paidCalls.length).toBeGreaterThan(10);
    expect(repeatedCalls(rig.paidCalls, rig.kills)).toEqual([]);
  }
});

test('no process of a killed worker ran when the next one was ready, and no builds ran concurrently', async () => {
  for (const rig of rigs) {
    expect(rig.kills.flatMap((kill) => kill.orphans)).toEqual([]);
    expect(await rig.besideEachOther()).toEqual([]);
  }
});

test('a build ends with its worker, and the case starts it again', async () => {
  const [rig] = rigs as [KillRig];
  const before = rig.kills.length;
  const release = await rig.holdBuilds();
  const batch = rig.batch(['net/wifimedia']);
  await until('the build is held', () => rig.isBuilding, PATIENCE_MS);
  await rig.kill();
  expect(rig.kills[before]?.orphans).toEqual([]);
  await until('the next worker builds', () => rig.isBuilding, PATIENCE_MS);
  await release();
  expect(await Promise.all((await batch).map(faultOf))).toEqual([undefined]);
  expect(await rig.besideEachOther()).toEqual([]);
});

test('every overlay is as it was', async () => {
  for (const rig of rigs) expect(await rig.dirtyTrees()).toEqual([]);
});
