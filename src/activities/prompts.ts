import {rootCauseText} from '../case/evidence/root-causes/index.ts';
import {DEFAULTS, type EffectivePolicy} from '../case/policy/policy.ts';
import {choosePlaybooks, type PlaybookQuery, playbookOf} from '../case/prompt/playbooks.ts';
import {
  buildPatchPrompt,
  buildTriagePrompt,
  EARLIER_SHOWN,
  earlierItem,
  type Prompt,
  type PromptParts,
} from '../case/prompt/prompt.ts';
import {toolchainsOf} from '../case/prompt/toolchains.ts';
import {fixItem, isOffered, rankFixes} from '../case/review/fixes.ts';
import type {EarlierCase} from '../case/status.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';
import {readMeta} from '../evidence/bundle.ts';
import {ensureFixIndex, readFixes} from '../evidence/fixes.ts';
import {readPortFiles} from '../evidence/port-files.ts';
import {readBundleFile} from '../evidence/reading.ts';
import {readRootCauses, rootCausesIn} from '../evidence/root-causes.ts';
import type {RecordStore} from '../evidence/store.ts';
import {windowOf} from '../llm/converse.ts';
import {modelSettings} from '../llm/settings.ts';
import {countTokens} from '../llm/tokens.ts';
import type {CaseSteps, ControlActivities} from '../protocol/activities.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {append, openConversation} from './conversation.ts';
import {inCpuTurn} from './cpu-turns.ts';
import {attemptNode, conversationOf, conversationToContinue, originalErrorOf} from './next-attempt.ts';
import {type PolicyTexts, textsOf} from './policy.ts';
import {readSnippets} from './snippets.ts';
import {similarChanges} from './tree-memory.ts';

const ERRORS_BYTES = 400_000;
/** A triage is sent once or twice, a repair's first message with each of its turns. */
const PLAYBOOK_TOKENS = {triage: 2000, patch: 1400} as const;

type Prompts = Pick<CaseSteps, 'openTriage'> & Pick<ControlActivities, 'openAttempt'>;

/** Turns evidence into the first messages of a conversation. */
export function promptActivities(context: WorkerContext): Prompts {
  return {
    async openTriage({report, texts, classes, snippetRounds, nonce, context: rounds, earlierCases, memory}) {
      const {dir, root, store} = await openBundle(context, report);
      await ensureFixIndex(root);
      const about = {
        ...charsFor(context, 'triage'),
        report,
        classes,
        snippetRounds,
        nonce,
        context: rounds,
        earlierCases,
        memory,
        similar: await similarChanges(context, {root, dir, port: report, flow: 'triage'}),
      };
      const policy = await textsOf(store, texts);
      return inCpuTurn(async () => openConversation(store, await triagePrompt({dir, root, store}, policy, about)));
    },

    async openAttempt({
      report,
      texts,
      triage,
      triageText,
      attempt,
      of,
      turns,
      tier,
      master,
      earlier,
      earlierCases,
      memory,
      nonce,
      context: rounds,
      left,
    }) {
      const {dir, root, store} = await openBundle(context, report);
      await ensureFixIndex(root);
      const policy = await textsOf(store, texts);
      const parts = await partsOf(dir, report, policy, policy.patch, nonce, {
        flow: 'patch',
        classification: triage.classification,
        rootCause: triage.rootCause,
      });
      const prompt = buildPatchPrompt({
        ...parts,
        context: rounds,
        ...(await knownFixes({dir, root, store}, report, {earlierCases, memory})),
        ...charsFor(context, 'patch'),
        similar: await similarChanges(context, {
          root,
          dir,
          port: report,
          flow: 'patch',
          rootCause: triage.rootCause,
          master: master?.origin,
        }),
        triage: await store.text(triageText),
        snippets: await readSnippets(dir),
        limits: {attempts: of, tier, turns},
        master,
      });
      const before = earlier.at(-1);
      if (before === undefined) return openConversation(store, prompt);
      const conversation = await conversationOf(store, before);
      const next = {attempt, of, nonce, earlier, conversation, original: await originalErrorOf(dir)};
      const settings = modelSettings('patch', context.env);
      const going =
        left === undefined || 'missing' in settings
          ? undefined
          : await conversationToContinue(store, prompt, next, {settings, ...left});
      const opened = going ?? (await openConversation(store, prompt));
      return append(store, opened, [await attemptNode(store, next, going !== undefined)]);
    },
  };
}

