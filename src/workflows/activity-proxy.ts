import {type ActivityOptions, proxyActivities} from '@temporalio/workflow';

/** Activities `A`, each called with a summary for the Web UI's timeline before its own arguments: `control.readPolicy('policy', bundle)`. */
export type Summarized<A> = {
  readonly [Name in keyof A]: A[Name] extends (...args: infer Args) => infer Result
    ? (summary: string, ...args: Args) => Result
    : never;
};

/** Returns a proxy for activities `A` under `options` whose calls name their summary first. */
export function summarizedActivities<A extends object>(options: ActivityOptions): Summarized<A> {
  const activities = proxyActivities<Record<string, (...args: unknown[]) => Promise<unknown>>>(options);
  return new Proxy({} as Summarized<A>, {
    get:
      (_, type) =>
      (summary: string, ...args: unknown[]) =>
        activities[type as string]?.executeWithOptions({summary}, args),
  });
}
