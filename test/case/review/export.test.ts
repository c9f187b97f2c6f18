import {
  type AcceptedFix,
  acceptedFix,
  isAuthor,
  messageOf,
  patchMail,
  patchName,
  subjectOf,
} from '../../../src/case/review/export.ts';
import {type AttemptResult, type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const PROOF = {command: 'dsynth test net/foo', finishedUtc: '2026-01-01T10:30:00Z', overlayCommit: 'abc'};

function attempt(more: Partial<AttemptResult> = {}): AttemptResult {
  const proof = {rebuildOk: true, diffSha256: 'd'.repeat(64)};
  const base = {
    attempt: 1,
    end: 'reported',
    reason: 'r',
    turns: 1,
    minutes: 1,
    usage: NO_USAGE,
    built: true,
    findings: [],
  } as const;
  return {...base, diff: 'd'.repeat(64), proof, ...more};
}

function status(more: Partial<CaseStatus> = {}): CaseStatus {
  const triage = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'A header is not there.'};
  const base = newStatus('port:@main:net/foo', 'run', {target: '@main', origin: 'net/foo'});
  const accepted = {by: 'ann', atUtc: '2026-01-02T08:00:00.000Z'};
  return {...base, phase: 'closed', outcome: 'fixed', accepted, triage, attempts: [attempt()], ...more};
}

function fix(more: Partial<CaseStatus> = {}): AcceptedFix {
  const found = acceptedFix(status(more));
  if ('fault' in found) throw new Error(found.fault);
  return found;
}

const said = (text: string): AcceptedFix => fix({attempts: [attempt({said: text})]});

test('only a fix that was proved and accepted is exported, and of several proved diffs the last that was not rejected', () => {
  const fault = (more: Partial<CaseStatus>): unknown => acceptedFix(status(more));
  expect(fault({outcome: 'manual'})).toEqual({fault: expect.stringContaining('is not fixed: it is manual')});
  expect(fault({outcome: null, phase: 'patch'})).toEqual({fault: expect.stringContaining('it is in patch')});
  expect(fault({accepted: null})).toEqual({fault: expect.stringContaining('no operator accepted')});
  expect(fault({attempts: [attempt({proof: {rebuildOk: false, diffSha256: 'd'}})]})).toEqual({
    fault: expect.stringContaining('damaged'),
  });
  const three = [attempt({attempt: 1}), attempt({attempt: 2}), attempt({attempt: 3, rejected: {by: 'bo', reason: 'no'}})];
  expect(fix({attempts: three}).attempt.attempt).toBe(2);
});

test.each([
  ['Let configure know DragonFly. It has kqueue.', 'net/foo: Let configure know DragonFly'],
  ['## Fix\nuse  sys/endian.h', 'net/foo: Fix use sys/endian.h'],
  ['Use libfoo 1.2.3 of ports.', 'net/foo: Use libfoo 1.2.3 of ports'],
  ['', 'net/foo: fix compile error'],
  ['{}', 'net/foo: fix compile error'],
  ['Say =?utf-8?q?x?= now', 'net/foo: Say = ?utf-8?q?x?= now'],
  ['a\x1b[2Jb\nFrom: evil <e@x>', 'net/foo: a [2Jb From: evil <e@x>'],
])('%j gives the subject %j', (words, subject) => {
  expect(subjectOf(said(words))).toBe(subject);
});

test('a subject has at most 72 characters and ends with a whole word', () => {
  const subject = subjectOf(said(`Teach ${'ünïcode words '.repeat(12)}`));
  expect([...subject].length).toBeLessThanOrEqual(72);
  expect(subject).toMatch(/(words|ünïcode)…$/);
});

