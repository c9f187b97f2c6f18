import {spawnSync} from 'node:child_process';
import {existsSync, lstatSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {BuildHost, failureOf, names, read} from '../../hooks/build-host.ts';
import type {Shell} from '../../support/bsd-tools/bsd-tools.ts';

/** A build host whose evidence is sent: the real hooks made it, and send-evidence runs with the tools of a BSD. */
export class SendingHost extends BuildHost {
  constructor(shell: Shell) {
    super(shell);
    this.shell = [shell];
  }

  /** Text of send-evidence, as a worker sends it. */
  get script(): string {
    return read(join(this.etc, 'send-evidence'));
  }

  /** Runs the script as text, as the worker does over ssh. */
  runScript(input: string): {status: number | null; stdout: Buffer; stderr: string} {
    const [shell = 'sh'] = this.shell;
    const {status, stdout, stderr} = spawnSync(shell, ['-s'], {
      input,
      env: {PATH: '/usr/bin:/bin'},
      maxBuffer: 1 << 28,
      timeout: 60_000,
    });
    return {status, stdout, stderr: stderr.toString()};
  }

  /** Runs send-evidence with answers, and returns its stream. */
  collect(answers = '', ...args: string[]): Buffer {
    const {status, stdout, stderr} = this.runScript(
      `${this.script}\nse_main collect '${this.evidence}' ${args.join(' ')} <<'END_OF_ANSWERS'\n${answers}END_OF_ANSWERS\n`,
    );
    if (status !== 0 || stderr !== '') throw new Error(`send-evidence ended with ${status}: ${stderr}`);
    return stdout;
  }

  /** A failed port with a log of some size; its bundle as it was published. */
  failPort(name: string, log = 'cc: error: no\n'): void {
    this.write(`logs/devel___${name}.log`, log);
    this.write(`ports/devel/${name}/Makefile`, `PORTNAME=${name}\n`);
    this.write(`ports/devel/${name}/files/patch-a b`, '--- a\n');
    this.run('hook_pkg_failure', failureOf(`devel/${name}`));
  }

  /** Prevents the compression of logs, which would go on beside the test. */
  withoutCompression(): this {
    const hook = join(this.etc, 'hook_pkg_failure');
    writeFileSync(hook, read(hook).replace('pw_background pw_compress', ': '));
    return this;
  }

  queue(state: string): string[] {
    return names(join(this.evidence, 'queue', state));
  }
}

/** Files, directories and links below a directory with their content, without dot names; an empty record if it is not there. */
export function treeOf(dir: string): Record<string, string> {
  if (!existsSync(dir)) return {};
  const paths = readdirSync(dir, {recursive: true, encoding: 'utf8'}).sort();
  return Object.fromEntries(paths.map((path) => [path, contentOf(join(dir, path))]));
}

function contentOf(path: string): string {
  const found = lstatSync(path);
  return found.isFile() ? readFileSync(path, 'latin1') : found.isDirectory() ? '(directory)' : '(link)';
}

/** Bundles of an evidence root, by run and id. */
export function bundlesOf(root: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {};
  for (const run of names(join(root, 'runs')))
    for (const id of names(join(root, 'runs', run, 'ports')))
      found[`${run}/${id}`] = treeOf(join(root, 'runs', run, 'ports', id));
  return found;
}
