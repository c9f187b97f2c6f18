import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {BuildHost} from '../../../case/host/host.ts';
import {hostPrefix} from '../../../devenv/host-reach.ts';
import {runOnHost} from '../../../devenv/on-host.ts';
import {installRoot} from '../../../setup/paths.ts';
import {type Finding, fail, ok, warn} from '../finding.ts';

const SECONDS = 120;

/** Checks dsynth's side of a host by hooks/doctor-build-host, whose text is sent there; nothing where it builds nothing for us. */
export async function checkDsynth(host: BuildHost, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const {name, logs} = host;
  if (logs.length === 0)
    return [ok(`${name} dsynth`, 'the hosts file has no log directories of it, so dsynth’s side is not checked.')];
  const script = await readFile(join(installRoot(), 'hooks', 'doctor-build-host'), 'utf8');
  const {stdout, stderr} = await runOnHost(hostPrefix(host, env), script, [], {env, timeoutSeconds: SECONDS});
  const found = parseFindings(stdout);
  if (found.length === 0)
    return [
      fail(
        `${name} dsynth`,
        `doctor-build-host printed nothing that can be read: ${stderr.trim().slice(-300) || 'nothing'}.`,
        'Run `sh doctor-build-host` from hooks/ there.',
      ),
    ];
  return [...found, ...differences(host, found), ...pushFault(host, found)].map((one) => ({...one, name: `${name} ${one.name}`}));
}

/** Parses lines `ok|warn|fail NAME: what was found. What to do.` */
export function parseFindings(text: string): Finding[] {
  return [...text.matchAll(/^(ok|warn|fail) ([^:\n]+): (.*)$/gm)].map(([, level = '', name = '', rest = '']) => {
    const [, found = rest, todo] = level === 'ok' ? [] : (/^(.*?\.) ([A-Z].*)$/.exec(rest) ?? []);
    return {level: level as Finding['level'], name, found, ...(todo === undefined ? {} : {todo})};
  });
}

/** Reports where dsynth.ini and the hooks' conf have other values than the hosts file. */
function differences({logs, targets}: BuildHost, found: readonly Finding[]): Finding[] {
  const [, used] = /logs in (\/.*)\.$/.exec(textOf(found, 'dsynth.ini')) ?? [];
  const [, target] = /^(@\S+?)\.$/.exec(textOf(found, 'PORTWRIGHT_TARGET')) ?? [];
  return [
    ...(used === undefined || logs.includes(used)
      ? []
      : [
          warn(
            'logs',
            `dsynth's log directory is ${used}, and the hosts file has ${logs.join(', ')}.`,
            'Add it there, unless another profile is meant.',
          ),
        ]),
    ...(target === undefined || targets.length === 0 || targets.includes(target)
      ? []
      : [
          warn(
            'target',
            `the hooks report failures of ${target}, and the hosts file has ${targets.join(', ')}.`,
            'Correct PORTWRIGHT_TARGET in the hooks’ conf, or the targets in the hosts file.',
          ),
        ]),
  ];
}

/** Returns a failure if the hosts file expects that the hooks push, and their conf has no destination. */
export function pushFault({evidence}: Pick<BuildHost, 'evidence'>, found: readonly Finding[]): Finding[] {
  const areChecked = found.some(({name}) => name === 'hooks');
  if (evidence !== 'push' || !areChecked || found.some(({name}) => name === 'PORTWRIGHT_PUSH')) return [];
  return [
    fail(
      'PORTWRIGHT_PUSH',
      'the hosts file has evidence `push`, and the hooks’ conf has no destination, so nothing is sent.',
      'Set PORTWRIGHT_PUSH in portwright-hooks.conf there (docs/install.md), or evidence to collect in the hosts file.',
    ),
  ];
}

function textOf(found: readonly Finding[], name: string): string {
  return found.find((one) => one.name === name && one.level === 'ok')?.found ?? '';
}
