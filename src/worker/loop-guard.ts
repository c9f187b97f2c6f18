/**
 * Replaces the SDK's guard against endless loops in workflow code, which starts a thread for each call into a workflow, by one that watches a counter;
 * and its promise hooks, which take a stack trace for each promise. Loaded with `--import` before the worker's program, in each of its threads,
 * if PORTWRIGHT_LOOP_GUARD is set: the seconds after which the worker ends itself because a call does not return. Its supervisor starts the next.
 */
import v8 from 'node:v8';
import vm from 'node:vm';
import {getEnvironmentData, isMainThread, setEnvironmentData} from 'node:worker_threads';

/** Name of the shared counter: odd while a thread is in workflow code. */
const COUNTER = 'portwright-workflow-calls';
/** Checks that must see the same call: one long pause of this thread is not a loop of the other. */
const CHECKS = 4;
const EXIT_CODE = 70;

/** Returns the seconds in the setting. Throws an Error that names it if it is no number from 1 to 60. */
function secondsIn(setting: string | undefined): number {
  const seconds = Number(setting);
  if (seconds >= 1 && seconds <= 60) return seconds;
  throw new Error(
    `PORTWRIGHT_LOOP_GUARD must be a number of seconds from 1 to 60; got ${JSON.stringify(setting)}. Correct it, or unset it for the SDK's own guard.`,
  );
}

/** Ends this process when the counter stays at the same odd number. */
function watch(seconds: number): void {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  setEnvironmentData(COUNTER, counter);
  let seen = 0;
  let same = 0;
  setInterval(
    () => {
      const now = Atomics.load(counter, 0);
      same = now === seen && now % 2 !== 0 ? same + 1 : 0;
      seen = now;
      if (same < CHECKS) return;
      console.error(
        `Workflow code did not return for ${seconds} s; the worker ends. \`temporal workflow list\` has the workflow task that fails.`,
      );
      process.exit(EXIT_CODE);
    },
    (seconds * 1000) / CHECKS,
  ).unref();
}

/** Counts the calls that the SDK would guard, and takes their guard away. */
function count(counter: Int32Array): void {
  const {runInContext} = vm.Script.prototype;
  vm.Script.prototype.runInContext = function (context, options): unknown {
    if (typeof options !== 'object' || options.timeout === undefined) return runInContext.call(this, context, options);
    const {timeout, ...unguarded} = options;
    Atomics.add(counter, 0, 1);
    try {
      return runInContext.call(this, context, unguarded);
    } finally {
      Atomics.add(counter, 0, 1);
    }
  };
  v8.promiseHooks.createHook = () => () => undefined;
}

if (isMainThread) watch(secondsIn(process.env.PORTWRIGHT_LOOP_GUARD));
else count(getEnvironmentData(COUNTER) as unknown as Int32Array);
