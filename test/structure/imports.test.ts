import {diagram, type Imports, violations} from './imports.ts';

const of = (files: Record<string, string[]>): Imports => new Map(Object.entries(files));

test.each([
  [
    {'case/types.ts': ['protocol/port-case.ts'], 'protocol/port-case.ts': []},
    /^src\/case\/types.ts imports src\/protocol\/port-case.ts: protocol is above case/,
  ],
  [{'workflows/lease.ts': ['evidence/store.ts'], 'evidence/store.ts': []}, /a workflow imports only pure rules and the protocol/],
  [{'case/types.ts': ['case/guard/index.ts'], 'case/guard/index.ts': []}, /case\/guard is above case\/types.ts/],
  [{'case/text/a.ts': ['case/run/b.ts'], 'case/run/b.ts': []}, /case\/run is above case\/text\/a.ts/],
  [{'novel/a.ts': ['case/types.ts'], 'case/types.ts': []}, /src\/novel\/ is not in the list of layers/],
  [
    {'cli/a.ts': ['cli/b.ts'], 'cli/b.ts': ['cli/c.ts'], 'cli/c.ts': ['cli/a.ts']},
    /^These files import each other: src\/cli\/a.ts, src\/cli\/b.ts, src\/cli\/c.ts\.$/,
  ],
])('%j is refused', (files, reason) => {
  expect(violations(of(files))).toEqual([expect.stringMatching(reason)]);
});

test('imports from below, and from the own folder, are allowed', () => {
  const files = {
    'cli/a.ts': ['cli/b.ts', 'case/run/b.ts'],
    'cli/b.ts': [],
    'case/run/b.ts': ['case/text/a.ts'],
    'case/text/a.ts': [],
  };
  expect(violations(of(files))).toEqual([]);
});

test('the diagram leaves out what a longer way implies', () => {
  const files = {'case/a.ts': [], 'protocol/b.ts': ['case/a.ts'], 'cli/c.ts': ['case/a.ts', 'protocol/b.ts']};
  expect(diagram(of(files))).toBe('graph TD\n  cli --> protocol\n  protocol --> case');
});
