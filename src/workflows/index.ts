export {buildRun} from './build-run.ts';
export {devEnvPool} from './dev-env-pool.ts';
export {holdPort} from './hold.ts';
export {patchAttempt} from './patch-attempt.ts';
export {portCase} from './port-case.ts';
export {proveAgain} from './prove-again.ts';
export {spendLedger} from './spend-ledger.ts';
export {watchSpool} from './watch-spool.ts';
