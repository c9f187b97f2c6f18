import {Context} from '@temporalio/activity';
import {snippetRoundMessage} from '../case/prompt/prompt.ts';
import type {Item} from '../case/prompt/space.ts';
import {snippetRequestsIn} from '../case/triage/reply.ts';
import {dropSnippets, fetchSnippets, type SnippetManifest} from '../devenv/snippets.ts';
import {writeAnalysis} from '../evidence/bundle.ts';
import {logLines, readBundleFile} from '../evidence/reading.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {cancelSignal, openBundle, type WorkerContext} from './context.ts';
import {append} from './conversation.ts';
import {devEnvOf, guarded} from './dev-env.ts';

/** How often a dev-env that is out of reach is tried. */
const TRIES_WITH_ENV = 4;

const PORT_FILE_BYTES = 65_536;
const MANIFEST = 'analysis/snippets/manifest.json';
const MANIFEST_BYTES = 4 << 20;

export function snippetActivities(context: WorkerContext): Pick<ControlActivities, 'fetchSnippets'> {
  return {
    /** Answers a reply's snippet requests, stores them with their manifest, and adds the message for the model. */
    async fetchSnippets({bundle, conversation, port, text, round, rounds, env: wanted, nonce}) {
      // A dev-env that stays out of reach must not hold a case in triage: the model is answered that the source is not available.
      const env = Context.current().info.attempt > TRIES_WITH_ENV ? null : wanted;
      const {dir, store} = await openBundle(context, bundle);
      const requests = snippetRequestsIn(await store.text(text));
      const {manifest, texts} = await guarded(() =>
        fetchSnippets(env === null ? undefined : devEnvOf(context, env), {
          caseId: caseId(port),
          origin: port.origin,
          flavor: port.flavor,
          round,
          requests,
          logLines: async (start, end) => (await logLines(dir, start, end)).join('\n'),
          portFile: async (path) => (await readBundleFile(dir, path, PORT_FILE_BYTES))?.text,
          signal: cancelSignal(),
        }),
      );
      if (env !== null) await guarded(() => dropSnippets(devEnvOf(context, env), caseId(port)));
      for (const one of texts) await writeAnalysis(dir, `snippets/${one.output}`, one.text);
      await writeAnalysis(dir, `snippets/round_${round}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
      await writeAnalysis(
        dir,
        'snippets/manifest.json',
        `${JSON.stringify(cumulative(await earlierRounds(dir), manifest), null, 2)}\n`,
      );
      const snippets = manifest.requests.map(({raw, status, note, output}) => {
        const found = texts.find((one) => one.output === output)?.text;
        return {request: raw, status, note, text: found};
      });
      const content = snippetRoundMessage(snippets, {round, of: rounds, last: round === rounds, nonce});
      return append(store, conversation, [{message: {role: 'user', content}}]);
    },
  };
}

/** Reads the snippets that triage was answered with, newest first, each with its request; none where they cannot be read. */
export async function readSnippets(dir: string): Promise<Item[]> {
  const rounds = await earlierRounds(dir).catch(() => []);
  const answered = rounds.flatMap(({requests}) => requests).reverse();
  const items = answered.map(async ({raw, status, output}) => {
    const isThere = status === 'ok' && output !== undefined;
    const file = isThere ? await readBundleFile(dir, `analysis/snippets/${output}`, PORT_FILE_BYTES) : undefined;
    return {title: raw, text: file?.text ?? ''};
  });
  return (await Promise.all(items)).filter(({text}) => text !== '');
}

async function earlierRounds(dir: string): Promise<SnippetManifest[]> {
  const manifest = await readBundleFile(dir, MANIFEST, MANIFEST_BYTES);
  return manifest === undefined ? [] : (JSON.parse(manifest.text) as {rounds: SnippetManifest[]}).rounds;
}

/** The manifest over all rounds, with the contract's keys; a round that is done again replaces itself. */
function cumulative(before: readonly SnippetManifest[], now: SnippetManifest): object {
  const rounds = [...before.filter((one) => one.round < now.round), now];
  return {rounds, total_rounds: rounds.length, total_bytes_all_rounds: rounds.reduce((sum, one) => sum + one.total_bytes, 0)};
}
