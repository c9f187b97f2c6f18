import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {basename, join, resolve} from 'node:path';
import {loadPolicy, policyPath} from '../activities/policy.ts';
import {priceOf} from '../case/budget/money.ts';
import {plainText} from '../case/text/plain-text.ts';
import {DEMO_TARGET} from '../demo/envs.ts';
import {compareReports} from '../eval/compare.ts';
import {writeCorpusTrees} from '../eval/corpus-trees.ts';
import {type Corpus, copyCase, evalPolicy, findCorpus, missingClasses, readCorpus} from '../eval/prepare.ts';
import {buildReport, type EvalReport, parseReport} from '../eval/report.ts';
import {reportHtml} from '../eval/report-html.ts';
import {reportText} from '../eval/report-text.ts';
import {EvalDir, type EvalSettings} from '../eval/run-dir.ts';
import {SCRIPTED_CASES} from '../eval/scripted-answers.ts';
import {type ModelSettings, modelSettings} from '../llm/settings.ts';
import {stateDir} from '../setup/paths.ts';
import {privateDir} from '../setup/private-dir.ts';
import {runEvaluation} from './eval-runtime.ts';
import {UsageError} from './usage-error.ts';

export interface EvalOptions {
  readonly model?: string;
  readonly repair?: boolean;
  readonly modelOnly?: boolean;
  readonly parallel?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
  readonly name?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly against?: string;
  readonly detach?: boolean;
}

/** `--model` value for the corpus' own answers, instead of a model's. */
const SCRIPTED = 'scripted';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/;

/**
 * `portwright eval [CORPUS]`: runs an evaluation to its end, or continues the one that `name` names, and prints the report. With `json`
 * standard output has the report only.
 */
export async function evaluate(named: string | undefined, options: EvalOptions): Promise<void> {
  const against =
    options.against === undefined ? undefined : parseReport(await readFile(options.against, 'utf8'), options.against);
  const print = (line: string): void => (options.json ? console.error(line) : console.log(line));
  useOwnServer();
  const name = options.name ?? newName(named);
  if (!NAME.test(name)) throw new UsageError(`--name has 1 to 41 letters, digits and ._-; got ${JSON.stringify(name)}.`);
  const dir = new EvalDir(join(stateDir(process.env), 'eval', name));
  const stored = await dir.settings();
  if (stored === undefined && named === undefined)
    throw new UsageError(`There is no evaluation ${name}. Give the corpus to begin it: portwright eval CORPUS --name ${name}.`);
  if (stored !== undefined)
    print(`Evaluation ${name} is there already: it continues with its settings of ${stored.startedUtc.slice(0, 16)}Z.`);
  const settings = stored ?? (await begin(dir, name, named ?? '', options));
  if (options.detach) return detach(dir, name, print);
  const progress = await runEvaluation(dir, settings, print);
  await show(buildReport(settings, progress, await dir.rows(settings)), against, options, print);
}

/** Makes the evaluation use its own server: no case, pool or ledger of the operator's cluster is touched. */
function useOwnServer(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
}

function newName(named: string | undefined): string {
  if (named === undefined) throw new UsageError('Give a corpus, or the --name of an evaluation to continue.');
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${basename(resolve(named)).slice(0, 24)}-${stamp}`;
}

/** Writes everything that the evaluation needs; run.json last, so that one that was killed before starts again. */
async function begin(dir: EvalDir, name: string, named: string, options: EvalOptions): Promise<EvalSettings> {
  const corpus = await readCorpus(await findCorpus(named));
  const policy = await loadPolicy(policyPath(process.env));
  const missing = missingClasses(corpus, policy);
  if (missing.length > 0)
    throw new Error(`The policy lacks classes of the corpus: ${missing.join(', ')}. Add them to its classification_to_tier.`);
  const model = await chooseModel(corpus, options);
  const priced = options.maxCost === undefined || priceOf(policy.prices, model.model) !== undefined;
  if (!priced) throw new UsageError(`--max-cost needs the policy's prices.${model.model}. Add it, or give --max-tokens.`);
  await privateDir(stateDir(process.env), (line) => console.error(line));
  await mkdir(dir.path, {recursive: true});
  const {repair = false, modelOnly = false} = options;
  await writeFile(join(dir.path, 'policy.json'), `${JSON.stringify(evalPolicy(policy, repair, modelOnly), null, 2)}\n`);
  const cases: EvalSettings['cases'][number][] = [];
  for (const [at, one] of corpus.cases.entries()) {
    const target = repair ? targetOf(corpus, one.known.target) : `@eval-${at + 1}`;
    cases.push({name: one.known.name, report: await copyCase(dir, one, target)});
  }
  if (repair) refuseDuplicatePorts(cases);
  const envs = envsOf(corpus);
  if (repair && envs === 'corpus') await writeCorpusTrees(corpus, dir.trees);
  const {parallel = 2, maxTokens = null, maxCost = null} = options;
  const startedUtc = new Date().toISOString();
  const settings = {
    version: 1,
    name,
    corpus: named,
    repair,
    modelOnly,
    parallel,
    maxTokens,
    maxCost,
    ...model,
    envs,
    startedUtc,
    cases,
  } as const;
  await dir.writeSettings(settings);
  return settings;
}

