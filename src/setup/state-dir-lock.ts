import {createHash} from 'node:crypto';
import {realpath, rm} from 'node:fs/promises';
import {connect, createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/**
 * Locks a state directory, which must exist, for this process, by listening on its socket. Returns the function that unlocks it; the
 * lock also ends with the process, however it dies. Throws if another Portwright has it.
 */
export async function lockStateDir(stateDir: string): Promise<() => Promise<void>> {
  const path = socketFor(await realpath(stateDir));
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (await answers(path)) {
      throw new Error(
        `Portwright already runs with the state directory ${stateDir}. Stop that one, or set PORTWRIGHT_STATE_DIR to another directory.`,
      );
    }
    await rm(path, {force: true});
    return listen(path);
  });
  server.unref();
  return () => new Promise((done) => server.close(() => done()));
}

/** Returns the socket's path: on Linux one without a file, which leaves nothing behind; elsewhere a file, taken over if nobody answers. */
function socketFor(stateDir: string): string {
  const name = `portwright-${createHash('sha256').update(stateDir).digest('hex').slice(0, 32)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(path: string): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.end());
    server.once('error', fail);
    server.listen(path, () => done(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
