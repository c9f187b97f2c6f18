import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {append} from '../../src/activities/conversation.ts';
import type {ConversationNode} from '../../src/case/attempt/conversation.ts';
import {sessionLines} from '../../src/case/attempt/session.ts';
import type {ToolName} from '../../src/case/attempt/tool-names.ts';
import {addUsage, NO_USAGE, type RecordId, type Usage} from '../../src/case/types.ts';
import type {RecordStore} from '../../src/evidence/store.ts';
import {installRoot} from '../../src/setup/paths.ts';
import type {SeededRandom} from '../seeded-random.ts';

/** A model's session in one attempt. */
export interface Session {
  readonly conversation: RecordId;
  readonly finalText: RecordId;
  readonly final: string;
  readonly turns: number;
  readonly usage: Usage;
  /** Whether its last build passed. */
  readonly passed: boolean;
  /** Returns its lines of session.jsonl. */
  lines(attempt: number): string;
}

/** Shared by the cases: 10,000 separate sessions would be half a million small files, with the same read times. */
const SESSIONS = 300;
const MODEL = 'seeded-model';
const ORIGIN = 'devel/example';
const OVERLAY = `/work/DeltaPorts/ports/${ORIGIN}`;
const SOURCE = `/work/obj/${ORIGIN}/example-1.4/src/main.c`;

type Node = Omit<ConversationNode, 'version' | 'before'>;
type Call = readonly [tool: ToolName, args: object, result: object];

/** Writes the records of some hundred sessions of 4 to 30 turns, half of which end with a passed build. */
export async function writeSessions(store: RecordStore, random: SeededRandom): Promise<Session[]> {
  const system = await readFile(join(installRoot(), 'policy', 'prompts', 'patch.md'), 'utf8');
  const written = Array.from({length: SESSIONS}, (_, nth) => {
    const passed = nth % 2 === 0;
    const turns = random.chance(0.15) ? random.between(13, 30) : random.between(4, 12);
    return writeSession(store, generateNodes(system, turns, passed, nth, random), passed);
  });
  return Promise.all(written);
}

async function writeSession(store: RecordStore, nodes: readonly Node[], passed: boolean): Promise<Session> {
  const final = nodes.at(-1)?.message.content ?? '';
  const lines = new Map<number, string>();
  return {
    conversation: await append(store, null, nodes),
    finalText: await store.put(final),
    final,
    turns: nodes.filter(({message}) => message.role === 'assistant').length,
    usage: nodes.reduce((sum, {call}) => (call === undefined ? sum : addUsage(sum, call.usage)), NO_USAGE),
    passed,
    lines(attempt) {
      const rendered = lines.get(attempt) ?? `${sessionLines(attempt, nodes as readonly ConversationNode[]).join('\n')}\n`;
      lines.set(attempt, rendered);
      return rendered;
    },
  };
}

function generateNodes(system: string, turns: number, passed: boolean, nth: number, random: SeededRandom): Node[] {
  const nodes: Node[] = [{message: {role: 'system', content: system}}, {message: {role: 'user', content: opening(nth)}}];
  for (let turn = 0; turn < turns - 1; turn += 1) {
    const calls = turn === 0 ? [VERIFY, SOURCE_READ] : turn === turns - 2 ? [COMPOSED, buildCall(passed)] : random.pick(STEPS);
    const ids = calls.map((_, at) => `call_${turn}_${at}`);
    const content = random.chance(0.5) ? `Step ${turn + 1}: ${random.pick(THOUGHTS)}` : null;
    const toolCalls = calls.map(([name, args], at) => ({
      id: ids[at] as string,
      type: 'function' as const,
      function: {name, arguments: JSON.stringify(args)},
    }));
    nodes.push(reply(nodes, {role: 'assistant', content, tool_calls: toolCalls, reasoning_content: random.pick(THOUGHTS)}));
    for (const [at, [name, , result]] of calls.entries()) {
      const message = {role: 'tool' as const, tool_call_id: ids[at] as string, content: JSON.stringify({ok: true, ...result})};
      nodes.push({message, tool: {name, ok: true}});
    }
  }
  return [...nodes, reply(nodes, {role: 'assistant', content: report(passed, nth)})];
}

/** Returns a reply with its usage: four characters per token, and the prompt up to the previous reply is cached. */
function reply(before: readonly Node[], message: Node['message']): Node {
  const sizes = before.map((node) => JSON.stringify(node.message).length);
  const last = before.findLastIndex((node) => node.message.role === 'assistant');
  const tokens = (from: number, to: number): number => Math.ceil(sizes.slice(from, to).reduce((sum, size) => sum + size, 0) / 4);
  const prompt = tokens(0, sizes.length);
  const cached = tokens(0, Math.max(0, last));
  const completion = Math.ceil(JSON.stringify(message).length / 4);
  const cost = ((prompt - cached) * 2 + cached * 0.2 + completion * 8) / 1e6;
  const usage = {prompt, cached, completion, reasoning: Math.floor(completion / 3), cost};
  return {message, call: {model: MODEL, usage, estimated: false, finishReason: 'stop', sent: before.length}};
}

