import {SELF, unusedUid} from '../../support/hostile/baits.ts';
import {IntegrityRig, judgeWays} from '../../support/hostile/integrity-rig.ts';
import {WAY_GROUPS} from '../../support/hostile/integrity-ways.ts';

// Make code of an attempt does what it can, then a wrong diff is proved: it must fail by its own error, and the next port must pass.

const plain = SELF === 0 ? unusedUid(64_905) : SELF;
const CALLERS = [
  {who: 'root', uid: 0, inside: SELF === 0 ? unusedUid(64_904) : SELF, turn: 0},
  {who: 'a plain user', uid: plain, inside: plain, turn: 1},
];

/** A group takes most of a minute: where both callers can be tried, each run tries it as one of them, by the seed. */
const seed = Number(process.env.PORTWRIGHT_SEED ?? Math.floor(Math.random() * 4_294_967_296));
process.stderr.write(`integrity: PORTWRIGHT_SEED=${seed}\n`);
const groupsOf = (turn: number) => (SELF === 0 ? WAY_GROUPS.filter((_, at) => (at + seed) % 2 === turn) : WAY_GROUPS);

describe.each(CALLERS)('in a dev-env of $who', ({uid, inside, turn}) => {
  if (uid === 0 && SELF !== 0) {
    // biome-ignore lint/suspicious/noSkippedTests: only root can make a dev-env as root
    test.skip('no way is tried, because the tests are not run as root', () => undefined);
    return;
  }
  let rig: IntegrityRig;

  beforeAll(async () => {
    rig = new IntegrityRig(uid, inside);
    await rig.create();
  }, 60_000);
  afterAll(() => rig.remove(), 60_000);

  test.each(groupsOf(turn))(
    'no way by $group reaches a proof or stops the next port',
    async (group) => {
      const outcome = await rig.attempt(group);
      expect(judgeWays(group, outcome).filter(({verdict}) => verdict !== 'refused')).toEqual([]);
      expect(outcome.wrong).toMatchObject({failure: {step: 'build', tail: expect.stringContaining('NOT_ON_DRAGONFLY')}});
      expect(await rig.isClean()).toBe(true);
    },
    90_000,
  );
});

test('there are more than 40 ways', () => {
  expect(WAY_GROUPS.flatMap(({ways}) => ways).length).toBeGreaterThan(40);
});
