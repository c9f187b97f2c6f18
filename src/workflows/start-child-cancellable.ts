import {CancellationScope} from '@temporalio/workflow';

/**
 * Runs `start`, a `startChild`, so that every cancel of the current scope reaches the child.
 *
 * The server refuses to cancel a child that it has been asked for and has not started yet, and the SDK does not ask again: the
 * parent would wait for all of the child's work. Here such a cancel waits for the start.
 */
export async function startChildCancellable<T>(start: () => Promise<T>): Promise<T> {
  const outer = CancellationScope.current();
  if (outer.consideredCancelled) await outer.cancelRequested;
  return CancellationScope.nonCancellable(async () => {
    const own = new CancellationScope();
    const child = await own.run(start);
    outer.cancelRequested.catch(() => own.cancel());
    return child;
  });
}
