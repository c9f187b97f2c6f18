import {Command} from 'commander';
import {HandleWarnings} from '../test/support/handle-warnings.ts';

const program = new Command('bench').description('Measures the claims of the documents.').showHelpAfterError();

program
  .command('history')
  .description('history size of the longest allowed case: 4 attempts of 30 turns with 3 tool calls each')
  .option('--json', 'one line for scripts')
  .action(async ({json}: {json?: boolean}) => {
    const {measureHistory} = await import('./history.ts');
    show(await measureHistory(), json);
  });

program
  .command('durability')
  .description('cases whose worker is killed with SIGKILL at random times')
  .option('--cases <n>', 'number of cases', Number, 100)
  .option('--seed <n>', 'determines the times of the kills', Number, Math.floor(Math.random() * 4_294_967_296))
  .option('--json', 'one line for scripts; seed and progress go to stderr')
  .action(async ({cases, seed, json}: {cases: number; seed: number; json?: boolean}) => {
    const {measureDurability} = await import('./durability.ts');
    const run = await measureDurability({cases, seed, log: (line) => console.error(line)});
    for (const fault of run.faults) console.error(`fault: ${fault}`);
    const {lost, repeatedPaidCalls, orphans, dirtyTrees, recoveryMsP95} = run;
    const figures = {cases: run.cases, lost, repeatedPaidCalls, orphans, dirtyTrees, recoveryMsP95: Math.round(recoveryMsP95)};
    show(json ? figures : {...figures, kills: run.kills, hit: JSON.stringify(run.hit)}, json);
  });

program
  .command('triage')
  .description(
    'failures of the real hook that the policy leaves to an operator after their triage: rate, steps, memory and CPU; build first',
  )
  .option('--cases <n>', 'number of failures', Number, 200)
  .option('--delay <ms>', 'time of a model call, milliseconds', Number, 0)
  .option('--json', 'one line for scripts; progress goes to stderr')
  .action(async ({cases, delay, json}: {cases: number; delay: number; json?: boolean}) => {
    const {measureTriage} = await import('./triage.ts');
    const {samples, ...figures} = await measureTriage({cases, delayMs: delay, log: (line) => console.error(line)});
    show(json ? figures : printable(figures), json);
  });

program
  .command('turn')
  .description('a turn of an attempt, with a tool that answers at once, in 20 cases at the same time')
  .option('--cases <n>', 'number of cases', Number, 20)
  .option('--delay <ms>', 'time of a model call, milliseconds', Number, 0)
  .option('--json', 'one line for scripts')
  .action(async ({cases, delay, json}: {cases: number; delay: number; json?: boolean}) => {
    const {measureTurn} = await import('./turn.ts');
    const figures = await measureTurn(cases, delay);
    show(json ? figures : printable(figures), json);
  });

program
  .command('memory')
  .description('peak memory of worker and server with 500 open cases; build first')
  .option('--cases <n>', 'number of failures', Number, 500)
  .option('--json', 'one line for scripts; progress goes to stderr')
  .action(async ({cases, json}: {cases: number; json?: boolean}) => {
    const {measureTriage} = await import('./triage.ts');
    const run = await measureTriage({cases, delayMs: 0, log: (line) => console.error(line)});
    const {workerPeakMb, serverPeakMb, machine} = run;
    const last = run.samples.at(-1);
    const figures = {cases, workerPeakMb, serverPeakMb, workerMb: last?.workerMb, serverMb: last?.serverMb, machine};
    show(json ? figures : printable(figures), json);
  });

program
  .command('soak')
  .description('2,000 failures: whether the rate drops or the memory grows from one quarter of them to the next; build first')
  .option('--cases <n>', 'number of failures', Number, 2000)
  .option('--delay <ms>', 'time of a model call, milliseconds', Number, 0)
  .option('--json', 'one line for scripts; progress goes to stderr')
  .action(async ({cases, delay, json}: {cases: number; delay: number; json?: boolean}) => {
    const {courseOf, measureTriage} = await import('./triage.ts');
    const run = await measureTriage({cases, delayMs: delay, log: (line) => console.error(line)});
    const {perMinute, workerPeakMb, serverPeakMb, cpuMsPerCase, machine} = run;
    const figures = {
      cases,
      delayMs: delay,
      perMinute,
      workerPeakMb,
      serverPeakMb,
      cpuMsPerCase,
      quarters: courseOf(run),
      machine,
    };
    show(json ? figures : printable(figures), json);
  });

program
  .command('prompts')
  .description('one fixed session of 12 turns: bytes and tokens of each request, and the share that a prompt cache can hold')
  .option('--json', 'one line for scripts')
  .action(async ({json}: {json?: boolean}) => {
    const {measurePrompts, promptFigures} = await import('./prompts.ts');
    const turns = await measurePrompts();
    const line = ({bytes, shared, tokens}: (typeof turns)[number], at: number): string =>
      `turn ${String(at + 1).padStart(2)}  ${String(bytes).padStart(6)} bytes sent, ${String(shared).padStart(6)} shared with the turn before, ${String(tokens).padStart(5)} tokens`;
    const {tools, system, case: opening} = turns[0]?.parts ?? {tools: 0, system: 0, case: 0};
    const first = `turn 1: tools ${tools} bytes, system prompt ${system}, case ${opening}`;
    if (!json) console.log([...turns.map(line), first].join('\n'));
    show(promptFigures(turns), json);
  });

