import {readdirSync, readFileSync} from 'node:fs';
import {RootCauseScan, type RootCauses} from '../../../src/case/evidence/root-causes/index.ts';
import {choosePlaybooks, type Flow, parsePlaybook, selectPlaybooks} from '../../../src/case/prompt/playbooks.ts';
import {countTokens} from '../../../src/llm/tokens.ts';

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
        'triggers: {classifications: [x], toolchains: [go], flows: [patch], phases: [build], findings: [uses], texts: [Capsicum]}\ntags: [t]\npriority: 5\nbudget: 9',
      ),
    ).toEqual({
      name: 'a',
      triggers: {
        classifications: ['x'],
        toolchains: ['go'],
        flows: ['patch'],
        phases: ['build'],
        findings: ['uses'],
        texts: ['capsicum'],
      },
      tags: ['t'],
      priority: 5,
      budget: 9,
      text: 'Do this.',
    });
    expect(playbook('a')).toEqual({
      name: 'a',
      triggers: {classifications: [], toolchains: [], flows: [], phases: [], findings: [], texts: []},
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

  test('names what matches and does not fit', () => {
    const {chosen, omitted} = choosePlaybooks(all, {flow: 'triage', toolchains: []}, {maxTokens: 50});
    expect(chosen.map(({name}) => name)).toEqual(['compile', 'late']);
    expect(omitted).toEqual(['early']);
  });

  test('a text is sought in the lines of the causes and in triage’s root cause, not in consequences', () => {
    const own = [playbook('sandbox', 'triggers: {classifications: [compile-error], texts: [Capsicum]}')];
    const chosen = (line: string, rootCause?: string) =>
      choosePlaybooks(own, {flow: 'patch', toolchains: [], classification: 'compile-error', rootCause, causes: causesOf([line])})
        .chosen.length;
    expect(chosen('a.c:1:2: fatal error: sys/CAPSICUM.h: No such file or directory')).toBe(1);
    expect(chosen('a.c:1:2: fatal error: x.h: No such file or directory')).toBe(0);
    expect(chosen('a.c:1:2: fatal error: x.h: No such file or directory', 'It needs Capsicum.')).toBe(1);
    expect(chosen('*** [capsicum.o] Error code 1')).toBe(0);
    expect(selectPlaybooks(own, {flow: 'patch', toolchains: []})).toHaveLength(1);
  });

  test('a playbook’s own budget cuts its text', () => {
    const [cut] = selectPlaybooks([playbook('a', 'budget: 2', 'x'.repeat(100))], {flow: 'triage', toolchains: []});
    expect(cut?.text).toBe('xxxxxxxx\n[cut]');
  });
});

