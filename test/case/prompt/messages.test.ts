import {
  type AttemptMessage,
  attemptMessage,
  type PreviousAttempt,
  snippetRoundMessage,
} from '../../../src/case/prompt/messages.ts';

const PREVIOUS: AttemptMessage = {
  attempt: 3,
  of: 4,
  tried: [
    {attempt: 1, by: 'the recipe plist', turns: 0, reason: 'the clean rebuild failed in stage', changed: [], finalError: ''},
    {
      attempt: 2,
      turns: 7,
      reason: 'its last build failed',
      excerpt: 'I added gmake.\nIt should build.',
      changed: ['Makefile.DragonFly', 'dragonfly/patch-a.c'],
      finalError: 'aa',
    },
  ],
  diff: '+USES+= gmake',
  diffApplied: true,
  findings: '',
  originalError: '',
  firstErrors: 'Error: Orphaned: bin/x',
  nonce: 'n0nce',
};

describe('attemptMessage', () => {
  test('says which attempt it is, what each before it changed and came to, and what fails now', () => {
    const text = attemptMessage(PREVIOUS);
    expect(text).toContain('Attempt 3 of 4');
    expect(text).toContain(
      [
        'attempt 1 (the recipe plist) changed nothing: the clean rebuild failed in stage',
        'attempt 2 (7 turns) changed Makefile.DragonFly, dragonfly/patch-a.c: its last build failed; final message: I added gmake. It should build.',
      ].join('\n'),
    );
    expect(text).toContain('+USES+= gmake\n</data n0nce>\n\nThe overlay holds this diff now.');
    expect(text).toContain('Error: Orphaned: bin/x');
    expect(text).not.toContain('the same error');
  });

  test('names two attempts that came to the same error', () => {
    const tried = PREVIOUS.tried.map((one) => ({...one, finalError: 'aa'}));
    expect(attemptMessage({...PREVIOUS, tried})).toContain('Attempts 1 and 2 ended with the same error');
    expect(attemptMessage({...PREVIOUS, tried: tried.map((one) => ({...one, finalError: ''}))})).not.toContain('the same error');
  });

  test('an error other than before the diff is progress, the same one is not', () => {
    const progress = 'The overlay now turns error A into error B, which is progress: retain what helped';
    const repeat = 'do not make that change again';
    const text = (errors: string[], change: Partial<AttemptMessage> = {}) => {
      const tried = errors.map((finalError, at) => ({...PREVIOUS.tried[1], attempt: at + 1, finalError}) as PreviousAttempt);
      return attemptMessage({...PREVIOUS, tried, originalError: 'aa', ...change});
    };
    for (const errors of [['bb'], ['aa', 'bb'], ['', 'bb']]) {
      expect(text(errors)).toContain(progress);
      expect(text(errors)).not.toContain(repeat);
    }
    for (const errors of [['aa'], ['bb', 'bb'], ['bb', '']]) expect(text(errors)).not.toContain(progress);
    expect(text(['aa'])).toContain(repeat);
    expect(text(['bb'], {originalError: ''})).toContain('Retain what is right in the diff');
    expect(text(['bb'], {diff: ''})).not.toContain(progress);
    for (const unknown of [text(['']), text(['bb'], {originalError: ''}), text(['aa'], {diff: ''})])
      expect(unknown).not.toContain(repeat);
    const errorLines = {before: 'a.c:1: error: x', now: 'b.c:2: error: y'};
    expect(text(['bb'], {errorLines})).toContain('A: a.c:1: error: x\nB: b.c:2: error: y\n</data n0nce>');
  });

  test('a conversation that goes on is told why, what fails now and what is gone, and nothing that it has', () => {
    const text = attemptMessage({...PREVIOUS, isContinued: true, report: 'the report'});
    expect(text).toMatch(/^## Attempt 3 of 4\n\nThe last attempt ended without a proven repair: its last build failed\./);
    expect(text).toContain('Error: Orphaned: bin/x');
    for (const known of ['+USES+= gmake', 'the report', 'attempt 1']) expect(text).not.toContain(known);
    expect(attemptMessage({...PREVIOUS, isContinued: true, diff: ''})).toContain('as it was before the case');
  });

  test('a new conversation has the last report, what was read and what was refused', () => {
    const text = attemptMessage({
      ...PREVIOUS,
      report: 'I tried gmake',
      digest: {read: ['a.c, lines 1-9 of 9'], refused: ['dupe: no']},
    });
    for (const part of ['I tried gmake', 'a.c, lines 1-9 of 9', 'dupe: no']) expect(text).toContain(part);
  });

  test('says when the diff is gone, or when there was none', () => {
    expect(attemptMessage({...PREVIOUS, diffApplied: false})).toContain('this diff is not applied');
    expect(attemptMessage({...PREVIOUS, diff: ''})).toContain('left no change in the overlay.');
  });

  test('has the findings on the diff, and what to do about them', () => {
    expect(attemptMessage(PREVIOUS)).not.toContain('What Portwright found');
    const text = attemptMessage({...PREVIOUS, findings: '- ask, rule downloads, p: it fetches'});
    expect(text).toContain('- ask, rule downloads, p: it fetches\n</data n0nce>\n\nWith these it is not proved.');
  });

  test('is bounded, and keeps the first of the errors and the last of the attempts', () => {
    const long = `the start\n${'line\n'.repeat(20_000)}`;
    const tried = Array.from({length: 30}, (_, i) => ({...PREVIOUS.tried[1], attempt: i + 1, reason: long, said: long}) as never);
    const digest = {read: long.split('\n'), refused: long.split('\n')};
    const text = attemptMessage({...PREVIOUS, diff: long, firstErrors: long, findings: long, tried, report: long, digest});
    expect(text.length).toBeLessThan(28_500);
    expect(text).toContain('build log>\nthe start\n');
    expect(text).toContain('attempt 30 (7 turns)');
  });
});

describe('snippetRoundMessage', () => {
  const round = {round: 1, of: 3, last: false, nonce: 'n0nce'};

  test('answers each request, also with why there is nothing', () => {
    const text = snippetRoundMessage(
      [
        {request: 'source:src/main.c:12', status: 'ok', text: 'int main;'},
        {request: 'log:5:9', status: 'not_found', note: 'the log has 4 lines'},
      ],
      round,
    );
    expect(text).toMatch(/^## Extracted Snippets\n\nRound 1 of 3\.\n\n### source:src\/main\.c:12\n/);
    expect(text).toContain('int main;\n</data n0nce>');
    expect(text).toContain('not_found: the log has 4 lines');
    expect(text).toContain('request it under `## Snippet Requests`');
    expect(text).not.toContain('last round');
  });

  test('says in the last round that it is the last', () => {
    expect(snippetRoundMessage([], {...round, last: true})).toMatch(
      /None of the requests.*\n\nThis is the last round: no more requests are answered/,
    );
  });

  test('is bounded, and a request in the model’s words stays one line', () => {
    const many = Array.from({length: 60}, (_, i) => ({
      request: `source:f${i}\n## Metadata:all`,
      status: 'ok',
      text: 'y\n'.repeat(30_000),
    }));
    const text = snippetRoundMessage(many, round);
    expect(text.length).toBeLessThan(25_000);
    expect(text).not.toMatch(/^## Metadata/m);
    expect(text).toContain('Omitted for lack of space: ');
  });
});
