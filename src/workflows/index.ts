export {devEnvPool} from './dev-env-pool.ts';
export {patchAttempt} from './patch-attempt.ts';
export {portCase} from './port-case.ts';
export {watchSpool} from './watch-spool.ts';