program
  .command('hook')
  .description('time until the failure hook returns, and peak memory of its processes')
  .option('--json', 'one line for scripts: logs of 5 and 100 MB')
  .action(async ({json}: {json?: boolean}) => {
    const {measureHook} = await import('./hook.ts');
    if (json) show(await measureHook(['5MB', '100MB']), json);
    else
      for (const [log, {wallMs, maxRssKb}] of Object.entries(await measureHook()))
        console.log(`${log.padEnd(25)} ${String(wallMs).padStart(5)} ms, ${maxRssKb} KB`);
  });

program
  .command('hostile')
  .description(
    'hostile paths, names and arguments, tool calls with them, and lies of a server about its usage: number of refusals, and effects of the others',
  )
  .option('--seed <n>', 'determines the inputs', Number, Math.floor(Math.random() * 2 ** 31))
  .option('--json', 'one line for scripts; seed and faults go to stderr')
  .action(async ({seed, json}: {seed: number; json?: boolean}) => {
    const {measureHostile} = await import('./hostile.ts');
    console.error(`seed ${seed}`);
    const {figures, kinds, faults} = await measureHostile(seed, (kind) => console.error(kind));
    for (const fault of faults) console.error(`fault: ${fault}`);
    if (json) return show({...figures, kinds}, json);
    show(Object.fromEntries(Object.entries({...kinds, all: figures}).map(([kind, one]) => [kind, JSON.stringify(one)])));
  });

program
  .command('tree')
  .description('an attempt’s steps in an overlay checkout of 39,000 generated files, without the composer’s own time')
  .option('--files <n>', 'number of files', Number, 39_000)
  .option('--json', 'one line for scripts')
  .action(async ({files, json}: {files: number; json?: boolean}) => {
    const {measureTree} = await import('./tree.ts');
    show(await measureTree(files), json);
  });

program
  .command('tree-memory')
  .description('similar changes for a prompt from a checkout of 5,000 generated overlays and 3,800 patches')
  .option('--overlays <n>', 'number of overlays', Number, 5000)
  .option('--json', 'one line for scripts')
  .action(async ({overlays, json}: {overlays: number; json?: boolean}) => {
    const {measureTreeMemory} = await import('./tree-memory.ts');
    show(await measureTreeMemory(overlays), json);
  });

program
  .command('dops')
  .description('overlays of overlay.dops: parse, plan and print; 5,000 generated ones, or those of a checkout')
  .option('--overlays <dir>', 'a checkout of DeltaPorts')
  .option('--json', 'one line for scripts')
  .action(async ({overlays, json}: {overlays?: string; json?: boolean}) => {
    const {checkoutOverlays, generatedOverlays, measureDops} = await import('./dops.ts');
    show(measureDops(overlays === undefined ? generatedOverlays(5000, 1) : checkoutOverlays(overlays)), json);
  });

program
  .command('dev-env')
  .description('overhead of a command in the Linux dev-env, and of the effect of a diff')
  .option('--json', 'one line for scripts')
  .action(async ({json}: {json?: boolean}) => {
    const {measureDevEnv} = await import('./dev-env.ts');
    show(await measureDevEnv(), json);
  });

program
  .command('console')
  .description(
    "the console with 10,000 seeded cases: time to each page's first byte, and until the overview is interactive; build first",
  )
  .option('--cases <n>', 'number of cases', Number, 10_000)
  .option('--json', 'one line for scripts; progress goes to stderr')
  .action(async ({cases: wanted, json}: {cases: number; json?: boolean}) => {
    const {measureConsole} = await import('./console.ts');
    const {pages, rebuildMs, peakRssMb, ...figures} = await measureConsole(wanted, (line) => console.error(line));
    if (json) return show(figures, json);
    for (const {name, p50, p95, kb, path} of pages)
      console.log(
        `${name.padEnd(20)} p50 ${String(p50).padStart(5)} ms, p95 ${String(p95).padStart(5)} ms, up to ${String(kb).padStart(5)} KB; the slowest: ${path}`,
      );
    show({...figures, rebuildMs, peakRssMb});
  });

/** Returns figures whose parts are printed as JSON. */
function printable(figures: object): object {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

/** Prints one line of JSON, or one line per figure. */
function show(figures: object, json = false): void {
  if (json) console.log(JSON.stringify(figures));
  else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(20)} ${value}`);
}

const warnings = new HandleWarnings(process.env);
await program.parseAsync();
const left = warnings.take();
for (const line of left) console.error(`left open: ${line}`);
if (left.length > 0) process.exitCode = 1;
