import {readdir, readFile, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {Readable} from 'node:stream';
import {type RootCauses, rootCauseText} from '../case/evidence/root-causes/index.ts';
import type {PortFile} from '../case/prompt/playbooks.ts';
import {toolchainsOf} from '../case/prompt/toolchains.ts';
import {applicable} from '../case/recipes/index.ts';
import {plainText} from '../case/text/plain-text.ts';
import {openLog} from '../evidence/plain-log.ts';
import {rootCausesOf} from '../evidence/root-causes.ts';
import {UsageError} from './usage-error.ts';

const FILE_BYTES = 65_536;

/** `portwright evidence LOGFILE`: prints the root causes of any log, and with a port's directory the recipes that fit. */
export async function evidence(logfile: string, options: {portDir?: string; json?: boolean}): Promise<void> {
  const causes = await rootCausesOf(await openInput(logfile));
  if (causes.bytes === 0 && logfile !== '-' && (await stat(logfile)).size > 0)
    throw new UsageError(`evidence wants a log; ${logfile} is packed and has nothing that can be unpacked.`);
  const port = options.portDir === undefined ? undefined : await portIn(resolve(options.portDir), causes);
  if (options.json) return console.log(JSON.stringify({...causes, ...port}, null, 2));
  console.log(plainText(rootCauseText(causes)).trimEnd());
  if (causes.findings.length === 0) console.log('No line of it names a cause.');
  if (causes.signature !== '') console.log(`\nSignature: ${causes.signature}`);
  if (port === undefined) return;
  console.log(`Toolchains: ${port.toolchains.join(', ') || 'none known'}`);
  console.log(`Recipes: ${port.recipes.join(', ') || 'none fits'}`);
}

async function openInput(name: string): Promise<Readable> {
  if (name === '-') return process.stdin;
  return openLog(name).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? `there is no ${name}` : error.message.replace(/\.$/, '');
    throw new UsageError(`evidence wants the file of a log, or - for standard input; ${problem}.`);
  });
}

/** The port's directory stands for the composed port and, below `overlay/` or with a Makefile.DragonFly, for its overlay. */
async function portIn(dir: string, causes: RootCauses): Promise<{toolchains: string[]; recipes: string[]}> {
  const files = await filesBelow(dir);
  if (files.length === 0)
    throw new UsageError(`--port-dir wants the directory of a port, with its Makefile; ${dir} has no file.`);
  const port = {target: '@any', origin: originOf(dir)};
  const shown = files.some(({path}) => path.startsWith('overlay/'))
    ? files
    : files.flatMap(({path, text}) => [
        {path: `port/${path}`, text},
        {path: `overlay/${path}`, text},
      ]);
  return {
    toolchains: toolchainsOf(shown),
    recipes: applicable({port, causes, files: shown}).map(({recipe}) => recipe.name),
  };
}

function originOf(dir: string): string {
  const [name = 'port', category = 'local'] = dir
    .split('/')
    .filter((part) => part !== '')
    .reverse();
  return `${category}/${name}`.replace(/[^A-Za-z0-9._+/-]/g, '_');
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
