import type {TriageRule} from './verdict.ts';

/** What stopped the build from outside the port, and what an operator does about it, by the fact `stop` of a finding. */
const STOPS: Readonly<Record<string, readonly [rootCause: string, fix: string]>> = {
  disk: ['A disk of the build host is full.', 'free space, or give the build a larger one, and build again'],
  distfiles: ["The build cannot use the distfiles' directory.", 'correct its mount and its permissions, and build again'],
  memory: ['The build ran out of memory.', 'give it more memory or swap, or let fewer jobs run at once, and build again'],
  processes: [
    'The build host has no room for another process.',
    'raise the limit, or let fewer jobs run at once, and build again',
  ],
  killed: [
    'A program of the build was killed, usually for want of memory.',
    'give it more memory, or let fewer jobs run at once',
  ],
  busy: ['A program was run while it was still open for writing.', 'build again; if it recurs, with one job'],
  compiler: ['The compiler or linker crashed.', 'build again; if it recurs, use another version of it or fewer optimizations'],
  watchdog: ['The build was stopped since it printed nothing for too long.', 'check the load of the host, and what hangs'],
};

/** Failures of the host or of a tool go to the operator: nothing in the port can repair them. A test may run out of memory by itself. */
export const aborted: TriageRule = {
  name: 'aborted',
  evaluate({phase, causes: [best]}) {
    const [rootCause, todo] = STOPS[best.facts.stop ?? ''] ?? [];
    if (rootCause === undefined || phase === 'test') return undefined;
    return {
      classification: 'runtime-error',
      confidence: 'high',
      platform: 'generic',
      rootCause,
      fix: `None in the overlay: ${todo}.`,
    };
  },
};

/** Stops after which every other program fails too, so that later causes do not compete. */
const OF_THE_HOST = /^(?:disk|distfiles|memory|processes|watchdog)$/;

export function isHostStop(stop: string | undefined): boolean {
  return stop !== undefined && OF_THE_HOST.test(stop);
}