/** Logs of failures, and for each the port's tool chains and the class that triage decides. */
const FAILURES = {
  compiler: {
    log: ['-- Phase: build', "a.c:1:2: error: 'IFM_X' undeclared (first use in this function)"],
    as: 'compile-error',
    tools: ['c'],
  },
  header: {
    log: ['-- Phase: build', 'a.c:1:2: fatal error: sys/statfs.h: No such file or directory'],
    as: 'compile-error',
    tools: ['c'],
  },
  'FreeBSD header': {
    log: ['-- Phase: build', 'a.c:1:2: fatal error: sys/capsicum.h: No such file or directory'],
    as: 'compile-error',
    tools: ['c'],
  },
  'BSD type': {
    log: ['-- Phase: build', "/usr/include/x.h:1:2: error: unknown type name 'u_short'"],
    as: 'compile-error',
    tools: ['c'],
  },
  linker: {log: ['-- Phase: build', "a.o:a.c: undefined reference to `libiconv'"], as: 'link-error', tools: ['c', 'libtool']},
  'FreeBSD symbol': {log: ['-- Phase: build', "a.o:a.c: undefined reference to `cap_enter'"], as: 'link-error', tools: ['c']},
  uses: {log: ['-- Phase: check-sanity', 'Unknown USES=alias'], as: 'configure-error', tools: ['autoconf', 'cmake', 'meson']},
  group: {
    log: ['-- Phase: check-sanity', '====> You must select one and only one option from the GSSAPI single', '*** Error code 1'],
    as: 'configure-error',
    tools: [],
    rootCause: 'Two of them are on: You must select one and only one option from the GSSAPI single.',
  },
  autoconf: {
    log: ['-- Phase: configure', 'configure: error: no event backend'],
    as: 'configure-error',
    tools: ['autoconf', 'pkg-config', 'libtool'],
  },
  cmake: {log: ['-- Phase: configure', 'CMake Error at CMakeLists.txt:43 (message):'], as: 'configure-error', tools: ['cmake']},
  meson: {
    log: ['-- Phase: configure', 'meson.build:13:2: ERROR: Dependency "x" not found'],
    as: 'configure-error',
    tools: ['meson', 'python'],
  },
  patch: {
    log: [
      '-- Phase: patch',
      '1 out of 1 hunks failed--saving rejects to lib/a.c.rej',
      '===>  FAILED Applying dragonfly patch-lib_a.c',
    ],
    as: 'patch-error',
    tools: ['c'],
  },
  step: {
    log: ['-- Phase: patch', 'sed: /construction/a/b/b-1/Makefile: No such file or directory', '*** Error code 1'],
    as: 'patch-error',
    tools: [],
  },
  plist: {log: ['-- Phase: check-plist', 'Error: Orphaned: bin/x'], as: 'plist-error', tools: []},
  unpackaged: {
    log: [
      '-- Phase: package',
      'pkg-static: Unable to access file /construction/a/b/stage/usr/local/bin/x:No such file or directory',
    ],
    as: 'plist-error',
    tools: [],
  },
  rust: {
    log: ['-- Phase: build', 'error[E0432]: unresolved import `internal`'],
    as: 'compile-error',
    tools: ['cargo'],
  },
  go: {
    log: ['-- Phase: build', 'imports x: build constraints exclude all Go files in /x'],
    as: 'compile-error',
    tools: ['go', 'gmake', 'perl5'],
  },
  make: {
    log: ['-- Phase: build', "gmake: *** No rule to make target 'x.o', needed by 'x'. Stop."],
    as: 'compile-error',
    tools: ['gmake', 'go', 'libtool', 'meson'],
  },
  module: {
    log: ['-- Phase: build', "ModuleNotFoundError: No module named 'hatchling'"],
    as: 'compile-error',
    tools: ['python', 'cmake', 'pkg-config'],
  },
  perl: {
    log: ['-- Phase: build', "Can't locate Foo/Bar.pm in @INC"],
    as: 'compile-error',
    tools: ['perl5', 'cargo', 'autoconf'],
  },
} as const satisfies Record<string, {log: readonly string[]; as: string; tools: readonly string[]; rootCause?: string}>;
type Failure = keyof typeof FAILURES;
const ALL = Object.keys(FAILURES) as Failure[];
const SOURCE: readonly Failure[] = [
  'compiler',
  'header',
  'FreeBSD header',
  'BSD type',
  'linker',
  'FreeBSD symbol',
  'rust',
  'go',
  'make',
  'module',
  'perl',
];

/** Failures for which each playbook is chosen for a repair; for the others it is not. */
const CHOSEN_FOR: Readonly<Record<string, readonly Failure[]>> = {
  'flow-patch': ALL,
  'flow-deferred-patch-relevance': ['patch', 'step'],
  'error-bsd-types-visibility': ['BSD type'],
  'error-dragonfly-source-patches': [...SOURCE, 'uses', 'group', 'autoconf', 'cmake', 'meson'],
  'error-freebsd-only-features': ['FreeBSD header', 'FreeBSD symbol', 'group'],
  'error-plist-mismatch': ['plist', 'unpackaged'],
  'error-prefer-dops-over-static-patches': ['patch', 'step'],
  'error-stale-overlay-steps': ['step'],
  'error-unknown-uses': ['uses'],
  'toolchain-autoconf': ['autoconf'],
  'toolchain-c': ['compiler', 'header', 'FreeBSD header', 'BSD type', 'linker', 'FreeBSD symbol'],
  'toolchain-cargo': ['rust'],
  'toolchain-cmake': ['cmake'],
  'toolchain-gmake': ['make'],
  'toolchain-go': ['go'],
  'toolchain-libtool': ['linker'],
  'toolchain-meson': ['meson'],
  'toolchain-perl5': ['perl'],
  'toolchain-pkg-config': ['autoconf'],
  'toolchain-python': ['module'],
};