const C_LINES = Array.from(
  {length: 90},
  (_, at) => `\tif (options.field_${at} != NULL && set_option(&state, options.field_${at}) < 0) return -1;`,
).join('\n');
const OK_RESULT = {rc: 0, stdout_tail: '===>  Patching for example-1.4\n', stderr_tail: '', stdout_truncated: false};
const EDIT = {path: SOURCE, old_text: 'case MEDIA_FAST:\n', new_text: '#ifdef MEDIA_FAST\ncase MEDIA_FAST:\n#endif\n'};
const PATCH = '--- src/main.c.orig\n+++ src/main.c\n@@ -40,3 +40,5 @@\n+#ifdef MEDIA_FAST\n case MEDIA_FAST:\n+#endif\n';

const VERIFY: Call = ['env_verify', {}, {name: 'dev-1', target: '@2026Q4', status: 'ready', root_mounted: true}];
const SOURCE_READ: Call = ['get_file', {path: SOURCE}, {path: SOURCE, content: C_LINES, total_lines: 90, truncated: false}];
const COMPOSED: Call = ['materialize_dports', {origin: ORIGIN}, {...OK_RESULT, stdout_tail: 'compose: ports=1 ops=1 errors=0\n'}];
const STEPS: readonly (readonly Call[])[] = [
  [['make_patch', {origin: ORIGIN}, {...OK_RESULT, wrksrc: '/work/obj/devel/example/example-1.4'}]],
  [
    ['grep', {pattern: 'MEDIA_', path: OVERLAY}, {matches: C_LINES.split('\n').slice(0, 20)}],
    ['list_dir', {path: OVERLAY}, {entries: ['Makefile.DragonFly', 'STATUS', 'dragonfly/']}],
  ],
  [['dupe', {path: SOURCE}, {...OK_RESULT, path: SOURCE}], SOURCE_READ],
  [['replace_in_file', EDIT, {path: SOURCE, matched: 'exact', line: 41}]],
  [
    ['genpatch', {path: SOURCE}, {...OK_RESULT, patches: ['patch-src_main.c'], patch: PATCH}],
    ['install_patches', {origin: ORIGIN}, {installed: ['patch-src_main.c'], replaced: []}],
  ],
  [COMPOSED, buildCall(false)],
  [['dsynth_log', {origin: ORIGIN, around: 210}, {first_line: 200, lines: C_LINES.split('\n').slice(0, 40)}]],
];
const THOUGHTS = [
  'the constant exists only on FreeBSD, so the table must omit it where it is not defined.',
  'the patch in the overlay was made for the previous version; it has to be regenerated.',
  'first see how the port is composed, and which of its options are on.',
  'the build stops later now: the next error is of the same kind in another file.',
];

function buildCall(passed: boolean): Call {
  const tail = passed ? 'packages built: 1\n' : "src/main.c:41:24: error: 'MEDIA_FAST' undeclared\n*** Error code 1\n";
  return ['dsynth_build', {origin: ORIGIN}, {...OK_RESULT, rc: passed ? 0 : 1, stdout_tail: tail.repeat(8), rebuild_ok: passed}];
}

function opening(nth: number): string {
  const limits = `## Limits\n\nTier ASSIST: at most 4 attempts of 12 turns each. Case ${nth}.\n\n## Root causes\n\n`;
  return `${limits}<data seeded root_causes.md>\n${C_LINES.slice(0, 4000)}\n</data seeded>\n`;
}

function report(passed: boolean, nth: number): string {
  const summary = passed ? 'The media constants are used only where the system has them.' : 'The build still stops.';
  const plan = JSON.stringify({origin: ORIGIN, summary, files_touched: [`ports/${ORIGIN}/`], case: nth});
  const proof = JSON.stringify({rebuild_ok: passed});
  return `## Patch Summary\n\n${summary}\n\n## Patch Log\n\nInspected the port, changed the overlay, composed and built it.\n\n## Rebuild Status\n\n${passed ? 'success' : 'failure'}\n\n## Patch Plan (JSON)\n\n\`\`\`json\n${plan}\n\`\`\`\n\n## Rebuild Proof (JSON)\n\n\`\`\`json\n${proof}\n\`\`\`\n`;
}
