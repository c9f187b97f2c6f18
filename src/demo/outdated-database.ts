import {createHash} from 'node:crypto';
import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';

/**
 * Deletes the database below `dir` if the workflows have changed since its last run. Nobody needs the open cases of a demo, and
 * they would be stuck if the current code cannot replay them. Source of the rule: docs/versioning.md.
 */
export async function deleteOutdatedDatabase(dir: string, log: (line: string) => void): Promise<void> {
  const stamp = join(dir, 'workflows.stamp');
  const bundle = await readFile(join(installRoot(), 'dist', 'workflow-bundle.js'));
  const now = createHash('sha256').update(bundle).digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) return;
  const old = (await readdir(dir)).filter((name) => /^temporal\.db(-\w+)?$/.test(name));
  for (const name of old) await rm(join(dir, name));
  if (old.length > 0) log('The workflows have changed since the last run: starting with an empty database.');
  await writeFile(stamp, now, {mode: 0o600});
}
