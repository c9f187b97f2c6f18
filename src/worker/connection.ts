import {loadClientConnectConfig} from '@temporalio/envconfig';
import type {NativeConnectionOptions} from '@temporalio/worker';

export interface ClusterOptions {
  readonly connectionOptions: NativeConnectionOptions;
  readonly namespace: string;
}

/**
 * Where Temporal is, by the standard environment configuration (`TEMPORAL_*`, `temporal.toml`); undefined if neither names
 * an address, which means the embedded server.
 */
export function connectionOptions(env: NodeJS.ProcessEnv): ClusterOptions | undefined {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const {connectionOptions: options, namespace} = loadClientConnectConfig({overrideEnvVars});
  if (!options.address) return undefined;
  return {connectionOptions: options, namespace: namespace ?? 'default'};
}
