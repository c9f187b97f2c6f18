import {type ElidableMessage, elideOldToolResults} from '../../../src/case/prompt/elide-tool-results.ts';
import {
  type AttemptMessage,
  attemptMessage,
  earlierItem,
  type PreviousAttempt,
  snippetRoundMessage,
} from '../../../src/case/prompt/messages.ts';
import {type Playbook, parsePlaybook, selectPlaybooks} from '../../../src/case/prompt/playbooks.ts';
import {portFileList, relevantFiles} from '../../../src/case/prompt/port-files.ts';
import {fitItems, fitParts, untrustedSection} from '../../../src/case/prompt/space.ts';
import {toolchainsOf} from '../../../src/case/prompt/toolchains.ts';
import {oneLine, truncateMiddle, wrapUntrusted} from '../../../src/case/prompt/wrap-untrusted.ts';
import type {EarlierCase} from '../../../src/case/status.ts';

const NONCE = 'n0nce';

describe('untrusted text', () => {
  test('a text is cut in the middle at line ends, with the number of characters left out', () => {
    expect(truncateMiddle('a'.repeat(100), 100)).toBe('a'.repeat(100));
    const text = Array.from({length: 100}, (_, at) => `line ${String(at).padStart(4, '0')}`).join('\n');
    const cut = truncateMiddle(text, 300);
    expect(cut.length).toBeLessThanOrEqual(300);
    const [head = '', ...rest] = cut.split(/\n(?=\[\.\.\.)/);
    expect(head).toMatch(/^line 0000\n(line \d{4}\n)+line \d{4}$/);
    expect(rest.join('')).toMatch(/^\[\.\.\. 699 or more .*\]\n(line \d{4}\n)+line 0099$/);
    const most = truncateMiddle(text, 300, 0.9);
    expect(most.indexOf('[...')).toBeGreaterThan(cut.indexOf('[...') + 50);
  });

  test('without line ends near the cut, it is cut within a line', () => {
    const cut = truncateMiddle(`${'a'.repeat(500)}${'b'.repeat(500)}`, 200);
    expect(cut).toHaveLength(200);
    expect(cut).toMatch(/^a{70,}\n\[.*\]\nb{70,}$/);
    const far = `x\n${'a'.repeat(600)}${'b'.repeat(600)}\ny`;
    const [head = '', , tail = ''] = truncateMiddle(far, 900).split(/\n(\[\.\.\..*\]\n)/);
    expect([head.length > 300, tail.length > 300]).toEqual([true, true]);
    expect(truncateMiddle(`\n${'a'.repeat(300)}`, 150)).toMatch(/^\na/);
  });

  test('without room for a marker only the tail is returned', () => {
    expect(truncateMiddle('abc'.repeat(100), 30)).toBe('abc'.repeat(10));
    expect(truncateMiddle('abc'.repeat(100), 0)).toBe('');
    expect(truncateMiddle('abc'.repeat(100), -5)).toBe('');
    expect(truncateMiddle('a'.repeat(1000), 120)).toContain('[...');
  });

  test('a text that has the marks gets longer ones, and hidden characters are shown', () => {
    expect(wrapUntrusted('x', 'a', NONCE)).toBe('<data n0nce x>\na\n</data n0nce>');
    expect(wrapUntrusted('x', 'a n0nce b\n', NONCE)).toBe('<data n0ncex1 x>\na n0nce b\n</data n0ncex1>');
    expect(wrapUntrusted('x', 'n0nce n0ncex1', NONCE)).toContain('<data n0ncex2 x>');
    expect(wrapUntrusted('x', 'a\r\nb\rc\u200bd\u001b[31me\u0007f\u{e0101}', NONCE)).toContain('a\nb\nc\ufffdd');
    expect(wrapUntrusted('x', 'd\u001b[31me\u0007f\u{e0101}', NONCE)).toContain('\ndef\ufffd\n');
    for (const nonce of ['abc', 'a'.repeat(65), 'ab-cd', ' abcd']) expect(() => wrapUntrusted('x', 'a', nonce)).toThrow(nonce);
    for (const nonce of ['abcd', 'a'.repeat(64)]) expect(wrapUntrusted('x', 'a', nonce)).toContain(nonce);
    expect(oneLine(' a <b>\n`c` ')).toBe('a b c');
    expect(oneLine('a'.repeat(161))).toHaveLength(160);
  });
});

describe('space', () => {
  const fixed = (order: number, share: number | 'full', size: number) => ({
    order,
    share,
    render: (max: number) => String(order).repeat(Math.max(0, Math.min(size, max))),
  });

  test('what a part does not need goes to the others, in their order of need, and is shown in their order of place', () => {
    expect(fitParts([fixed(2, 0.5, 3), fixed(1, 0.5, 90)], 44)).toBe(`${'1'.repeat(37)}\n\n222`);
    expect(fitParts([fixed(2, 0.5, 90), fixed(1, 0.5, 90)], 44)).toBe(`${'1'.repeat(20)}\n\n${'2'.repeat(20)}`);
    expect(fitParts([fixed(2, 0.2, 90), fixed(1, 0.2, 90)], 44)).toBe(`${'1'.repeat(8)}\n\n${'2'.repeat(32)}`);
    expect(fitParts([fixed(2, 0.5, 0), fixed(1, 0.5, 4)], 44)).toBe('1111');
  });

  test('a part with a full share has its space first, and shares above 1 in sum are scaled to it', () => {
    expect(fitParts([fixed(2, 0.5, 90), fixed(1, 'full', 30)], 44)).toBe(`${'1'.repeat(30)}\n\n${'2'.repeat(10)}`);
    expect(fitParts([fixed(2, 0.5, 90), fixed(1, 'full', 60)], 44)).toBe('1'.repeat(60));
    expect(fitParts([fixed(2, 0.9, 90), fixed(1, 0.9, 90)], 44)).toBe(`${'1'.repeat(20)}\n\n${'2'.repeat(20)}`);
  });

  test('a section is in full, cut to its space, or left out', () => {
    const full = '## H\n\n<data n0nce l>\ntext\n</data n0nce>';
    expect(untrustedSection('## H', 'l', 'text', NONCE, full.length)).toBe(full);
    expect(untrustedSection('## H', 'l', ' \n', NONCE, 999)).toBe('');
    const long = untrustedSection('## H', 'l', 'y'.repeat(5000), NONCE, 400);
    expect(long.length).toBeLessThanOrEqual(400);
    expect(long.length).toBeGreaterThan(370);
    expect(untrustedSection('## H', 'l', 'y'.repeat(5000), NONCE, full.length)).toBe('');
  });

  const item = (title: string, size: number) => ({title, text: title.repeat(size)});

  test('items share the space equally, short ones are in full, and those without 500 characters are named', () => {
    const all = fitItems([item('a', 10), item('b', 9000), item('c', 9000)], NONCE, 3000);
    expect(all.length).toBeLessThanOrEqual(3000);
    expect(all).toContain(`\n${'a'.repeat(10)}\n`);
    const sizes = ['b', 'c'].map((title) => all.split(title).length);
    expect(Math.abs((sizes[0] ?? 0) - (sizes[1] ?? 0))).toBeLessThan(20);
    const some = fitItems([item('a', 2000), item('b', 2000), item('c', 2000)], NONCE, 1300);
    expect(some).toMatch(/^### a\n\n[\s\S]*\n\n### b\n\n[\s\S]*\n\n[^\n]*c \(2000 characters\)$/);
    expect(some.length).toBeLessThanOrEqual(1300);
    expect(fitItems([{title: 'e', text: ' '}], NONCE, 999)).toBe('### e\n(empty)');
    expect(fitItems([item('a', 2000)], NONCE, 30)).toHaveLength(30);
    expect(fitItems([], NONCE, 999)).toBe('');
    expect(fitItems([item('a', 2000)], NONCE, 499)).toMatch(/a \(2000 characters\)$/);
  });
});

describe('eliding', () => {
  const count = (message: ElidableMessage): number => (message.content ?? '').length;
  const call = (id: string, args = '{}', name = 'grep'): ElidableMessage => ({
    role: 'assistant',
    content: '',
    tool_calls: [
      {id: `other-${id}`, function: {name: 'other', arguments: ''}},
      {id, function: {name, arguments: args}},
    ],
  });
  const result = (id: string, content: string): ElidableMessage => ({role: 'tool', tool_call_id: id, content});
  const shown = (messages: ElidableMessage[], maxTokens: number) =>
    elideOldToolResults(messages, {maxTokens, count}).messages.map(({content}) =>
      content?.startsWith('[elided') ? 'elided' : content?.length,
    );

  test('results are elided, oldest first, down to 60 % of the limit; the last two turns last', () => {
    const turns = [1, 2, 3, 4, 5].flatMap((n) => [call(`c${n}`), result(`c${n}`, 'x'.repeat(200))]);
    expect(shown(turns, 1000).filter((one) => one === 'elided')).toHaveLength(0);
    expect(shown(turns, 999)).toEqual([0, 'elided', 0, 'elided', 0, 'elided', 0, 200, 0, 200]);
    expect(shown(turns.slice(0, 4), 399)).toEqual([0, 'elided', 0, 200]);
    expect(elideOldToolResults(turns.slice(0, 2), {maxTokens: 10, count}).fits).toBe(false);
    expect(elideOldToolResults(turns.slice(0, 2), {maxTokens: 200, count}).fits).toBe(true);
  });

  test('an elided result names its own call with at most 200 characters of arguments, and is never longer', () => {
    const of = (message: ElidableMessage, content: string) =>
      elideOldToolResults([message, result('c', content)], {maxTokens: 1, count}).messages[1]?.content;
    expect(of(call('c', 'a'.repeat(201)), 'x\\ny\nz'.repeat(100))).toMatch(/ 201 lines.* grep a{200}\]$/);
    expect(of(call('c', ''), 'x'.repeat(100))).toMatch(/ 1 lines.* grep\]$/);
    expect(of(call('c', '{}', 'dsynth_build'), 'x'.repeat(100))).toMatch(/ dsynth_log\]$/);
    expect(of({role: 'assistant', content: ''}, 'x'.repeat(100))).toMatch(/ its tool\]$/);
    expect(of(call('c'), 'short')).toBe('short');
  });

  test('only results of tools are elided', () => {
    const user: ElidableMessage = {role: 'user', content: 'u'.repeat(300)};
    expect(shown([user, call('c'), result('c', 'x'.repeat(100)), user], 100)).toEqual([300, 0, 'elided', 300]);
  });
});