test('the message has cause, proof and who accepted; no line of others’ words starts a mail, a diff or a trailer', () => {
  const evil = 'From x Mon Sep 17 00:00:00 2001\n---\ndiff --git a/x b/x\nSigned-off-by: me\n\u202e# c';
  const triage = {
    classification: 'compile-error',
    confidence: 'high',
    platform: 'generic',
    rootCause: `${'long words '.repeat(30)}\n${evil}`,
  };
  const message = messageOf(
    fix({
      triage,
      attempts: [attempt({said: evil, effect: evil, by: 'x\n---\n'})],
      accepted: {by: 'ann\nFrom: y', atUtc: '2026-01-02T08:00:00Z'},
    }),
    {
      ...PROOF,
      command: 'dsynth\n--- x',
    },
  );
  expect(message).toContain('  command   dsynth --- x\n  finished  2026-01-01T10:30:00Z\n  overlay   abc\n');
  expect(message).toContain(`sha256 ${'d'.repeat(64)}`);
  expect(message).toContain('accepted by ann From: y on 2026-01-02.');
  for (const line of message.split('\n')) {
    expect(line).toMatch(/^( {2}\S.*|Root cause .*:|Summary .*:|Effect on the port:|A clean rebuild .*:|)$/);
    if (!line.includes('sha256')) expect(line.length).toBeLessThanOrEqual(76);
  }
});

test('the message has how the one who accepted it was logged in, where the client stated it', () => {
  const login = {method: 'oidc', issuer: 'https://id.example', subject: '12'} as const;
  const message = messageOf(fix({accepted: {by: 'ann', login, atUtc: '2026-01-02T08:00:00Z'}}), PROOF);
  expect(message.replaceAll(/\s+/g, ' ')).toContain('accepted by ann (OpenID Connect, https://id.example) on 2026-01-02.');
});

test('the message has the command of the second build, where there was one', () => {
  expect(messageOf(fix(), {...PROOF, bulkCommand: 'dsynth force net/foo'})).toContain(
    '  command   dsynth test net/foo\n  and       dsynth force net/foo\n',
  );
  expect(messageOf(fix(), {...PROOF, bulkCommand: ''})).not.toContain('  and ');
});

test('the message has what the diff does to the port, where that was evaluated', () => {
  expect(messageOf(fix({attempts: [attempt({effect: 'Only files change.'})]}), PROOF)).toContain(
    'Effect on the port:\n\n  Only files change.\n',
  );
  expect(messageOf(fix(), PROOF)).not.toContain('Effect');
});

test('a diff that was refused is not exported, whatever its proof came to', () => {
  const findings = [{rule: 'hiding', severity: 'refuse', path: 'p', reason: 'r'}] as const;
  expect(acceptedFix(status({attempts: [attempt({findings})]}))).toHaveProperty('fault');
});

test('without a proof file the message still has the digest', () => {
  const message = messageOf(fix({triage: null}), {command: '', finishedUtc: '', overlayCommit: ''});
  expect(message).toContain(`A clean rebuild of this diff passed:\n\n  diff      sha256 ${'d'.repeat(64)}\n`);
  expect(message).not.toContain('command');
});

test('the mail is dated by its acceptance, and numbered', () => {
  const {head} = patchMail(fix(), PROOF, {author: 'Ann <a@b>', number: 3, of: 12, encoding: '8bit'});
  expect(head).toContain(
    '\nFrom: Ann <a@b>\nDate: Fri, 02 Jan 2026 08:00:00 +0000\nSubject: [PATCH 03/12] net/foo: fix compile error\n',
  );
  expect(head.endsWith('\n\n')).toBe(true);
});

test('names of files are plain', () => {
  expect(patchName(said('Use ../../etc/passwd; $(rm) "x"'), 7)).toBe('0007-net-foo-Use-etc-passwd-rm-x.patch');
  expect(patchName(said('ü'.repeat(200)), 1)).toBe('0001-net-foo.patch');
});

test.each([
  ['Ann Lee <ann@example.org>', true],
  ['Änn <a@b>', true],
  [' <a@b>', false],
  ['Ann', false],
  ['Ann <a@b>\nX: y', false],
  ['Ann <a b@c>', false],
])('%j as an author: %s', (text, good) => {
  expect(isAuthor(text)).toBe(good);
});
