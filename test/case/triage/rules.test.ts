import type {Finding} from '../../../src/case/evidence/root-causes/finding.ts';
import {absentPackage, TRIAGE_RULES} from '../../../src/case/triage/rules.ts';
import type {Verdict} from '../../../src/case/triage/verdict.ts';

interface Situation {
  readonly phase?: string;
  readonly family?: Finding['family'];
  readonly texts?: readonly [string, ...string[]];
  readonly facts?: Finding['facts'];
  readonly files?: Readonly<Record<string, string>>;
}

function evaluate(
  name: string,
  {phase = '', family = 'other', texts = [''], facts = {}, files = {}}: Situation,
): Verdict | undefined {
  const [first, ...others] = texts.map(
    (text): Finding => ({line: 1, text, phase, family, kind: 'cause', count: 1, context: {from: 1, lines: []}, facts}),
  ) as [Finding, ...Finding[]];
  const portFiles = Object.entries(files).map(([path, text]) => ({path, text}));
  return TRIAGE_RULES.find((rule) => rule.name === name)?.evaluate({phase, causes: [first, ...others], facts, files: portFiles});
}

test.each([
  ["No packages available to install matching 'foo-1.0'", 'foo-1.0'],
  ['refers to a non-existing origin: net/foo', 'net/foo'],
  ['refers to a nonexisting origin net/foo', 'net/foo'],
  ['pkg: non existing origin "net/foo"', 'net/foo'],
  ['x depends on package: foo>=1.2 - not found', 'foo'],
  ['x depends on shared library: libfoo.so - NOT FOUND', 'libfoo.so'],
  ["No packages available to install matching '/packages/All/foo-1.pkg'", 'foo-1.pkg'],
  ["No packages available to install matching '/usr/ports/net/foo'", 'net/foo'],
  ['depends on file: /usr/local/bin/x - found', ''],
  ['nothing', ''],
])('%s lacks %j', (line, name) => {
  expect(absentPackage(line)).toBe(name);
});

const MISSING = {texts: ["No packages available to install matching '/p/All/libfoo-1.2_3.pkg'"] as [string]};

test('a missing package that the overlay itself names is not decided', () => {
  expect(evaluate('missing-package', MISSING)).toMatchObject({
    classification: 'missing-dep',
    confidence: 'high',
    platform: 'generic',
    rootCause: expect.stringContaining('libfoo-1.2_3.pkg'),
  });
  const line = 'LIB_DEPENDS+=\tx:devel/libfoo\n';
  for (const path of ['overlay/Makefile.DragonFly', 'overlay/overlay.dops', 'overlay/diffs/Makefile.diff'])
    expect(evaluate('missing-package', {...MISSING, files: {[path]: line}})).toBeUndefined();
  for (const path of ['port/Makefile', 'overlay/readme', 'x/overlay/overlay.dops'])
    expect(evaluate('missing-package', {...MISSING, files: {[path]: line}})).toBeDefined();
});

const NOT_FOUND = ['fetch: https://x/a.tgz: Not Found'] as const;

test.each(['', 'fetch', 'checksum', 'extract'])('a failed fetch counts in phase %j', (phase) => {
  const failed = {phase, family: 'fetch', texts: NOT_FOUND} as const;
  expect(evaluate('fetch', {...failed, facts: {url: 'https://x/a.tgz'}})).toMatchObject({
    classification: 'fetch-error',
    confidence: 'high',
    platform: 'generic',
    rootCause: expect.stringMatching(/ distfile https:\/\/x\/a\.tgz\.$/),
  });
  expect(evaluate('fetch', failed)?.rootCause).toMatch(/ distfile\.$/);
});

test('a failed fetch in another phase has another cause', () => {
  for (const phase of ['build', 'prefetch', 'fetch-depends']) {
    expect(evaluate('fetch', {phase, family: 'fetch', texts: NOT_FOUND})).toBeUndefined();
    expect(evaluate('checksum', {phase, family: 'fetch', facts: {differs: 'yes'}})).toBeUndefined();
  }
  expect(evaluate('fetch', {family: 'make', texts: NOT_FOUND})).toBeUndefined();
});

test.each([
  ['differs', 'does not match distinfo'],
  ['unlisted', 'has no checksum in distinfo'],
])('a distfile that %s is for an operator', (fact, expected) => {
  const facts = {distfile: 'a.tgz', [fact]: 'yes'};
  expect(evaluate('checksum', {family: 'fetch', facts})).toMatchObject({
    classification: 'fetch-checksum',
    confidence: 'high',
    platform: 'generic',
    rootCause: `The distfile a.tgz ${expected}.`,
  });
  expect(evaluate('checksum', {family: 'make', facts})).toBeUndefined();
  expect(evaluate('checksum', {family: 'fetch', facts: {distfile: 'a.tgz'}})).toBeUndefined();
});

