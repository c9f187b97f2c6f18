import {Agent, get} from 'node:http';

/** Response time of a page. */
export interface PageTime {
  readonly path: string;
  /** From the request until the first byte of the response. */
  readonly ms: number;
  readonly bytes: number;
}

/** Requests a page over a persistent connection, as a browser does. Throws unless the status is 200. */
export async function timePage(base: string, path: string): Promise<PageTime> {
  const sent = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, base), {agent: AGENT, headers: {accept: 'text/html'}}, (answer) => {
      const ms = performance.now() - sent;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({path, ms, bytes});
        else reject(new Error(`Each page must have status 200; got ${answer.statusCode} for ${path}.`));
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