function envsOf({facts: {kind}}: Corpus): NonNullable<EvalSettings['envs']> {
  if (kind === 'ports') return 'corpus';
  return kind === 'demo' ? 'demo' : 'settings';
}

function targetOf({facts}: Corpus, target: string | undefined): string {
  if (facts.kind !== undefined) return DEMO_TARGET;
  if (target === undefined)
    throw new UsageError('--repair needs the target of each case, as "target": "@2026Q2" in its case.json.');
  return target;
}

/** Refuses two cases of one port: a dev-env identifies its attempt by the port. */
function refuseDuplicatePorts(cases: EvalSettings['cases']): void {
  const ports = cases.map(({report: {target, origin, flavor}}) => `${origin}@${flavor ?? ''} of ${target}`);
  const twin = ports.findIndex((port, at) => ports.indexOf(port) !== at);
  if (twin >= 0)
    throw new UsageError(`--repair takes a port once; ${cases[twin]?.name} is ${ports[twin]} again. Split the corpus.`);
}

async function chooseModel(
  {facts, cases}: Corpus,
  {model}: EvalOptions,
): Promise<Pick<EvalSettings, 'model' | 'answers' | 'scripted'>> {
  const answered = facts.kind === 'demo' || cases.every(({known}) => known.scriptedAnswer !== undefined);
  const env = {...process.env, DP_HARNESS_TRIAGE_MODEL: model ?? process.env.DP_HARNESS_TRIAGE_MODEL};
  if (model === SCRIPTED || (model === undefined && !process.env.DP_HARNESS_TRIAGE_MODEL && answered)) {
    const demo = facts.kind === 'demo';
    return {model: demo ? 'scripted-demo' : SCRIPTED_CASES, answers: demo ? 'demo' : 'cases', scripted: true};
  }
  const settings = modelSettings('triage', env);
  if ('missing' in settings) throw new UsageError(settings.missing);
  return {model: settings.model, answers: 'server', scripted: await isScripted(settings)};
}

/** Whether a model is scripted, by its name or by its server's header; by the name alone if the server does not answer. */
async function isScripted({model, baseUrl}: ModelSettings): Promise<boolean> {
  if (model.startsWith('scripted')) return true;
  if (baseUrl === undefined) return false;
  const answer = await fetch(`${baseUrl}/models`, {signal: AbortSignal.timeout(3000)}).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.headers.has('x-portwright-scripted') ?? false;
}

/** Starts the same command as a detached process, which ends with the evaluation. */
function detach(dir: EvalDir, name: string, print: (line: string) => void): void {
  const log = join(dir.path, 'eval.log');
  const out = openSync(log, 'a', 0o600);
  const program = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, program, 'eval', '--name', name], {
    detached: true,
    stdio: ['ignore', out, out],
  });
  child.unref();
  closeSync(out);
  print(`Evaluation ${name} continues in the background, pid ${child.pid}; its output is in ${log}.`);
  print(`\`portwright eval --name ${name}\` waits for it and reports.`);
}

async function show(
  report: EvalReport,
  old: EvalReport | undefined,
  options: EvalOptions,
  print: (line: string) => void,
): Promise<void> {
  const against = old && compareReports(old, report);
  const json = `${JSON.stringify(against === undefined ? report : {...report, against}, null, 2)}\n`;
  const text = `${plainText(reportText(report, against))}\n`;
  const html = reportHtml(report, against);
  if (options.html !== undefined) await writeFile(options.html, html);
  if (options.out !== undefined) {
    await mkdir(options.out, {recursive: true});
    const files = {'report.json': json, 'report.txt': text, 'report.html': html};
    for (const [file, content] of Object.entries(files)) await writeFile(join(options.out, file), content);
    print(`Written: report.json, report.txt and report.html in ${options.out}.`);
  }
  if (options.json) process.stdout.write(json);
  else print(`\n${text}`);
}
