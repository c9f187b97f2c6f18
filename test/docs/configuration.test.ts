import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';

const ROOT = installRoot();

/** Names that no operator sets: they pass between our own processes, or are marks in a stream. */
const INTERNAL: ReadonlySet<string> = new Set([
  'DP_HARNESS_TRIAGE', // a prefix
  'PORTWRIGHT_ANSWERS',
  'PORTWRIGHT_BIN',
  // Given to the delivery command: docs/delivery.md.
  'PORTWRIGHT_DELIVERY_CASE',
  'PORTWRIGHT_DELIVERY_DIR',
  'PORTWRIGHT_DELIVERY_ID',
  'PORTWRIGHT_DELIVERY_ORIGIN',
  'PORTWRIGHT_DELIVERY_TARGET',
  'PORTWRIGHT_ENV_UID',
  'PORTWRIGHT_EVAL_DIR',
  'PORTWRIGHT_EVIDENCE',
  'PORTWRIGHT_RUN_ID',
]);

/** Returns the settings that the sources name. The import of the existing system names that system's, which are not ours. */
function namedInSources(): string[] {
  const files = readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'}).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('case/migration'),
  );
  const texts = files.map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));
  return [...new Set(texts.flatMap((text) => text.match(/\b(?:PORTWRIGHT|DP_HARNESS)_[A-Z_]*[A-Z]\b(?!_)/g) ?? []))];
}

test('each setting that the sources name is in docs/configuration.md, or a key of the hooks in docs/evidence.md', () => {
  const documented = ['configuration.md', 'evidence.md']
    .map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'))
    .join('\n')
    // Both models' settings are in one row.
    .replaceAll(
      'DP_HARNESS_{TRIAGE,PATCH}_API_BASE`, `_API_KEY',
      'DP_HARNESS_TRIAGE_API_BASE DP_HARNESS_TRIAGE_API_KEY DP_HARNESS_PATCH_API_BASE DP_HARNESS_PATCH_API_KEY',
    );
  const names = namedInSources();
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !INTERNAL.has(name) && !new RegExp(`\\b${name}\\b`).test(documented))).toEqual([]);
});