/** Returns the names of the playbooks for a failure, without a limit of space. */
function chosenFor(failure: Failure, flow: Flow): string[] {
  const {log, as, tools, ...more} = FAILURES[failure];
  const decided = flow === 'patch' ? {classification: as, ...more} : {};
  return selectPlaybooks(OURS, {flow, toolchains: tools, causes: causesOf(log), ...decided}, {maxTokens: 99_999}).map(
    ({name}) => name,
  );
}

describe('the playbooks of this repository', () => {
  test('each has its failures', () => {
    expect(Object.keys(CHOSEN_FOR).sort()).toEqual(OURS.map(({name}) => name).sort());
  });

  test.each(OURS.map(({name}) => name))('%s is chosen for its failures, and for no others', (name) => {
    expect(ALL.filter((failure) => chosenFor(failure, 'patch').includes(name))).toEqual(
      ALL.filter((failure) => CHOSEN_FOR[name]?.includes(failure)),
    );
  });

  test('before triage the log alone chooses', () => {
    expect(chosenFor('uses', 'triage')).toEqual(['error-unknown-uses']);
    expect(chosenFor('plist', 'triage')).toEqual(['error-plist-mismatch']);
    expect(chosenFor('step', 'triage')).toEqual(['error-stale-overlay-steps']);
    expect(chosenFor('FreeBSD symbol', 'triage')).toEqual([
      'error-freebsd-only-features',
      'error-dragonfly-source-patches',
      'toolchain-c',
    ]);
  });

  test('triage without a cause is shown every error-* entry', () => {
    const errors = OURS.map(({name}) => name).filter((name) => name.startsWith('error-'));
    expect(names('triage', [])).toEqual(expect.arrayContaining(errors));
  });

  test('every classification that is patched has an entry of its own, and the patch flow’s', () => {
    const patched = Object.entries(POLICY.classification_to_tier).flatMap(([name, tier]) => (tier === 'MANUAL' ? [] : [name]));
    expect(patched.length).toBeGreaterThan(5);
    for (const classification of patched) {
      expect(OURS.some(({triggers}) => triggers.classifications.includes(classification))).toBe(true);
      expect(names('patch', [], classification)).toContain('flow-patch');
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

  test('none recommends what the prompt forbids', () => {
    for (const {name, text} of OURS) {
      const advice = text
        .split(/(?<=[.:;])\s/)
        // The guard accepts this flag in the change that removes USES=alias.
        .filter(
          (sentence) =>
            name !== 'error-unknown-uses' || !sentence.includes('`mk add CFLAGS "-D__FreeBSD__=9"` in the same change'),
        )
        .filter((sentence) => !/\b(never|no|not|do not|instead of|refused?)\b/i.test(sentence));
      expect([
        name,
        advice.filter((one) => /-Wno-|(?<!\w)-w\b|Makefile\.DragonFly|diffs\/|NO_CHECKSUM|\bBROKEN\b|D__FreeBSD__/.test(one)),
      ]).toEqual([name, []]);
    }
  });

  test('those for one failure fit a repair’s prompt, in tokens', () => {
    for (const failure of ALL) {
      const {log, as, tools} = FAILURES[failure];
      const {omitted} = choosePlaybooks(
        OURS,
        {flow: 'patch', toolchains: tools, causes: causesOf(log), classification: as},
        {maxTokens: 1400, count: countTokens},
      );
      expect([failure, omitted]).toEqual([failure, []]);
    }
  });
});