describe('messages', () => {
  const TRIED: PreviousAttempt = {attempt: 1, turns: 2, reason: 'r', changed: [], finalError: ''};
  const MESSAGE: AttemptMessage = {
    attempt: 2,
    of: 3,
    tried: [TRIED],
    diff: '',
    diffApplied: false,
    findings: '',
    originalError: '',
    firstErrors: '',
    nonce: NONCE,
  };

  test('texts of an attempt are cut to 3000, 6000 and 4000 characters', () => {
    const long = (size: number) => Array.from({length: size}, (_, at) => `${at}`.padStart(9, '0')).join('\n');
    const tried = Array.from({length: 100}, () => ({...TRIED, reason: 'y'.repeat(100)}));
    const size = (change: Partial<AttemptMessage>) => attemptMessage({...MESSAGE, ...change}).length;
    const base = attemptMessage(MESSAGE).length;
    expect(size({diff: long(9000)}) - base).toBeLessThan(6100);
    expect(size({diff: long(9000)}) - base).toBeGreaterThan(5700);
    expect(size({firstErrors: long(9000)}) - base).toBeLessThanOrEqual(4002);
    expect(size({firstErrors: long(9000)}) - base).toBeGreaterThan(3900);
    expect(size({tried}) - base).toBeLessThan(3000);
    expect(size({tried}) - base).toBeGreaterThan(2600);
  });

  test('an attempt is one line of at most 700 characters, with the first six of its changed files', () => {
    const line = (change: Partial<PreviousAttempt>) =>
      attemptMessage({...MESSAGE, tried: [{...TRIED, ...change}]})
        .split('\n')
        .find((one) => one.startsWith('attempt 1')) ?? '';
    expect(line({changed: ['a', 'b', 'c', 'd', 'e', 'f', 'g']})).toBe('attempt 1 (2 turns) changed a, b, c, d, e, f: r');
    expect(line({by: 'ann'})).toBe('attempt 1 (ann) changed nothing: r');
    expect(line({reason: 'y'.repeat(900)})).toHaveLength(700);
    expect(attemptMessage({...MESSAGE, tried: []})).not.toContain('\n\n\n');
  });

  test('a diff is shown with whether it is applied', () => {
    const [applied, not] = [true, false].map((diffApplied) => attemptMessage({...MESSAGE, diff: '+x', diffApplied}));
    expect(applied).not.toBe(not);
    expect(applied).toContain('\n+x\n');
    const errors = ['a', 'a'].map((finalError, at) => ({...TRIED, attempt: at + 4, finalError}));
    expect(attemptMessage({...MESSAGE, tried: errors})).toMatch(/Attempts 4 and 5 /);
    expect(attemptMessage({...MESSAGE, tried: [...errors, {...TRIED, finalError: 'b'}]})).not.toMatch(/Attempts 4 and 5 /);
    expect(attemptMessage({...MESSAGE, tried: [TRIED, TRIED]})).not.toMatch(/Attempts 1 and 1 /);
  });

  test('snippets have their text, or their status with a note', () => {
    const round = {round: 2, of: 5, last: false, nonce: NONCE};
    const text = snippetRoundMessage(
      [
        {request: 'log:1:2', status: 'ok', text: 'body'},
        {request: 'a', status: 'not_found', note: 'why'},
        {request: 'b', status: 'empty'},
        {request: 'c', status: 'ok'},
      ],
      round,
    );
    expect(text).toContain('Round 2 of 5.');
    expect(text).toContain('\nbody\n');
    expect(text).toContain('\nnot_found: why\n');
    expect(text).toContain('\nempty\n');
    expect(text).toContain('### c\n(empty)');
    expect(snippetRoundMessage([], round)).not.toBe(snippetRoundMessage([], {...round, last: true}));
    expect(snippetRoundMessage([{request: 'a', status: 'ok', text: 'y'.repeat(30_000)}], round).length).toBeLessThan(24_400);
  });

  test('an earlier case has its day, class, outcome, reason, proof and diff', () => {
    const earlier = {closedUtc: '2026-01-18T14:05:01Z', outcome: 'manual', reason: 'why', classification: null} as EarlierCase;
    expect(earlierItem(earlier, '')).toEqual({title: '2026-01-18, no class: manual', text: 'why'});
    const known = {...earlier, classification: 'patch-error', proof: 'passed'} as EarlierCase;
    expect(earlierItem(known, '+x')).toEqual({
      title: '2026-01-18, patch-error: manual',
      text: expect.stringMatching(/^why\n.* passed\.\n\+x$/),
    });
  });
});

