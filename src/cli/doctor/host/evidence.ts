import type {BuildHost} from '../../../case/host/host.ts';
import {succeeded} from '../../../devenv/client.ts';
import {hostPrefix} from '../../../devenv/host-reach.ts';
import {runOnHost} from '../../../devenv/on-host.ts';
import {type Finding, fail, ok, warn} from '../finding.ts';

const SECONDS = 60;

/** LOGS: prints `logs` or `root` if that is missing; then each directory that hooks/send-evidence refuses, or that the user cannot use. */
const SCRIPT = `
[ -d "$1" ] || { echo logs; exit; }
[ -d "$1/evidence" ] || { echo root; exit; }
cd "$1/evidence" || { echo "closed $1/evidence"; exit; }
find "$1" "$1/evidence" "$1/evidence/runs" "$1/evidence/queue" "$1/evidence/queue/pending" -prune \\
  \\( ! -type d -o ! -user "$(id -u)" ! -user 0 -o -perm -020 -o -perm -002 \\) -print 2>/dev/null | sed 's/^/odd /'
for dir in "$1/evidence" "$1/evidence/runs" "$1/evidence/queue" "$1/evidence/queue/pending"; do
  [ ! -d "$dir" ] || { [ -r "$dir" ] && [ -w "$dir" ] && [ -x "$dir" ]; } || echo "closed $dir"
done
`;

/** Checks that the worker gets at the evidence of a host: over ssh as its user where it collects it, in LOGS_ROOT where it is mounted. */
export async function checkHostEvidence(host: BuildHost, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const {name, reach, logs, evidence} = host;
  if (reach === 'local' || logs.length === 0) return [];
  if (evidence === 'collect') return Promise.all(logs.map((dir) => checkLogs(host, dir, env)));
  if (evidence === 'push')
    return [ok(`${name} evidence`, 'the host sends it; the spool above shows whether anything waits to be sent.')];
  if (env.LOGS_ROOT) return [ok(`${name} evidence`, 'it is mounted, and LOGS_ROOT names where.')];
  return [
    warn(
      `${name} evidence`,
      'it is mounted by the hosts file, and LOGS_ROOT of this shell names no directory.',
      'Set LOGS_ROOT to where the log directories are mounted, or evidence to collect.',
    ),
  ];
}

async function checkLogs(host: BuildHost, dir: string, env: NodeJS.ProcessEnv): Promise<Finding> {
  const result = await runOnHost(hostPrefix(host, env), SCRIPT, [dir], {env, timeoutSeconds: SECONDS});
  const name = `${host.name} evidence ${dir}`;
  if (!succeeded(result))
    return fail(
      name,
      `it could not be checked within ${SECONDS} seconds: ${result.stderr.trim().slice(-300) || 'nothing was printed'}.`,
      `Run \`ls -l ${dir}\` there; a mount may hang.`,
    );
  const lines = result.stdout.split('\n').filter((line) => line !== '');
  if (lines.includes('logs')) return fail(name, `${dir} is not there.`, 'Correct `logs` in the hosts file, or make it.');
  if (lines.includes('root')) return ok(name, 'no hook has written anything yet.');
  const named = (kind: string): string[] =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const [odd, closed] = [named('odd'), named('closed')];
  if (odd.length > 0)
    return fail(
      name,
      `${odd.join(', ')} must be directories of the ssh user or of root that nobody else can write to, and no links.`,
      'Run chown and `chmod go-w` there, or connect as the user who owns them.',
    );
  if (closed.length > 0)
    return fail(
      name,
      `the ssh user cannot read and write ${closed.join(', ')}.`,
      'Connect as dsynth’s user, who is root: what was collected is moved to queue/done there.',
    );
  return ok(name, 'it can be collected.');
}
