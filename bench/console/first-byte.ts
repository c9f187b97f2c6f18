import {Agent, get} from 'node:http';

/** How long a page took. */
export interface PageTime {
  readonly path: string;
  /** From the request until the first byte of the answer. */
  readonly ms: number;
  readonly bytes: number;
}

/** Asks for a page as a browser does, over one connection that stays open. Throws unless it is answered with 200. */
export async function firstByte(base: string, path: string): Promise<PageTime> {
  const asked = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, base), {agent: AGENT, headers: {accept: 'text/html'}}, (answer) => {
      const ms = performance.now() - asked;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({path, ms, bytes});
        else reject(new Error(`Each page must be answered with 200; got ${answer.statusCode} for ${path}.`));
      });
    });
    request.on('error', reject);
  });
}

const AGENT = new Agent({keepAlive: true, maxSockets: 1});

/** Closes the connection. */
export function closeConnection(): void {
  AGENT.destroy();
}
