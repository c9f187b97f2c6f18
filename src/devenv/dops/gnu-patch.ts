import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {hasEdScript} from '../../dops/apply/ed-script.ts';
import type {ApplyPatch} from '../../dops/apply/run-operation.ts';
import type {Tree} from '../../dops/apply/tree.ts';
import {readTree, writeTree} from './disk-tree.ts';

const TIMEOUT_MS = 30_000;
/** As the reference calls it. */
const OPTIONS = ['--batch', '--forward', '-V', 'none', '-r', '-', '-p0', '-i'];

/** Applies a patch by the system's patch, in a copy of the port below the directory for temporary files. */
export const applyByPatch: ApplyPatch = ({patch, port, isDryRun}) => {
  if (hasEdScript(new TextDecoder('latin1').decode(patch)))
    return {isApplied: false, output: 'It contains an ed script, whose commands can run programs. Only diffs are applied.'};
  const scratch = mkdtempSync(join(tmpdir(), 'portwright-dops-'));
  try {
    const [dir, file] = [join(scratch, 'port'), join(scratch, 'patch')];
    mkdirSync(dir);
    const omitted = writeTree(dir, port);
    writeFileSync(file, patch);
    const result = runPatch(dir, file);
    const patched = readTree(dir);
    const replaced = omitted.find((path) => patched.get(path) !== undefined);
    if (replaced !== undefined) return {isApplied: false, output: `${replaced} is a link that leads outside of the port.`};
    for (const path of omitted) restoreLink(patched, port, path);
    if (!isDryRun) port.assign(patched);
    return result;
  } finally {
    rmSync(scratch, {recursive: true, force: true});
  }
};

function runPatch(cwd: string, file: string): {isApplied: boolean; output: string} {
  const {status, stdout, stderr, error} = spawnSync('patch', [...OPTIONS, file], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    env: {PATH: process.env.PATH, LC_ALL: 'C'},
  });
  if (error !== undefined && status === null) return {isApplied: false, output: `patch did not run: ${error.message}`};
  return {isApplied: status === 0, output: stderr.trim() || stdout.trim()};
}

function restoreLink(patched: Tree, port: Tree, path: string): void {
  const link = port.get(path);
  if (link !== undefined) patched.set(path, link);
}
