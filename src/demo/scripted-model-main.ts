import {startScriptedModel} from './scripted-model.ts';

/** `node src/demo/scripted-model-main.ts [PORT]` runs the scripted model as a separate process. Prints its URL on one line; ends by a signal. */
const [port = '0'] = process.argv.slice(2);
if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
  console.error(`PORT must be a number from 0 (any free port) to 65535; got ${JSON.stringify(port)}.`);
  process.exit(2);
}
const server = await startScriptedModel({port: Number(port)});
console.log(server.url);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