describe('files of the port', () => {
  const file = (path: string, text = 'x') => ({path, text});

  test('a composed file that equals the overlay’s is left out of the list', () => {
    const files = [file('overlay/a', 'ä'), file('port/a', 'ä'), file('port/b', 'ä'), file('other/a', 'ä')];
    expect(portFileList(files)).toBe('overlay/a  2 bytes\nport/b  2 bytes\nother/a  2 bytes');
  });

  test('files that the findings name come first, then the overlay’s own, then the port’s Makefile', () => {
    const files = [
      'port/Makefile',
      'overlay/overlay.dops',
      'overlay/Makefile.DragonFly',
      'port/other',
      'port/files/patch-z.c',
      'port/files/patch-a.c',
      'port/short.c',
    ];
    const titles = relevantFiles(
      files.map((path) => file(path)),
      'patch-z.c patch-a.c short.c Makefile',
    ).map(({title}) => title);
    expect(titles).toEqual([
      'port/files/patch-a.c',
      'port/files/patch-z.c',
      'overlay/Makefile.DragonFly',
      'overlay/overlay.dops',
      'port/Makefile',
    ]);
    const odd = relevantFiles([file(`port/a b\n${'c'.repeat(200)}`)], `a b\n${'c'.repeat(200)}`);
    expect(odd[0]?.title).toMatch(/^port\/a_bc?_?c{110,}$/);
    expect(odd[0]?.title).toHaveLength(120);
    const big = relevantFiles([file('port/Makefile', 'y'.repeat(40_000))], '');
    expect(big[0]?.text.length).toBe(32_768);
    expect(
      relevantFiles([file('x/overlay/overlay.dops'), file('overlay/overlay.dops.x'), file('port/ninechr.c')], 'ninechr.c'),
    ).toHaveLength(1);
  });
});

