import {applyPatch} from 'diff';
import {filesAfter} from '../../src/case/guard/dead-files.ts';
import {readGuarded} from '../../src/case/guard/read-diff.ts';
import type {Conversation} from '../../src/demo/scripted-model/conversation.ts';
import {checkArguments, toolByName} from '../../src/devenv/tools/index.ts';
import {editByText, type TextEdit} from '../../src/dops/edit/edit-by-text.ts';
import {type Emittable, emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {forgetFile} from '../../src/dops/edit/forget-file.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {findCorpus, readCorpus} from '../../src/eval/prepare.ts';
import {parseRepairScript, type RepairScript, type ScriptedCall} from '../../src/eval/repair-script.ts';
import {replyByScript} from '../../src/eval/scripted-repair.ts';
import {readTexts} from '../../src/eval/texts.ts';

type Texts = ReadonlyMap<string, string>;

const CORPUS = await readCorpus(await findCorpus('ports'));
const CASES = await Promise.all(
  CORPUS.cases.map(async ({known, dir}) => {
    const [texts, src] = [await readTexts(dir), await readTexts(`${dir}/src`)];
    const script = parseRepairScript(texts.get('repair.json') ?? '', `${dir}/repair.json`);
    return {known, texts, src, script};
  }),
);
const NAMED = CASES.map((one): [string, (typeof CASES)[number]] => [one.known.name, one]);

function callsOf({attempts}: RepairScript): readonly ScriptedCall[] {
  return attempts.flatMap((turns) => turns.flatMap(({calls = []}) => calls));
}

function below(texts: Texts, dir: string): Map<string, string> {
  const paths = [...texts].filter(([path]) => path.startsWith(`${dir}/`));
  return new Map(paths.map(([path, text]) => [path.slice(dir.length + 1), text]));
}

test.each(NAMED)('%s: each call of its script has the arguments of its tool', (_, {script}) => {
  const faults = callsOf(script).map(({tool, args}) => checkArguments(toolByName(tool), tool, args));
  expect(faults.filter(({ok}) => !ok)).toEqual([]);
});

const CLEAN = NAMED.filter(([, {script}]) => script.verdict === 'clean');

test.each(CLEAN)(
  '%s: its script leaves the source and the overlay that the right diff makes',
  (_, {known, texts, src, script}) => {
    const before = below(texts, 'bundle/overlay');
    const context = {failedPatches: new Set<string>(), overlay: before, port: below(texts, 'bundle/port')};
    const read = readGuarded(texts.get('right.diff') ?? '', known.origin, context);
    const right = read === undefined ? undefined : filesAfter(before, read);
    const patched = patch(src, below(texts, 'freebsd/files'));
    const left = runCalls(callsOf(script), patched, before);
    expect(left.sources).toEqual(patch(patched, below(right ?? new Map(), 'dragonfly')));
    expect(statementsOf(left.overlay)).toEqual(statementsOf(right ?? new Map()));
    expect(left.overlay.get('newport/pkg-plist')).toBe(right?.get('newport/pkg-plist'));
  },
);

function patch(sources: Texts, patches: Texts): Texts {
  const after = new Map(sources);
  for (const text of patches.values()) {
    const file = /^\+\+\+ (\S+)$/m.exec(text)?.[1] ?? '';
    const patched = applyPatch(after.get(file) ?? '', text);
    if (patched === false) throw new Error(`The patch of ${file} does not apply.`);
    after.set(file, patched);
  }
  return after;
}

/** What the tools that edit do with sources and overlay; edits that a tool refuses change nothing. */
function runCalls(calls: readonly ScriptedCall[], sources: Texts, overlay: Texts): {sources: Texts; overlay: Texts} {
  const state = {sources: new Map(sources), overlay: new Map(overlay)};
  // The patches of the overlay that the source has are those which patch_source cuts.
  for (const {tool, args} of calls) {
    const path = String(args.path ?? '').replace(/^\{\w+\}\//, '');
    if (tool === 'patch_source') editAll(state.sources, path, args.edits as Edit[]);
    if (tool === 'replace_in_file') editAll(state.overlay, path, [args as unknown as Edit]);
    if (tool === 'delete_file') {
      state.overlay.delete(path);
      state.overlay.set('overlay.dops', forgetFile(parseOverlay(state.overlay.get('overlay.dops') ?? ''), path).overlay.text);
    }
    if (tool.startsWith('dops_')) editDops(state.overlay, {kind: tool.slice(5), ...args} as unknown as TextEdit);
  }
  return state;
}

interface Edit {
  readonly old_text: string;
  readonly new_text: string;
}

function editAll(texts: Map<string, string>, path: string, edits: readonly Edit[]): void {
  for (const {old_text, new_text} of edits) {
    const [before, after, ...more] = (texts.get(path) ?? '').split(old_text);
    if (after !== undefined && more.length === 0) texts.set(path, `${before}${new_text}${after}`);
  }
}

const HEADER = 'port net/foo\ntype port\nreason "x"\n\ntarget @any\n\n';

function editDops(overlay: Map<string, string>, edit: TextEdit): void {
  const edited = editByText(parseOverlay(overlay.get('overlay.dops') ?? HEADER), edit);
  if (!edited.ok) throw new Error(edited.error);
  overlay.set('overlay.dops', edited.overlay.text);
}

const HEADS = ['port', 'type', 'reason', 'target', 'file.materialize'];

/** The operations of overlay.dops; patches are compared by what they do to the source. */
function statementsOf(overlay: Texts): string[] {
  const {statements} = parseOverlay(overlay.get('overlay.dops') ?? '');
  return statements.filter(({kind}) => !HEADS.includes(kind)).map((one) => emitStatement(one as Emittable));
}

const SCRIPT: RepairScript = {
  about: 'A test.',
  verdict: 'clean',
  attempts: [
    [
      {calls: [{tool: 'get_file', args: {path: '{wrksrc}/a.c'}}], isCut: true},
      {report: 'success', insists: 'It is needed.'},
    ],
    [{calls: [{tool: 'get_file', args: {path: '{overlay}/overlay.dops'}}]}],
  ],
};

function at(attempt: number, turn: number, built = false): Conversation {
  const results: Record<string, object> = {make_patch: {wrksrc: '/work/obj/a'}, dsynth_build: built ? {rebuild_ok: true} : {}};
  const result = (tool: string) => (results[tool] ?? {}) as Readonly<Record<string, unknown>>;
  return {origin: 'net/a', target: '@demo', errors: '', turn, attempt, result, file: () => ({}), failed: undefined};
}

describe('replyByScript', () => {
  const open = {mayCall: true, isRaised: false};

  test('a cut turn calls its tools where it is asked for again with a higher limit', () => {
    expect(replyByScript(SCRIPT, at(1, 0), open)).toMatchObject({calls: [], finishReason: 'length'});
    const again = replyByScript(SCRIPT, at(1, 0), {...open, isRaised: true});
    expect(again).toEqual({text: '', calls: [{name: 'get_file', args: {path: '/work/obj/a/a.c'}}], finishReason: 'tool_calls'});
  });

  test('a report has the reason for what stays, and every attempt behind the last has the turns of that', () => {
    expect(replyByScript(SCRIPT, at(1, 1), open).text).toContain(
      '## Rebuild Status\n\nsuccess\n\n## Why It Stays\n\nIt is needed.',
    );
    expect(replyByScript(SCRIPT, at(5, 0), open).calls[0]?.args).toEqual({path: '/work/DeltaPorts/ports/net/a/overlay.dops'});
  });

  test('without a turn, or without tools, it reports by the last build', () => {
    expect(replyByScript(SCRIPT, at(2, 1, true), open).text).toContain('\n\nsuccess');
    expect(replyByScript(SCRIPT, at(2, 0), {...open, mayCall: false}).text).toContain('\n\nfailed');
  });
});

describe('parseRepairScript refuses a script with its fault', () => {
  const parse = (value: unknown) => () =>
    parseRepairScript(typeof value === 'string' ? value : JSON.stringify(value), 'x/repair.json');
  const turn = (one: unknown) => ({...SCRIPT, attempts: [[one]]});

  test.each([
    ['x/repair.json is not valid JSON', '{'],
    ['must be a JSON object', '[]'],
    ['about must be a text.', {...SCRIPT, about: ''}],
    ['verdict must be one of clean, not clean, false, not fixed; got "good".', {...SCRIPT, verdict: 'good'}],
    ['attempts must be a list of attempts.', {...SCRIPT, attempts: []}],
    ['attempt 1 must be a list of turns.', {...SCRIPT, attempts: [[]]}],
    ['attempt 1, turn 1: it must have either calls or a report.', turn({})],
    ['there is no tool "rm".', turn({calls: [{tool: 'rm', args: {}}]})],
    ['a call must have tool and args.', turn({calls: [{tool: 'grep'}]})],
    ['report must be one of success, failed, gave-up.', turn({report: 'done'})],
    ['summary and insists must be texts.', turn({report: 'success', insists: 1})],
    ['isCut must be true or false.', turn({report: 'success', isCut: 1})],
    ['text is not a key of a turn.', turn({report: 'success', text: ''})],
  ])('%s', (fault, value) => {
    expect(parse(value)).toThrow(fault);
  });
});
