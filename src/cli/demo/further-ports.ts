import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import type {DemoPort} from '../../demo/ports.ts';
import {portFrom, portMenu} from './choose-ports.ts';

/**
 * Reads names and numbers of ports from `input`, a line each, and lets one after the other fail by `run`; prints the list before, and for
 * what is no port. An error of `run` is printed and ends nothing. Returns the function that stops reading.
 */
export function offerPorts(input: Readable, print: (line: string) => void, run: (port: DemoPort) => Promise<void>): () => void {
  const lines = createInterface({input});
  let last = Promise.resolve();
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    const port = portFrom(line);
    if (port === undefined) return print(`${JSON.stringify(line.trim())} is no port of the list.\n${portMenu()}`);
    last = last.then(() =>
      run(port).then(
        () => print(`\n${portMenu()}`),
        (error: Error) => print(`${port.origin}: ${error.message}`),
      ),
    );
  });
  print(portMenu());
  return () => lines.close();
}
