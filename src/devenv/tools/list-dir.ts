import {PRELUDE, runScript} from '../scripts.ts';
import {readable} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {integer, schema} from './schema.ts';
import type {Tool, ToolOutcome} from './tool.ts';

/** POSIX' long format, numeric, hidden names too, unprintable characters as `?`. */
const SCRIPT = `${PRELUDE}
enter "$1" "$2"
ls -lAnq | head -n "$3"
`;

const SCAFFOLDING = /^\/work\/dsynth\/build\/Template/;
const ENTRY = /^(\S)\S*\s+\d+\s+\S+\s+\S+\s+(\d+)(?:,\s*\d+)?\s+\S+\s+\S+\s+\S+\s(.*)$/;
const KINDS: Readonly<Record<string, string>> = {'-': 'file', d: 'dir', l: 'link'};

export const listDir: Tool = {
  name: 'list_dir',
  description: 'List a directory: name, kind (file, dir, link, other) and size of each entry.',
  parameters: schema({path: {type: 'string'}, 'max_entries?': integer('Default 100.', 1, 2000)}),
  timeoutSeconds: 120,
  async run(args, {env, origin, slave, signal}) {
    const checked = readable(args.path, slave ?? origin);
    if (!checked.ok) return checked.outcome;
    const {root, path} = checked.at;
    const template = scaffolding(path);
    if (template) return template;
    const most = Number(args.max_entries ?? 100);
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 1048576, signal};
    const result = await runScript(env, SCRIPT, [root, path, `${most + 2}`], options);
    if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${path} was not listed`, result);
    const found = result.stdout.split('\n').flatMap(entryOf);
    const entries = found.slice(0, most);
    const truncated = found.length > most;
    const hint = truncated ? {hint: 'There are more entries: grep for what you look for, or give max_entries.'} : {};
    return outcome(
      {ok: true, path, entries, truncated, total_returned: entries.length, ...hint},
      `${path}, ${entries.length} entries`,
    );
  },
};

/** dsynth's own template directories have nothing of the port in them. */
export function scaffolding(path: string): ToolOutcome | undefined {
  if (!SCAFFOLDING.test(path)) return undefined;
  return refused(
    'scaffolding_refused',
    `${path} is dsynth's scaffolding and has nothing of the port. Look in /work/artifacts/compose or /work/obj.`,
    {blocked_by: 'scaffolding_refused'},
  );
}

function entryOf(line: string): {name: string; kind: string; size: number}[] {
  const match = ENTRY.exec(line);
  if (!match) return [];
  const kind = KINDS[match[1] ?? ''] ?? 'other';
  return [{name: kind === 'link' ? (match[3] ?? '').replace(/ -> .*/, '') : (match[3] ?? ''), kind, size: Number(match[2])}];
}
