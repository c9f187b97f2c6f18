import {type AddressInfo, createServer, type Socket, connect as tcpConnect} from 'node:net';

/** A TCP link to a local port that a test can cut, or leave half-open, at any moment. */
export interface Link {
  readonly port: number;
  /** Resets every connection on both sides. */
  cut(): void;
  /** From now on the connections of this moment pass nothing on, not even their end. New ones work. */
  halfOpen(): void;
  end(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** Opens a link to a port of this machine. */
export async function openLink(to: number): Promise<Link> {
  let pairs: Pair[] = [];
  let stuck: Pair[] = [];
  const listener = createServer((client) => {
    const pair = {client, server: tcpConnect(to, '127.0.0.1')};
    pairs.push(pair);
    forward(pair.client, pair.server);
    forward(pair.server, pair.client);
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const destroy = (which: readonly Pair[]) => {
    for (const {client, server} of which) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    cut() {
      destroy(pairs);
      pairs = [];
    },
    halfOpen() {
      for (const {client, server} of pairs) {
        for (const socket of [client, server]) socket.unpipe().removeAllListeners('close').pause();
      }
      stuck = [...stuck, ...pairs];
      pairs = [];
    },
    async end() {
      destroy([...pairs, ...stuck]);
      await new Promise((done) => listener.close(done));
    },
  };
}

function forward(from: Socket, to: Socket): void {
  from.on('error', () => undefined);
  from.on('close', () => to.destroy());
  from.pipe(to);
}
