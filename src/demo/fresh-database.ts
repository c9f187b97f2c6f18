import {createHash} from 'node:crypto';
import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';

/**
 * Takes the demo's database below `dir` away when the workflows have changed since its last run: the demo's open cases are nobody's
 * work, and would stand still if today's code cannot replay them. Source of the rule: docs/versioning.md.
 */
export async function freshDatabase(dir: string, say: (line: string) => void): Promise<void> {
  const stamp = join(dir, 'workflows.stamp');
  const bundle = await readFile(join(installRoot(), 'dist', 'workflow-bundle.js'));
  const now = createHash('sha256').update(bundle).digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === now) return;
  const old = (await readdir(dir)).filter((name) => /^temporal\.db(-\w+)?$/.test(name));
  for (const name of old) await rm(join(dir, name));
  if (old.length > 0) say('The workflows have changed since the last run: the demo begins with an empty database.');
  await writeFile(stamp, now);
}
