import {program} from './program.ts';
import {styled} from './terminal.ts';
import {UsageError} from './usage-error.ts';

// The reader may close the pipe early: `portwright log net/foo --full | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** Exits once all output is flushed. */
function exitFlushed(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

program.parseAsync().then(
  () => exitFlushed(Number(process.exitCode ?? 0)),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(process.env.PORTWRIGHT_DEBUG ? error : `${styled('red', 'portwright:', process.stderr)} ${message}`);
    exitFlushed(error instanceof UsageError ? 2 : 1);
  },
);
