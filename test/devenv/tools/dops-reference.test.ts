import {DOPS_REFERENCE, dopsReference} from '../../../src/devenv/tools/dops-reference.ts';
import {parseOverlay} from '../../../src/dops/syntax/parse-overlay.ts';

const OPERATIONS = [
  'mk set',
  'mk unset',
  'mk add',
  'mk remove',
  'mk eval',
  'mk shell',
  'mk target set',
  'mk target append',
  'mk block',
  'mk replace-if',
  'mk ensure-include',
  'text replace-once',
  'text line-remove',
  'text line-insert-after',
  'file copy',
  'file materialize',
  'file remove',
  'patch apply',
];

test('has every header line and operation, in 3 KB', async () => {
  const {result} = await dopsReference.run({}, {} as never);
  expect(result).toEqual({ok: true, reference: DOPS_REFERENCE});
  expect(Buffer.byteLength(DOPS_REFERENCE)).toBeLessThanOrEqual(3072);
  for (const name of [...OPERATIONS, 'type port', '@any', '@main', 'reason', "<<'MK'", 'on-missing'])
    expect(DOPS_REFERENCE).toContain(name);
});

test('its examples are of the form that the tools read', () => {
  const example = DOPS_REFERENCE.split('\n').find((line) => line.includes('file materialize dragonfly')) ?? '';
  expect(parseOverlay(example.replace(/ {2,}overlay file.*$/, '')).statements).toMatchObject([
    {kind: 'file.materialize', src: 'dragonfly/patch-a.c', dst: 'dragonfly/patch-a.c'},
  ]);
  expect(DOPS_REFERENCE).toContain('validate_dops');
});