/** What a triage begins with, from the bundle in `dir`, and the records of its evidence root: the same for the worker and for who only wants to see it. */
export async function triagePrompt(
  {dir, root, store}: {dir: string; root?: string; store?: RecordStore},
  policy: PolicyTexts,
  {
    report,
    earlierCases,
    memory,
    nonce,
    ...about
  }: Omit<Parameters<Prompts['openTriage']>[0], 'texts'> & Pick<PromptParts, 'maxChars' | 'similar'>,
): Promise<Prompt> {
  const parts = await partsOf(dir, report, policy, policy.triage, nonce, {flow: 'triage'});
  const known =
    root === undefined || store === undefined ? {} : await knownFixes({dir, root, store}, report, {earlierCases, memory});
  return buildTriagePrompt({...parts, ...about, ...known});
}

/** Characters of a case in a small window: a third of its tokens or less. Elsewhere the usual ones. */
function charsFor(context: WorkerContext, purpose: 'triage' | 'patch'): {maxChars?: number} {
  const settings = modelSettings(purpose, context.env);
  const window = 'missing' in settings ? SMALL_WINDOW : windowOf(settings);
  return window >= SMALL_WINDOW ? {} : {maxChars: Math.floor(window * 0.6)};
}

const SMALL_WINDOW = 32_000;
const DIFF_CHARS = 2000;
/** Fixes of like failures that a prompt shows. */
const FIXES_SHOWN = 3;

/**
 * Returns fixes that may help, and the port's earlier cases that are not among them. Only a fix that may be offered is shown with
 * its diff; one whose record is not there any more is left out.
 */
async function knownFixes(
  {dir, root, store}: {dir: string; root: string; store: RecordStore},
  port: PortId,
  {earlierCases, memory = DEFAULTS.memory}: Pick<Parameters<Prompts['openTriage']>[0], 'earlierCases' | 'memory'>,
): Promise<Required<Pick<PromptParts, 'fixes' | 'earlier'>>> {
  const wanted = {port, signature: (await readRootCauses(dir))?.signature ?? ''};
  const offered = (await readFixes(root)).filter((one) => isOffered(one, memory));
  const fixes = rankFixes(offered, wanted).slice(0, FIXES_SHOWN);
  const diffOf = async (id: RecordId | undefined): Promise<string> =>
    id === undefined ? '' : (await store.text(id).catch(() => '')).slice(0, DIFF_CHARS);
  const shown = new Set(fixes.map((one) => one.bundle.bundleId));
  const others = earlierCases.filter((one) => !shown.has(one.bundleId)).slice(0, EARLIER_SHOWN);
  return {
    fixes: await Promise.all(fixes.map(async (one) => fixItem(one, await diffOf(one.diff), wanted))),
    earlier: await Promise.all(others.map(async (one) => earlierItem(one, await diffOf(diffToShow(one, memory))))),
  };
}

/** A rejected fix is shown only as a fix, with its verdict. */
function diffToShow({diff, verdict, outcome}: EarlierCase, memory: EffectivePolicy['memory']): RecordId | undefined {
  if (verdict === undefined || verdict === 'rejected') return undefined;
  return isOffered({verdict, outcome}, memory) ? diff : undefined;
}

async function partsOf(
  dir: string,
  report: FailureReport,
  policy: PolicyTexts,
  template: string,
  nonce: string,
  about: Pick<PlaybookQuery, 'flow' | 'classification' | 'rootCause'>,
): Promise<PromptParts> {
  const files = await readPortFiles(dir);
  const causes = await rootCausesIn(dir);
  const {chosen, omitted} = choosePlaybooks(
    policy.playbooks.map(({file, text}) => playbookOf(file, text)),
    {...about, toolchains: toolchainsOf(files), causes},
    {maxTokens: PLAYBOOK_TOKENS[about.flow], count: countTokens},
  );
  return {
    template,
    port: report,
    metadata: Object.fromEntries(await readMeta(dir)),
    findings: causes === undefined || causes.findings.length === 0 ? await errorsOf(dir) : rootCauseText(causes),
    facts: causes?.findings.map((one) => one.facts) ?? [],
    files,
    playbooks: chosen,
    omittedPlaybooks: omitted,
    nonce,
  };
}

/** Where no selection names a cause. */
async function errorsOf(dir: string): Promise<string> {
  return (await readBundleFile(dir, 'logs/errors.txt', ERRORS_BYTES))?.text ?? '';
}
