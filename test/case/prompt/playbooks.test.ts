import {readdirSync, readFileSync} from 'node:fs';
import {RootCauseScan, type RootCauses} from '../../../src/case/evidence/root-causes/index.ts';
import {type Flow, parsePlaybook, selectPlaybooks} from '../../../src/case/prompt/playbooks.ts';

const DIRECTORY = new URL('../../../policy/playbooks/', import.meta.url);
const OURS = readdirSync(DIRECTORY).map((file) => parsePlaybook(file, readFileSync(new URL(file, DIRECTORY), 'utf8')));
const POLICY = JSON.parse(readFileSync(new URL('../../../policy/policy.json', import.meta.url), 'utf8')) as {
  classification_to_tier: Record<string, string>;
};

function playbook(name: string, front = '', text = 'Do this.') {
  return parsePlaybook(`${name}.md`, `---\nname: ${name}\n${front}\n---\n${text}\n`);
}

function causesOf(lines: readonly string[]): RootCauses {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(lines.join('\n')));
  return scan.finish();
}

const names = (flow: Flow, toolchains: string[], classification?: string) =>
  selectPlaybooks(OURS, {flow, toolchains, ...(classification ? {classification} : {})}).map(({name}) => name);

describe('parsePlaybook', () => {
  test('reads the front matter, with defaults', () => {
    expect(
      playbook(
        'a',
        'triggers: {classifications: [x], toolchains: [go], flows: [patch], phases: [build], findings: [uses]}\ntags: [t]\npriority: 5\nbudget: 9',
      ),
    ).toEqual({
      name: 'a',
      triggers: {classifications: ['x'], toolchains: ['go'], flows: ['patch'], phases: ['build'], findings: ['uses']},
      tags: ['t'],
      priority: 5,
      budget: 9,
      text: 'Do this.',
    });
    expect(playbook('a')).toEqual({
      name: 'a',
      triggers: {classifications: [], toolchains: [], flows: [], phases: [], findings: []},
      tags: [],
      priority: 100,
      text: 'Do this.',
    });
  });

  test.each([
    ['prio: 5', /unknown key "prio"; known are name, triggers, tags, priority, budget/],
    ['triggers: {classification: [x]}', /triggers has the unknown key "classification"/],
    ['triggers: {toolchains: [rust]}', /toolchains has "rust"; known are autoconf/],
    ['triggers: {flows: [prove]}', /flows has "prove"/],
    ['triggers: {classifications: x}', /classifications must be a list/],
    ['priority: high', /priority must be a whole number from 0; got "high"/],
  ])('refuses %s', (front, message) => {
    expect(() => playbook('a', front)).toThrow(message);
  });

  test('refuses a missing front matter and another name', () => {
    expect(() => parsePlaybook('a.md', 'Do this.')).toThrow(/Playbook a\.md: must begin with front matter/);
    expect(() => parsePlaybook('b.md', '---\nname: a\n---\nx')).toThrow(/name must be "b".*got "a"/);
  });
});

