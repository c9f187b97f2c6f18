import {summarizedActivities} from './activity-proxy.ts';

const WATCH_SECONDS = 3_300;

const spool = summarizedActivities<{deliverSpool(input: {seconds: number}): Promise<number>}>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '5s',
  retry: {initialInterval: '1s', maximumInterval: '30s'},
});

/** Delivers spooled reports of hooks that had no way to the server. The worker's schedule sees to it that one always runs. */
export async function watchSpool(): Promise<number> {
  return spool.deliverSpool(`for ${WATCH_SECONDS / 60} minutes`, {seconds: WATCH_SECONDS});
}