describe('tool chains', () => {
  const named = (path: string) => toolchainsOf([{path, text: ''}]);

  test.each([
    ['x/configure', 'autoconf'],
    ['configure.ac', 'autoconf'],
    ['patch-configure.in', 'autoconf'],
    ['a_Makefile.am', 'autoconf'],
    ['config.sub', 'autoconf'],
    ['a.c', 'c'],
    ['a.hpp', 'c'],
    ['Cargo.lock', 'cargo'],
    ['a.rs', 'cargo'],
    ['build.rs', 'cargo'],
    ['x/CMakeLists.txt', 'cmake'],
    ['a.cmake', 'cmake'],
    ['GNUmakefile', 'gmake'],
    ['go.mod', 'go'],
    ['x_go.sum', 'go'],
    ['a.go', 'go'],
    ['ltmain.sh', 'libtool'],
    ['meson.build', 'meson'],
    ['meson_options.txt', 'meson'],
    ['meson.options', 'meson'],
    ['Makefile.PL', 'perl5'],
    ['a.xs', 'perl5'],
    ['a.pc', 'pkg-config'],
    ['a.pc.in', 'pkg-config'],
    ['setup.cfg', 'python'],
    ['pyproject.toml', 'python'],
  ])('%s is of %s, and only under that name', (path, tool) => {
    expect(named(path)).toEqual([tool]);
    expect(named(`${path}z`)).toEqual([]);
    if (!/\.(c|hpp|rs|cmake|go|xs|pc|pc\.in)$/.test(path))
      expect(named(path.replace(/([^/]*)$/, 'z$1'))).toEqual(/[-_]/.test(path.slice(0, 6)) && !/^meson/.test(path) ? [tool] : []);
  });

  const used = (text: string, path = 'port/Makefile') => toolchainsOf([{path, text}]);

  test('only an assignment at the start of a line counts, with any operator and case', () => {
    expect(used('A=1\n \tUSES ?=\tgmake\n')).toEqual(['gmake']);
    expect(used('USES:=gmake')).toEqual(['gmake']);
    expect(used('A=USES=gmake')).toEqual([]);
    expect(used('XUSES=gmake')).toEqual([]);
    expect(used('USESX=gmake')).toEqual([]);
    expect(used('GNU_CONFIGURE=YES')).toEqual(['autoconf']);
    expect(used('GNU_CONFIGURE=no yes')).toEqual([]);
    expect(used('USE_GMAKE=Yes')).toEqual(['gmake']);
    expect(used('OTHER=yes')).toEqual([]);
    expect(used('USES=a \\\r\n gmake')).toEqual(['gmake']);
    expect(used('USES=\\#gmake go')).toEqual(['go']);
    expect(used('# USES=gmake\nA=b # c\nUSES=go # gmake')).toEqual(['go']);
    for (const [use, tool] of [
      ['automake', 'autoconf'],
      ['autotools', 'autoconf'],
      ['gnumake', 'gmake'],
      ['meson', 'meson'],
      ['python', 'python'],
    ])
      expect(used(`USES=${use}`)).toEqual([tool]);
    for (const path of ['overlay/Makefile.local', 'Makefile.common', 'x/Makefile.inc'])
      expect(used('USES=go', path)).toEqual(['go']);
    for (const path of ['xMakefile', 'Makefile.x', 'Makefile.incx']) expect(used('USES=go', path)).toEqual([]);
  });
});

