import {spawn} from 'node:child_process';
import {parseArgs} from 'node:util';
import {ownDevEnv} from '../devenv/command.ts';
import {fetchDistfiles} from '../devenv/fetch.ts';
import {UsageError} from './usage-error.ts';

/** `portwright dev-env …`: runs `fetch` itself, since there is no network inside, and all else by the sh program, whose exit code it returns. */
export function devEnv(args: readonly string[]): Promise<number> {
  if (args[0] === 'fetch') return fetch(args.slice(1));
  return new Promise((done, fail) => {
    const child = spawn(ownDevEnv(), ['dev-env', ...args], {stdio: 'inherit'});
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 130));
  });
}

/** Runs `fetch NAME ORIGIN [--site URL]...`: prints a line for each file. Returns exit code 1 if one could not be fetched. */
async function fetch(args: readonly string[]): Promise<number> {
  const {positionals, values} = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {site: {type: 'string', multiple: true}},
  });
  const [name, origin, ...more] = positionals;
  if (name === undefined || origin === undefined || more.length > 0)
    throw new UsageError(`fetch needs: NAME ORIGIN [--site URL]...; got ${args.join(' ') || 'nothing'}.`);
  const results = await fetchDistfiles(name, origin, {sites: values.site ?? []});
  for (const {name: file, how, detail} of results) console.log(`${file}  ${how}: ${detail}`);
  if (results.length === 0) console.log(`${origin} has no distfiles.`);
  return results.some(({how}) => how === 'failed') ? 1 : 0;
}