test('an unknown USES is the overlay’s if the overlay has it, and the port does not', () => {
  const facts = {uses: 'alias'};
  const own = (path: string, text: string, port = '') =>
    evaluate('unknown-uses', {facts, files: {'overlay/readme': 'alias', [path]: text, 'port/Makefile': port}})?.fix;
  expect(own('overlay/Makefile.DragonFly', 'USES+=\tgmake alias:x\n')).toEqual(
    expect.stringMatching(/ alias .*USES in overlay\/Makefile\.DragonFly\.$/),
  );
  expect(own('overlay/overlay.dops', 'mk add USES "gmake alias:x"\n', 'USES=\talias:x\n')).toMatch(/overlay\.dops\.$/);
  expect(own('overlay/overlay.dops', 'mk remove USES alias\n')).toBeUndefined();
  expect(own('overlay/overlay.dops', 'mk add OTHER alias\n')).toBeUndefined();
  expect(own('overlay/overlay.dops', 'mk add USES aliases\n')).toBeUndefined();
  expect(own('overlay/Makefile.DragonFly', 'USES+=\taliases\n')).toBeUndefined();
  expect(own('overlay/diffs/Makefile.diff', 'USES+=\talias\n')).toBeUndefined();
  expect(own('overlay/x', 'USES+=\talias\n')).toBeUndefined();
  expect(own('port/x', 'USES+=\talias\n')).toBeUndefined();
  expect(own('overlay/Makefile.DragonFly', 'USES+=\talias\n', 'USES=\talias\n')).toBeUndefined();
  expect(evaluate('unknown-uses', {files: {'overlay/Makefile.DragonFly': 'USES+=\talias\n'}})).toBeUndefined();
});

test('a license file is missing only in a finding of the framework', () => {
  const facts = {license: 'MIT', license_file: '/w/COPYING'};
  expect(evaluate('license-file', {family: 'framework', facts})).toMatchObject({
    classification: 'configure-error',
    confidence: 'high',
    platform: 'generic',
    rootCause: expect.stringMatching(/ MIT .* \/w\/COPYING,/),
  });
  expect(evaluate('license-file', {family: 'make', facts})).toBeUndefined();
  expect(evaluate('license-file', {family: 'framework', facts: {license: 'MIT'}})).toBeUndefined();
});

test.each(['x is marked as broken: y', 'x Is Forbidden', 'x is only for amd64', 'x does not run on DragonFly'])('%s', (text) => {
  const marked = {family: 'framework' as const, texts: [text] as [string]};
  expect(evaluate('marked', marked)).toMatchObject({
    classification: 'configure-error',
    confidence: 'low',
    platform: 'generic',
    rootCause: expect.stringMatching(/^The port .*: /),
  });
  for (const name of ['BROKEN', 'IGNORE', 'FORBIDDEN'])
    expect(evaluate('marked', {...marked, files: {'overlay/Makefile.DragonFly': `${name}=\tx\n`}})).toMatchObject({
      platform: 'dragonfly-specific',
      rootCause: expect.stringMatching(/^The overlay .*: /),
    });
  const dops = {'overlay/overlay.dops': 'port net/foo\nmk set BROKEN "does not build"\n'};
  expect(evaluate('marked', {...marked, files: dops})).toMatchObject({platform: 'dragonfly-specific'});
  expect(evaluate('marked', {...marked, family: 'make'})).toBeUndefined();
});

test('a plist mismatch lists five of each kind, and names the file of the overlay that brings a stale one', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].join('\n');
  const both = evaluate('plist', {family: 'plist', facts: {orphaned: six, missing: 'lib/x\nlib/y\nlib/z\nlib/u\nlib/v'}});
  expect(both?.rootCause).toMatch(/: a, b, c, d, e and 1 more\. .*: lib\/x, lib\/y, lib\/z, lib\/u, lib\/v\.$/);
  expect(both).toMatchObject({classification: 'plist-error', confidence: 'high', platform: 'generic'});
  expect(both?.fix).not.toContain('overlay/');
  const files = {'port/pkg-plist': 'lib/x', 'overlay/a': 'none', 'overlay/diffs/pkg-plist.diff': '+lib/x'};
  const own = evaluate('plist', {family: 'plist', facts: {missing: 'lib/x\n'}, files});
  expect(own?.platform).toBe('dragonfly-specific');
  expect(own?.fix).toContain('overlay/diffs/pkg-plist.diff');
  expect(evaluate('plist', {family: 'plist', facts: {orphaned: 'a'}, files})?.platform).toBe('generic');
  expect(evaluate('plist', {family: 'plist'})).toBeUndefined();
  expect(evaluate('plist', {family: 'make', facts: {orphaned: 'a'}})).toBeUndefined();
});

test('a patch is the overlay’s by its kind or by its file, else the port’s', () => {
  const failed = (facts: Finding['facts'], files = {}) => evaluate('patch', {family: 'patch', facts, files});
  expect(failed({patch: 'x/patch-a', kind: 'dragonfly'})).toMatchObject({
    classification: 'patch-error',
    confidence: 'high',
    platform: 'dragonfly-specific',
    rootCause: expect.stringMatching(/^The overlay's patch dragonfly\/patch-a /),
    fix: expect.stringContaining(' dragonfly/patch-a '),
  });
  expect(failed({patch: 'patch-a'}, {'overlay/dragonfly/patch-a': ''})?.platform).toBe('dragonfly-specific');
  expect(failed({patch: 'x/patch-a', kind: 'files'})).toMatchObject({
    platform: 'generic',
    rootCause: expect.stringMatching(/^The port's own patch files\/patch-a /),
    fix: expect.stringContaining(' files/patch-a '),
  });
  expect(failed({})).toBeUndefined();
  expect(evaluate('patch', {family: 'make', facts: {patch: 'patch-a'}})).toBeUndefined();
});