describe('playbooks', () => {
  const parse = (front: string, body = 'text', file = 'dir/name.md') => parsePlaybook(file, `---\n${front}\n---\n${body}`);

  test('a playbook has defaults, and its text is trimmed', () => {
    expect(parse('name: name', '\n a \n\n')).toEqual({
      name: 'name',
      triggers: {classifications: [], toolchains: [], flows: [], phases: [], findings: [], texts: []},
      tags: [],
      priority: 100,
      budget: undefined,
      text: 'a',
    });
    expect(parsePlaybook('name.md', '---\r\nname: name\r\nbudget: 0\r\n---\r\nx')).toMatchObject({budget: 0, text: 'x'});
    expect(parse('name: name\ntriggers:\n  flows: [triage, patch]\n  toolchains: [go]\npriority: 3').priority).toBe(3);
  });

  test.each([
    ['name: other', /name must be "name".*"other"/],
    ['name: name\nodd: 1', /front matter has the unknown key "odd".*triggers, tags/],
    ['name: name\ntriggers:\n  odd: []', /triggers has the unknown key "odd"/],
    ['name: name\ntriggers: [1]', /triggers must be a mapping/],
    ['- a', /front matter must be a mapping/],
    ['null', /front matter must be a mapping/],
    ['name: name\ntags: a', /tags must be a list/],
    ['name: name\ntags: [1, a]', /tags must be a list/],
    ['name: name\ntriggers:\n  flows: [x]', /flows has "x"; .*triage, patch/],
    ['name: name\ntriggers:\n  toolchains: [x]', /toolchains has "x"/],
    ['name: name\nbudget: -1', /budget must be a whole number from 0; got -1/],
    ['name: name\npriority: 1.5', /priority must be/],
    ['a: b: c', /must be YAML/],
    ['? a\n: b', /plain keys/],
    ['  - ? a', /plain keys/],
    [`name: ${'x'.repeat(16_379)}`, /may have 16384 characters; got 16385/],
  ])('%.40s', (front, expected) => {
    expect(() => parse(front)).toThrow(expected);
    expect(() => parse(front)).toThrow(/^Playbook dir\/name\.md: /);
  });

  test('front matter of 16384 characters is read, a file without any is refused', () => {
    expect(() => parse(`name: ${'x'.repeat(16_378)}`)).toThrow(/name must be/);
    expect(() => parsePlaybook('a.md', 'x\n---\nname: a\n---\n')).toThrow(/must begin with front matter/);
  });

  const book = (name: string, more: Partial<Playbook> = {}, triggers: Partial<Playbook['triggers']> = {}): Playbook => ({
    name,
    triggers: {classifications: [], toolchains: [], flows: [], phases: [], findings: [], texts: [], ...triggers},
    tags: [],
    priority: 100,
    text: 'x'.repeat(40),
    ...more,
  });
  const chosen = (all: Playbook[], more = {}, space = {}) =>
    selectPlaybooks(all, {flow: 'patch', toolchains: ['go'], ...more}, space).map(({name}) => name);

  test('playbooks come by priority and name, and one that is too long is skipped', () => {
    expect(chosen([book('c'), book('b'), book('a', {priority: 101}), book('d', {priority: 1})])).toEqual(['d', 'b', 'c', 'a']);
    expect(chosen([book('a'), book('b', {text: 'x'.repeat(81)}), book('c')], {}, {maxTokens: 30})).toEqual(['a', 'c']);
    expect(chosen([book('a', {text: 'x'.repeat(8000)})])).toEqual(['a']);
    expect(chosen([book('a', {text: 'x'.repeat(8001)})])).toEqual([]);
    const [cut] = selectPlaybooks([book('a', {budget: 5})], {flow: 'patch', toolchains: []});
    expect(cut).toMatchObject({text: `${'x'.repeat(20)}\n[cut]`, tokens: 7});
    const [full] = selectPlaybooks([book('a', {budget: 10})], {flow: 'patch', toolchains: []});
    expect(full?.text).toBe('x'.repeat(40));
  });

  test('each kind of condition must match where it is known', () => {
    const one = (triggers: Partial<Playbook['triggers']>, more = {}) => chosen([book('a', {}, triggers)], more).length === 1;
    const finding = {kind: 'cause', family: 'linker', facts: {symbol: 'x'}};
    const causes = {
      failedPhase: 'build',
      findings: [finding, {kind: 'consequence', family: 'make', facts: {target: 'x'}}],
    } as never;
    expect([one({flows: ['patch']}), one({flows: ['triage']})]).toEqual([true, false]);
    expect([one({toolchains: ['c', 'go']}), one({toolchains: ['c']})]).toEqual([true, false]);
    expect([
      one({classifications: ['x']}),
      one({classifications: ['x']}, {classification: 'x'}),
      one({classifications: ['x']}, {classification: 'y'}),
    ]).toEqual([true, true, false]);
    expect([one({phases: ['stage']}), one({phases: ['stage']}, {causes}), one({phases: ['build']}, {causes})]).toEqual([
      true,
      false,
      true,
    ]);
    expect(one({phases: ['stage']}, {causes: {failedPhase: 'build', findings: []}})).toBe(true);
    expect(['linker', 'symbol', 'make', 'target', 'plist'].map((tag) => one({findings: [tag]}, {causes}))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(one({findings: ['plist'], classifications: ['x']}, {causes, classification: 'x'})).toBe(true);
    expect(one({findings: ['plist'], classifications: ['x']}, {causes, classification: 'y'})).toBe(false);
    expect(one({findings: ['plist'], classifications: ['x']}, {causes})).toBe(false);
  });
});
