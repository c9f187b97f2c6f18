import {connect, type Socket} from 'node:net';
import type {FastifyInstance} from 'fastify';
import {consoleApp, refuseOddUrl} from '../../src/console/http.ts';
import {until} from '../support/processes.ts';

let app: FastifyInstance;
let sockets: Socket[];
beforeEach(() => {
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
});

async function listen(limits = {headersMs: 200, requestMs: 400, connections: 5}): Promise<number> {
  app = consoleApp(limits);
  app.addHook('onRequest', refuseOddUrl);
  app.setErrorHandler((error: Error & {statusCode?: number}, _, reply) =>
    reply.code(error.statusCode ?? 500).send({error: error.message}),
  );
  app.get('/health', () => ({ok: true}));
  app.get('/bundles/:id/*', ({params}) => params);
  app.post('/write', ({body}) => ({got: body}));
  await app.listen({host: '127.0.0.1', port: 0});
  return (app.server.address() as {port: number}).port;
}

/** A connection that sends `text`, and what it got until it was closed. */
function raw(port: number, text: string): {socket: Socket; got: () => string; isClosed: () => boolean} {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let got = '';
  let closed = false;
  socket.on('data', (chunk) => {
    got += chunk;
  });
  socket
    .on('error', () => undefined)
    .on('close', () => {
      closed = true;
    });
  socket.write(text);
  return {socket, got: () => got, isClosed: () => closed};
}

const SLOW = {
  'a body that never comes': 'POST /write HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n',
  'half a body': 'POST /write HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
  'a chunked body without an end':
    'POST /write HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
  'headers without an end': 'GET /health HTTP/1.1\r\nHost: x\r\n',
} as const;

test.each(Object.entries(SLOW))('%s is cut', async (_, text) => {
  const port = await listen();
  const {isClosed, got} = raw(port, text);
  await until(() => 'the connection is open', isClosed, 10_000);
  expect(got()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
});

test('a body that comes drop by drop is cut at the limit for the request, however often it goes on', async () => {
  const port = await listen();
  const {socket, isClosed} = raw(port, SLOW['half a body']);
  const drip = setInterval(() => socket.writable && socket.write(' '), 50);
  try {
    await until(() => 'the connection is open', isClosed, 10_000);
  } finally {
    clearInterval(drip);
  }
});

test('connections beyond the limit are closed, and the others go on', async () => {
  const port = await listen({headersMs: 60_000, requestMs: 60_000, connections: 5});
  const five = Array.from({length: 5}, () => raw(port, 'GET /health HTTP/1.1\r\nHost: x\r\n'));
  await until(
    () => 'not all are open',
    () => app.server.connections === undefined || five.every(({socket}) => !socket.connecting),
    5000,
  );
  const sixth = raw(port, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => 'the sixth is open', sixth.isClosed, 5000);
  expect(sixth.got()).toBe('');
  five[0]?.socket.write('\r\n');
  await until(
    () => 'the first has no answer',
    () => five[0]?.got().includes('200 OK') === true,
    5000,
  );
});

test.each(['/bundles/a%00b/x', '/bundles/a/x%00', '/bundles/a/x?file=%00', '/not/there%00'])('%s is a 400', async (path) => {
  const port = await listen();
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({error: expect.stringMatching(/^An address must have no NUL \(%00\); got/)});
});

test.each([
  ['a path of 9000 characters', `/bundles/a/${'b'.repeat(9000)}`, {}, 414],
  ['an id of 600 characters', `/bundles/${'b'.repeat(600)}/x`, {}, 414],
  ['a broken escape', '/bundles/%zz/x', {}, 400],
  ['headers of 20 kB', '/health', {'x-long': 'a'.repeat(20_000)}, 431],
  ['%2500, which is %00 as text', '/bundles/a%2500b/x', {}, 200],
])('%s gets %i', async (_, path, headers, status) => {
  const port = await listen();
  expect((await fetch(`http://127.0.0.1:${port}${path}`, {headers})).status).toBe(status);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
});
