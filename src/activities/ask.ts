import {checkedAnswer, citationsIn, type FoundLines, keyOf} from '../case/ask/citations.ts';
import {questionPrompt} from '../case/ask/prompt.ts';
import type {CaseStatus} from '../case/status.ts';
import type {BundleRef, RecordId} from '../case/types.ts';
import {type CaseArtifact, caseArtifacts} from '../evidence/case-artifacts.ts';
import {readLast} from '../evidence/conversation.ts';
import {type Catalog, findCited, runArtifactTool} from '../evidence/read-artifacts.ts';
import {readBundleFile} from '../evidence/reading.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {openConversation} from './conversation.ts';
import {argumentsOf} from './tools.ts';

const FILE_BYTES = 65_536;

type AskActivities = Pick<ControlActivities, 'openQuestion' | 'readArtifacts' | 'writeAnswer'>;

/** Returns the activities around a question about a case; the model is asked by `askModel`. They read evidence, and write records only. */
export function askActivities(context: WorkerContext): AskActivities {
  return {
    async openQuestion({bundle, status, question, nonce}) {
      const {dir, store} = await openBundle(context, bundle);
      const artifacts = await caseArtifacts(dir, store, status);
      const prompt = questionPrompt({
        status,
        question,
        artifacts,
        nonce,
        causes: await textOf(dir, 'analysis/root_causes.md'),
        effect: await textOf(dir, 'analysis/effect.md'),
        diff: await lastDiff(status, (id) => store.text(id).catch(() => '')),
      });
      return {conversation: await openConversation(store, prompt), catalog: await store.putJson(artifacts)};
    },

    async readArtifacts({bundle, catalog, conversation}) {
      const opened = await openCatalog(bundle, catalog);
      const {message} = await readLast(opened.store, conversation);
      const results: RecordId[] = [];
      for (const {function: called} of message.tool_calls ?? []) {
        const result = await runArtifactTool(opened, called.name, argumentsOf(called.arguments));
        results.push(await opened.store.putJson(result));
      }
      return results;
    },

    async writeAnswer({bundle, catalog, text}) {
      const opened = await openCatalog(bundle, catalog);
      const reply = await opened.store.text(text);
      const found = new Map<string, FoundLines>();
      for (const cited of citationsIn(reply)) found.set(keyOf(cited), await findCited(opened, cited));
      // As it is stored: a record has its secrets masked.
      const record = await opened.store.putJson(checkedAnswer(reply, found));
      return {record, answer: await opened.store.json(record)};
    },
  };

  async function openCatalog(bundle: BundleRef, catalog: RecordId): Promise<Catalog> {
    const {dir, store} = await openBundle(context, bundle);
    return {dir, store, artifacts: await store.json<CaseArtifact[]>(catalog)};
  }
}

async function textOf(dir: string, file: string): Promise<string> {
  return (await readBundleFile(dir, file, FILE_BYTES))?.text ?? '';
}

/** Returns the diff of the last attempt that has one. */
async function lastDiff(
  {attempts}: CaseStatus,
  read: (id: RecordId) => Promise<string>,
): Promise<{artifact: string; text: string} | undefined> {
  const last = attempts.findLast(({diff}) => diff !== undefined);
  return last?.diff === undefined ? undefined : {artifact: `attempt-${last.attempt}/changes.diff`, text: await read(last.diff)};
}
