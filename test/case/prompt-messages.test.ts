import {attemptMessage, snippetRoundMessage} from '../../src/case/prompt-messages.ts';

const PREVIOUS = {
  attempt: 2,
  of: 4,
  reason: 'the clean rebuild failed in stage',
  previousFinal: `START${'x'.repeat(2000)}`,
  diff: '+USES+= gmake',
  diffKept: true,
  buildTail: 'Error: Orphaned: bin/x',
  nonce: 'n0nce',
};

describe('attemptMessage', () => {
  test('says which attempt it is, and what came of the one before', () => {
    const text = attemptMessage(PREVIOUS);
    expect(text).toContain('Attempt 2 of 4');
    expect(text).toContain('the clean rebuild failed in stage');
    expect(text).toContain('+USES+= gmake\n</data n0nce>\n\nThe overlay holds this diff now.');
    expect(text).toContain('Error: Orphaned: bin/x');
    expect(text).toContain(`\n${'x'.repeat(2000)}\n`);
    expect(text).not.toContain('START');
  });

  test('says when the diff is gone, or when there was none', () => {
    expect(attemptMessage({...PREVIOUS, diffKept: false})).toContain('this diff is gone');
    expect(attemptMessage({...PREVIOUS, diff: ''})).toContain('It left no change in the overlay.');
  });

  test('is bounded, and keeps the end of the build', () => {
    const long = `${'line\n'.repeat(20_000)}the end`;
    const text = attemptMessage({...PREVIOUS, diff: long, buildTail: long, reason: long, previousFinal: long});
    expect(text.length).toBeLessThan(19_000);
    expect(text.match(/the end\n<\/data/g)).toHaveLength(4);
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
    expect(text).toContain('ask once more under `## Snippet Requests`');
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
    expect(text).toContain('Not shown for want of room: ');
  });
});
