import {checkArguments, TOOLS, toolByName} from '../../../src/devenv/tools/index.ts';
import {overlayDir, workDir} from '../../../src/devenv/tools/paths.ts';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import type {Judged} from './figures.ts';
import {FILES, hostileOrigins, hostilePatchNames, hostilePaths, LINKS, ORIGIN, PLANTED} from './paths.ts';
import {type HostilePlace, NEIGHBOUR, SECRET} from './place.ts';

export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Tools that may read anywhere in /work except .git. */
const READERS = new Set(['get_file', 'list_dir', 'grep']);
const OF_PATH: Readonly<Record<string, (path: string) => object>> = {
  get_file: (path) => ({path}),
  list_dir: (path) => ({path}),
  grep: (path) => ({path, pattern: 'CANARY|root:'}),
  put_file: (path) => ({path, content: 'overwritten\n'}),
  replace_in_file: (path) => ({path, old_text: 'CANARY', new_text: 'overwritten'}),
  delete_file: (path) => ({path}),
  revert_file: (path) => ({path}),
  patch_source: (path) => ({path, edits: [{old_text: 'CANARY', new_text: 'overwritten', all: true}]}),
  dupe: (path) => ({path}),
  genpatch: (path) => ({path}),
  emit_diff: (path) => ({origin: ORIGIN, relpath: path}),
};

/** Returns tool calls with every planted link, and with generated paths and names. */
export function hostileCalls(seed: number, generated: number): Call[] {
  const tools = Object.keys(OF_PATH);
  const of = (tool: string, path: string): Call => ({tool, args: {...OF_PATH[tool]?.(path)}});
  const turn = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
  const links = Object.keys(LINKS).flatMap((link, at) => [
    of(turn(['get_file', 'list_dir', 'grep'], at), `/work/${PLANTED}/${link}`),
    of(turn(['grep', 'get_file', 'list_dir'], at), `${overlayDir(ORIGIN)}/${PLANTED}/${link}/canary`),
    of(turn(['put_file', 'delete_file', 'replace_in_file', 'revert_file'], at), `${overlayDir(ORIGIN)}/${PLANTED}/${link}`),
    of(
      turn(['replace_in_file', 'patch_source', 'put_file', 'dupe', 'genpatch'], at),
      `${workDir(ORIGIN)}/${PLANTED}/${link}/canary`,
    ),
    of('emit_diff', `${PLANTED}/${link}`),
  ]);
  const files = FILES.map((file, at) =>
    of(turn(['get_file', 'put_file', 'patch_source', 'dupe', 'genpatch'], at), `${workDir(ORIGIN)}/${PLANTED}/${file}`),
  );
  const paths = hostilePaths(seed, 200 + generated).slice(-generated);
  const patches = hostilePatchNames(seed, 60).map((name) => ({tool: 'install_patches', args: {origin: ORIGIN, patches: [name]}}));
  const origins = hostileOrigins(seed, 20).map((origin, at) =>
    at % 2 === 0 ? {tool: 'install_patches', args: {origin}} : {tool: 'emit_diff', args: {origin, relpath: ''}},
  );
  return [...links, ...files, ...paths.map((path, at) => of(turn(tools, at), path)), ...patches, ...origins];
}

export interface Answered {
  readonly call: Call;
  /** Undefined if it threw. */
  readonly result?: {readonly ok: boolean; readonly kind?: unknown};
  readonly judged: Judged;
}

/** Makes the calls, two at a time, as the workflow would. `HostilePlace.digest` detects changes outside the case's port. */
export async function makeCalls(context: ToolContext, calls: readonly Call[]): Promise<Answered[]> {
  const answers: Answered[] = [];
  const left = [...calls];
  const work = async (): Promise<void> => {
    for (let call = left.shift(); call !== undefined; call = left.shift()) answers.push(await answer(context, call));
  };
  await Promise.all([work(), work()]);
  return answers;
}

export async function answer(context: ToolContext, call: Call): Promise<Answered> {
  try {
    const tool = toolByName(call.tool);
    const checked = checkArguments(tool, call.tool, call.args);
    const result = checked.ok && tool !== undefined ? (await tool.run(checked.args, context)).result : {ok: false};
    const shown = JSON.stringify(result);
    const secret = /root:x:0:0/.test(shown) || shown.includes(SECRET) || (!READERS.has(call.tool) && shown.includes(NEIGHBOUR));
    const verdict = typeof result.ok !== 'boolean' ? 'crashed' : secret ? 'leaked' : 'refused';
    return {call, result, judged: {input: call, verdict, seen: shown.slice(0, 300)}};
  } catch (error) {
    return {call, judged: {input: call, verdict: 'crashed', seen: String(error)}};
  }
}

/** Returns the changes between two digests as escapes. */
export function escapes(before: readonly string[], after: readonly string[]): Judged[] {
  const [old, now] = [new Set(before), new Set(after)];
  const changed = [...before.filter((line) => !now.has(line)), ...after.filter((line) => !old.has(line))];
  return changed.map((line) => ({input: line, verdict: 'escaped'}));
}

/** Makes the calls, and judges their changes outside the case's port. */
export async function callHostilely(place: HostilePlace, calls: readonly Call[]): Promise<Answered[]> {
  const before = await place.digest();
  const answers = await makeCalls(place.context, calls);
  const harm = escapes(before, await place.digest());
  return [...answers, ...harm.map((judged) => ({call: {tool: 'some tool', args: {}}, judged}))];
}

/** Validates arguments against every tool's schema, which must not throw and must accept only its own properties. */
export function checkHostileArguments(all: readonly unknown[]): Judged[] {
  return all.map((input, at) => {
    const tool = TOOLS[at % TOOLS.length];
    try {
      const checked = checkArguments(tool, tool?.name ?? '', input);
      if (!checked.ok) return {input, verdict: 'refused'};
      const odd = Object.entries(checked.args).find(([key, value]) => !fits(value, tool?.parameters.properties[key]));
      return odd === undefined ? {input, verdict: 'refused'} : {input, verdict: 'escaped', seen: `${tool?.name}.${odd[0]}`};
    } catch (error) {
      return {input, verdict: 'crashed', seen: String(error)};
    }
  });
}

function fits(value: unknown, property: unknown): boolean {
  const {type, minimum = 0, maximum = 1e9} = (property ?? {}) as {type?: string; minimum?: number; maximum?: number};
  if (type === 'string') return typeof value === 'string';
  if (type === 'integer') return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return type === 'array' && Array.isArray(value) && value.every((item) => typeof item === 'string');
}