describe('selectPlaybooks', () => {
  const all = [
    playbook('late'),
    playbook('early', 'priority: 1', 'x'.repeat(400)),
    playbook('compile', 'triggers: {classifications: [compile-error]}'),
    playbook('patching', 'triggers: {flows: [patch]}'),
    playbook('meson', 'triggers: {toolchains: [meson], classifications: [configure-error]}'),
  ];
  const pick = (...rest: Parameters<typeof selectPlaybooks> extends [unknown, ...infer R] ? R : never) =>
    selectPlaybooks(all, ...rest).map(({name}) => name);

  test('before triage every classification fits, of the tool chains that the port has', () => {
    expect(pick({flow: 'triage', toolchains: []})).toEqual(['early', 'compile', 'late']);
    expect(pick({flow: 'triage', toolchains: ['meson']})).toEqual(['early', 'compile', 'late', 'meson']);
  });

  test('afterwards all triggers must fit', () => {
    expect(pick({flow: 'patch', toolchains: ['meson'], classification: 'compile-error'})).toEqual([
      'early',
      'compile',
      'late',
      'patching',
    ]);
    expect(pick({flow: 'patch', toolchains: ['meson'], classification: 'configure-error'})).toEqual([
      'early',
      'late',
      'meson',
      'patching',
    ]);
  });

  test('what the log says chooses, by family, by fact and by phase', () => {
    const own = [
      playbook('header', 'triggers: {findings: [header]}'),
      playbook('plist', 'triggers: {findings: [plist]}'),
      playbook('staging', 'triggers: {phases: [stage, check-plist]}'),
    ];
    const chosen = (...lines: string[]): string[] =>
      selectPlaybooks(own, {flow: 'triage', toolchains: [], causes: causesOf(lines)}).map(({name}) => name);
    expect(chosen('-- Phase: build', 'a.c:1:2: fatal error: x.h: No such file or directory', '*** Error code 1')).toEqual([
      'header',
    ]);
    expect(chosen('-- Phase: check-plist', 'Error: Orphaned: bin/x')).toEqual(['plist', 'staging']);
    const named = playbook('named', 'triggers: {classifications: [plist-error], findings: [plist]}');
    const after = {
      flow: 'patch',
      toolchains: [],
      classification: 'plist-error',
      causes: causesOf(['a.c:1:2: error: x']),
    } as const;
    expect(selectPlaybooks([named], after)).toHaveLength(1);
    expect(chosen('all is well')).toEqual(['header', 'plist', 'staging']);
  });

  test('says what each costs, by the counter that it is given', () => {
    const chosen = selectPlaybooks(
      [playbook('a', '', 'x'.repeat(100)), playbook('b')],
      {flow: 'triage', toolchains: []},
      {maxTokens: 150, count: (text) => text.length},
    );
    expect(chosen.map(({name, tokens}) => [name, tokens])).toEqual([
      ['a', 100],
      ['b', 8],
    ]);
  });

  test('one that is too long for the budget is left out, a later one is not', () => {
    expect(pick({flow: 'triage', toolchains: []}, {maxTokens: 50})).toEqual(['compile', 'late']);
    expect(pick({flow: 'triage', toolchains: []}, {maxTokens: 3})).toEqual(['compile']);
  });

  test('a playbook’s own budget cuts its text', () => {
    const [cut] = selectPlaybooks([playbook('a', 'budget: 2', 'x'.repeat(100))], {flow: 'triage', toolchains: []});
    expect(cut?.text).toBe('xxxxxxxx\n[cut]');
  });
});

describe('the playbooks of this repository', () => {
  test('triage is shown every error-* entry', () => {
    const errors = OURS.map(({name}) => name).filter((name) => name.startsWith('error-'));
    expect(errors).toHaveLength(5);
    expect(names('triage', [])).toEqual(expect.arrayContaining(errors));
  });

  test('every classification that is patched has an entry of its own, and the patch flow’s', () => {
    const patched = Object.entries(POLICY.classification_to_tier).flatMap(([name, tier]) => (tier === 'MANUAL' ? [] : [name]));
    expect(patched.length).toBeGreaterThan(5);
    for (const classification of patched) {
      expect(OURS.some(({triggers}) => triggers.classifications.includes(classification))).toBe(true);
      expect(names('patch', [], classification)).toEqual(
        expect.arrayContaining(['flow-patch', 'error-prefer-dops-over-static-patches']),
      );
    }
  });

  test('no entry names a classification that the policy does not know', () => {
    const known = Object.keys(POLICY.classification_to_tier);
    for (const {triggers} of OURS) expect(known).toEqual(expect.arrayContaining([...triggers.classifications]));
  });

  test('each tool chain has one entry, shown only to ports that use it', () => {
    for (const {name, triggers} of OURS.filter((each) => each.name.startsWith('toolchain-'))) {
      expect(names('patch', [...triggers.toolchains], 'compile-error')).toContain(name);
      expect(names('patch', [], 'compile-error')).not.toContain(name);
    }
  });
});
