import type {Connection} from '@temporalio/client';
import {SEARCH_ATTRIBUTES} from '../protocol/search-attributes.ts';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;

export const SEARCH_ATTRIBUTE_NAMES: readonly string[] = SEARCH_ATTRIBUTES.map((key) => key.name);

/**
 * Registers the search attributes of cases that a namespace lacks. Where that is not permitted, it throws an Error with
 * the commands that somebody who may has to run.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const {customAttributes} = await connection.operatorService.listSearchAttributes({namespace});
  const missing = SEARCH_ATTRIBUTE_NAMES.filter((name) => !(name in (customAttributes ?? {})));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
    });
  } catch (error) {
    const commands = missing.map(
      (name) => `    temporal operator search-attribute create --namespace ${namespace} --name ${name} --type Keyword`,
    );
    throw new Error(
      `The namespace ${namespace} lacks search attributes, and this connection may not add them (${(error as Error).message}). Run:\n\n${commands.join('\n')}\n`,
    );
  }
}
