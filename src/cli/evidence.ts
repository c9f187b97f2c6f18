import {readdir, readFile, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {Readable} from 'node:stream';
import {type RootCauses, rootCauseText} from '../case/evidence/root-causes/index.ts';
import type {PortFile} from '../case/prompt/playbooks.ts';
import {toolchainsOf} from '../case/prompt/toolchains.ts';
import {applicable} from '../case/recipes/index.ts';
import {plainLine, plainText} from '../case/text/plain-text.ts';
import {triageByRule} from '../case/triage/rule-triage.ts';
import type {Confidence} from '../case/types.ts';
import {openLog} from '../evidence/plain-log.ts';
import {rootCausesOf} from '../evidence/root-causes.ts';
import {reasonOf, unpacked} from '../evidence/unpack.ts';
import {UsageError} from './usage-error.ts';

const FILE_BYTES = 65_536;

/** What is known about one log. `file` is the name that was given; `text` is what a prompt shows, `rule` what triage by rules decides. */
interface Evidence extends RootCauses {
  readonly file: string;
  readonly text: string;
  readonly rule: {readonly name: string; readonly classification: string; readonly confidence: Confidence} | null;
  readonly toolchains?: readonly string[];
  readonly recipes?: readonly string[];
}

/**
 * `portwright evidence LOGFILE...`: prints the root causes of any logs, and with a port's directory the recipes that fit. With `json` an object
 * a line for each file. Throws a `UsageError` that names the files which cannot be read, after the others are printed.
 */
export async function evidence(logfiles: readonly string[], options: {portDir?: string; json?: boolean}): Promise<void> {
  const dir = options.portDir === undefined ? undefined : resolve(options.portDir);
  const files = dir === undefined ? undefined : await filesOfPort(dir);
  const problems: string[] = [];
  for (const file of logfiles) {
    try {
      const found = evidenceOf(file, await causesOf(file), files && {origin: originOf(dir ?? ''), files});
      console.log(options.json ? JSON.stringify(found) : report(found, logfiles.length > 1));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

async function causesOf(logfile: string): Promise<RootCauses> {
  const causes = await rootCausesOf(await openInput(logfile)).catch((error) => {
    throw new UsageError(`evidence wants a log; ${logfile} cannot be read: ${reasonOf(error)}.`);
  });
  if (causes.bytes === 0 && causes.note !== undefined)
    throw new UsageError(`evidence wants a log; ${logfile} is packed and has nothing that can be unpacked.`);
  return causes;
}

function evidenceOf(file: string, causes: RootCauses, port: {origin: string; files: readonly PortFile[]} | undefined): Evidence {
  const found = triageByRule(causes, port?.files ?? []);
  return {
    ...causes,
    file,
    text: rootCauseText(causes),
    rule: found === undefined ? null : {name: found.rule, classification: found.classification, confidence: found.confidence},
    ...(port && {
      toolchains: toolchainsOf(port.files),
      recipes: applicable({port: {target: '@any', origin: port.origin}, causes, files: port.files}).map(
        ({recipe}) => recipe.name,
      ),
    }),
  };
}

function report({file, text, findings, signature, rule, toolchains, recipes}: Evidence, isNamed: boolean): string {
  const lines = [
    ...(isNamed ? [`== ${plainLine(file)} ==`] : []),
    plainText(text).trimEnd(),
    ...(findings.length === 0 ? ['No line of it names a cause.'] : []),
    ...(signature === '' ? [] : ['', `Signature: ${signature}`]),
    ...(rule === null ? [] : [`Rule: ${rule.name} decides ${rule.classification} (${rule.confidence})`]),
    ...(toolchains === undefined ? [] : [`Toolchains: ${toolchains.join(', ') || 'none known'}`]),
    ...(recipes === undefined ? [] : [`Recipes: ${recipes.join(', ') || 'none fits'}`]),
    ...(isNamed ? [''] : []),
  ];
  return lines.join('\n');
}

async function openInput(name: string): Promise<Readable> {
  if (name === '-') return unpacked(process.stdin);
  return openLog(name).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`evidence wants the file of a log, or - for standard input; ${problemOf(name, error)}.`);
  });
}

function problemOf(name: string, {code, message}: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `there is no ${name}`;
  if (code === 'EACCES') return `${name} must not be read: permission denied`;
  const problem = message.replace(/\.$/, '');
  return /is a FIFO/.test(problem) ? `${problem}: read it as \`portwright evidence - <${name}\`` : problem;
}

function originOf(dir: string): string {
  const [name = 'port', category = 'local'] = dir
    .split('/')
    .filter((part) => part !== '')
    .reverse();
  return `${category}/${name}`.replace(/[^A-Za-z0-9._+/-]/g, '_');
}

/** Returns the files of a port's directory. It stands for the composed port and, unless it has `overlay/`, for the overlay too. */
async function filesOfPort(dir: string): Promise<PortFile[]> {
  const files = await filesBelow(dir);
  if (files.length === 0)
    throw new UsageError(`--port-dir wants the directory of a port, with its Makefile; ${dir} has no file.`);
  if (files.some(({path}) => path.startsWith('overlay/'))) return files;
  return files.flatMap(({path, text}) => [
    {path: `port/${path}`, text},
    {path: `overlay/${path}`, text},
  ]);
}

async function filesBelow(dir: string): Promise<PortFile[]> {
  const names = await readdir(dir, {recursive: true}).catch(() => {
    throw new UsageError(`--port-dir wants the directory of a port; ${dir} cannot be read.`);
  });
  const files: PortFile[] = [];
  for (const path of names.sort().slice(0, 500)) {
    const found = await stat(join(dir, path)).catch(() => undefined);
    if (found?.isFile() && found.size <= FILE_BYTES) files.push({path, text: await readFile(join(dir, path), 'utf8')});
  }
  return files;
}
