import {roundTurns} from '../../../src/case/attempt/guard-round.ts';
import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {leftText, withStanding} from '../../../src/case/attempt/standing.ts';
import {idleWarning, lastTurnNotice, nextRoundTurn, nextTurn, type TurnsTaken} from '../../../src/case/attempt/turn-limits.ts';

/** Returns the kinds of an attempt's turns up to its report; `builds` has the state of the last build after each. */
function kindsOf(limit: number, builds: readonly TurnsTaken['lastBuild'][]): string[] {
  const progress = new AttemptProgress(1);
  const kinds: string[] = [];
  for (;;) {
    const {kind} = nextTurn(progress, limit);
    kinds.push(kind);
    if (kind === 'report') return kinds;
    progress.countTurn(kind);
    progress.lastBuild = builds[kinds.length - 1] ?? progress.lastBuild;
  }
}

describe('the turns of an attempt', () => {
  test('are as many with tools as the limit, and then the report', () => {
    expect(kindsOf(30, [])).toEqual([...Array(30).fill('work'), 'report']);
    expect(kindsOf(1, ['failed'])).toEqual(['work', 'report']);
  });

  test('are three more after a passing build, whatever is left', () => {
    expect(kindsOf(9, ['none', 'passed'])).toEqual(['work', 'work', 'closing', 'closing', 'closing', 'report']);
    expect(kindsOf(1, ['passed'])).toEqual(['work', 'closing', 'closing', 'closing', 'report']);
  });

  test('are for work again after an edit, and the closing turns serve for it where the limit is reached', () => {
    expect(kindsOf(4, ['passed', 'none', 'passed'])).toEqual(['work', 'closing', 'work', 'closing', 'closing', 'report']);
    expect(kindsOf(1, ['passed', 'none', 'passed'])).toEqual(['work', 'closing', 'closing', 'closing', 'report']);
  });

  test('know what follows and what is left', () => {
    expect(nextTurn({worked: 28, closed: 0, lastBuild: 'none'}, 30)).toEqual({kind: 'work', following: 'work', left: 2});
    expect(nextTurn({worked: 29, closed: 0, lastBuild: 'failed'}, 30)).toEqual({kind: 'work', following: 'report', left: 1});
    expect(nextTurn({worked: 3, closed: 2, lastBuild: 'passed'}, 30)).toEqual({kind: 'closing', following: 'report', left: 1});
    expect(nextRoundTurn(0, 3)).toEqual({kind: 'work', following: 'work', left: 2});
    expect(nextRoundTurn(1, 3)).toEqual({kind: 'work', following: 'report', left: 1});
    expect(nextRoundTurn(2, 3)).toMatchObject({kind: 'report', left: 0});
    expect([0, 5, 99].map(roundTurns)).toEqual([3, 5, 8]);
  });
});

test('the last turn is announced', () => {
  expect(lastTurnNotice({kind: 'work', following: 'work', left: 5})).toBeUndefined();
  expect(lastTurnNotice({kind: 'closing', following: 'report', left: 1})).toMatch(/last turn with tools/);
  expect(lastTurnNotice({kind: 'report', following: 'report', left: 0})).toMatch(/Write the report now/);
});

test('an idle attempt is warned at two thirds of the turns after which it ends', () => {
  const limits = {no_edit_turns: 15, no_build_turns: 24};
  const warning = (turns: number, everEdited: boolean, everBuilt: boolean) => idleWarning({turns, everEdited, everBuilt}, limits);
  expect(warning(9, false, false)).toBeUndefined();
  expect(warning(10, false, false)).toBe(
    '10 turns without an edit. The attempt ends at 15: edit now (dupe counts), or report what prevents it.',
  );
  expect(warning(15, true, false)).toBeUndefined();
  expect(warning(16, true, false)).toMatch(/16 turns without a build. The attempt ends at 24/);
  expect(warning(23, true, true)).toBeUndefined();
});

test('dupe and genpatch count as edits where they succeed, and leave a build as it is', () => {
  const after = (name: string, ok: boolean): boolean => {
    const progress = new AttemptProgress(1);
    progress.lastBuild = 'passed';
    progress.addCall({name, digest: 'd', answer: 'a', ok}, {});
    expect(progress.lastBuild).toBe('passed');
    return progress.everEdited;
  };
  expect([after('dupe', true), after('genpatch', true)]).toEqual([true, true]);
  expect([after('dupe', false), after('make_patch', true), after('get_file', true)]).toEqual([false, false, false]);
});

test('each result has what is left, the last one the notice too', () => {
  expect(leftText({turns: 27, attempts: 1}, 310_999)).toBe('27 turns, 310k tokens, 1 attempt');
  expect(leftText({turns: 1, attempts: 0, minutes: 41.9}, -5)).toBe('1 turn, 0k tokens, 41 min, 0 attempts');
  const results = ['{"ok":true,"content":"a"}', '{"ok":false}'];
  const standing = {turns: 2, attempts: 3, notice: 'edit now'};
  expect(withStanding(results, {standing, tokens: 5000, hints: ['read it']}).map((text) => JSON.parse(text))).toEqual([
    {ok: true, content: 'a', advice: 'read it', left: '2 turns, 5k tokens, 3 attempts'},
    {ok: false, notice: 'edit now', left: '2 turns, 5k tokens, 3 attempts'},
  ]);
  expect(withStanding(results, {standing: undefined, tokens: 5, hints: []})).toEqual(results);
});
