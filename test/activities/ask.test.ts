import {askActivities} from '../../src/activities/ask.ts';
import {append} from '../../src/activities/conversation.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import type {CaseArtifact} from '../../src/evidence/case-artifacts.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {KeptCase} from '../cli/kept-case.ts';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

/** A case with a log, a port, a proved diff and the conversation of its attempt, and a question about it. */
async function opened() {
  kept.file(
    'logs/full.log',
    `${Array.from({length: 300}, (_, at) => `line ${at + 1}`).join('\n')}\nfatal error: x.h ${SECRET}\n`,
  );
  kept.file('port/Makefile', 'PORTNAME=\tfoo\n');
  kept.file('analysis/root_causes.md', 'the header x.h is missing\n');
  kept.file('analysis/session.jsonl', '{}\n');
  const conversation = await append(kept.store, null, [
    {message: {role: 'user', content: 'repair it'}},
    {message: {role: 'assistant', content: 'I add a patch.'}},
  ]);
  const status: CaseStatus = kept.archive({attempts: [await kept.proved(1, 'diff --git a/x b/x\n+one\n', {conversation})]});
  const bundle = status.bundle ?? {bundleId: '', runId: ''};
  const worker = askActivities({env: {}, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  const question = await worker.openQuestion({bundle, status, question: {by: 'ann', text: 'Why?'}, nonce: 'abcd1234'});
  return {worker, bundle, ...question};
}

/** Runs tool calls of a reply, and returns their results. */
async function results(calls: [string, object][]) {
  const {worker, bundle, conversation, catalog} = await opened();
  const tool_calls = calls.map(([name, args], at) => ({
    id: `${at}`,
    type: 'function' as const,
    function: {name, arguments: JSON.stringify(args)},
  }));
  const asked = await append(kept.store, conversation, [{message: {role: 'assistant', content: null, tool_calls}}]);
  const ids = await worker.readArtifacts({bundle, catalog, conversation: asked});
  return Promise.all(ids.map((id) => kept.store.json<Record<string, unknown>>(id)));
}

test('a question opens with the artifacts of the case, and no other file of its bundle', async () => {
  const {conversation, catalog} = await opened();
  const names = (await kept.store.json<CaseArtifact[]>(catalog)).map(({name}) => name);
  expect(names).toEqual([
    'logs/full.log',
    'attempt-1/changes.diff',
    'attempt-1/transcript',
    'case/timeline',
    'analysis/rebuild_proof.json',
    'analysis/root_causes.md',
    'meta.txt',
    'port/Makefile',
  ]);
  const [system, user] = (await readConversation(kept.store, conversation)).map(({message}) => message);
  expect(system?.content).toContain('nothing else');
  expect(user?.content).toContain('2: +one');
});

test('its tools read and search artifacts; what is not in the list is refused, and secrets are masked', async () => {
  const [end, found, outside, above, unknown, none] = await results([
    ['read_artifact', {artifact: 'logs/full.log', from: 300, to: 999}],
    ['search_artifacts', {text: 'HEADER'}],
    ['read_artifact', {artifact: '../../../etc/passwd'}],
    ['read_artifact', {artifact: 'logs/full.log', from: 400}],
    ['put_file', {path: 'port/Makefile', content: 'x'}],
    ['search_artifacts', {}],
  ]);
  expect(end).toEqual({
    ok: true,
    artifact: 'logs/full.log',
    total_lines: 301,
    lines: expect.stringMatching(/^300: line 300\n301: fatal error: x\.h /),
  });
  expect(JSON.stringify(end)).not.toContain(SECRET);
  expect(found).toMatchObject({ok: true, found: 1, lines: 'analysis/root_causes.md:1: the header x.h is missing'});
  expect(outside).toMatchObject({ok: false, error: expect.stringContaining('no artifact')});
  expect(above).toMatchObject({ok: false, error: 'logs/full.log has 301 lines; line 400 is not among them.'});
  expect(unknown).toMatchObject({ok: false, error: expect.stringContaining('no tool "put_file"')});
  expect(none).toMatchObject({ok: false, error: expect.stringContaining('needs "text"')});
});

test('an answer has the lines that it cites; those of a transcript with their turn', async () => {
  const {worker, bundle, catalog} = await opened();
  const text = await kept.store.put(
    'x.h is missing [[logs/full.log:301]], so it added a patch [[attempt-1/transcript:4]] [[logs/full.log:302]] [[logs/full.log:1-100]].',
  );
  const {record, answer} = await worker.writeAnswer({bundle, catalog, text});
  expect(answer).toEqual({
    text: 'x.h is missing [^1], so it added a patch [^2].',
    citations: [
      {artifact: 'logs/full.log', from: 301, to: 301, lines: [expect.stringMatching(/^fatal error: x\.h /)]},
      {artifact: 'attempt-1/transcript', from: 4, to: 4, lines: ['I add a patch.'], turn: 1},
    ],
    dropped: [
      {text: '[[logs/full.log:302]]', reason: 'the artifact has 301 lines'},
      {text: '[[logs/full.log:1-100]]', reason: 'it has more than 40 lines'},
    ],
  });
  expect(JSON.stringify(answer)).not.toContain(SECRET);
  expect(await kept.store.json(record)).toEqual(answer);
});
