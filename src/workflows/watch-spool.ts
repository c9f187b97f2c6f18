import {spool} from './proxies.ts';

const WATCH_SECONDS = 3_300;

/** Delivers spooled reports of hooks that could not reach the server. The worker's schedule starts the next watch. */
export async function watchSpool(): Promise<number> {
  return spool.deliverSpool(`for ${WATCH_SECONDS / 60} minutes`, {seconds: WATCH_SECONDS});
}
