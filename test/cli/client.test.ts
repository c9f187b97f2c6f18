import {type AddressInfo, createServer, type Server, type Socket} from 'node:net';
import {TemporalUnreachable, withClient} from '../../src/cli/client.ts';

let server: Server;
let before: string | undefined;
const sockets: Socket[] = [];

/** A server that accepts connections, and never answers. */
beforeEach(async () => {
  server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  before = process.env.TEMPORAL_ADDRESS;
});
afterEach(async () => {
  if (before === undefined) delete process.env.TEMPORAL_ADDRESS;
  else process.env.TEMPORAL_ADDRESS = before;
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((done) => server.close(done));
});

async function connectTo(address: string): Promise<{error: unknown; ms: number}> {
  process.env.TEMPORAL_ADDRESS = address;
  const start = Date.now();
  const error = await withClient('Start it.', async () => undefined).catch((thrown: unknown) => thrown);
  return {error, ms: Date.now() - start};
}

test('a server that accepts connections and does not answer is reported within 5 s', async () => {
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const {error, ms} = await connectTo(address);
  expect(error).toBeInstanceOf(TemporalUnreachable);
  expect((error as Error).message).toMatch(new RegExp(`^Temporal at ${address} cannot be reached \\(.+\\)\\. Start it\\.$`));
  expect(ms).toBeLessThan(5000);
});

test('an address at which nothing listens is reported at once', async () => {
  const {error, ms} = await connectTo('127.0.0.1:1');
  expect((error as Error).message).toContain('nothing listens there, ECONNREFUSED');
  expect(ms).toBeLessThan(1000);
});
