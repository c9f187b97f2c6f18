import {DEMO_PORTS, type DemoPort} from '../../demo/ports.ts';
import {UsageError} from '../usage-error.ts';

/** Returns the ports that the options name; the first of the demo's without any. Throws a `UsageError` for another port. */
export function choosePorts({port, all}: {readonly port?: readonly string[]; readonly all?: boolean}): readonly DemoPort[] {
  if (all && port !== undefined) throw new UsageError('--all takes all failing ports, --port some of them. Give one of the two.');
  if (all) return DEMO_PORTS;
  if (port === undefined) return DEMO_PORTS.slice(0, 1);
  const unknown = port.find((origin) => !DEMO_PORTS.some((one) => one.origin === origin));
  if (unknown !== undefined) {
    throw new UsageError(
      `--port takes failing ports of the demo; got ${JSON.stringify(unknown)}. They are: ${DEMO_PORTS.map((one) => one.origin).join(', ')}.`,
    );
  }
  return DEMO_PORTS.filter(({origin}) => port.includes(origin));
}

/** Returns the list from which another port is chosen, a line each with its number. */
export function portMenu(): string {
  const lines = DEMO_PORTS.map(({origin, what}, at) => `  ${String(at + 1).padStart(2)}  ${origin.padEnd(18)}  ${what}`);
  return ['Let another port fail: type its number or name, and Enter.', ...lines].join('\n');
}

/** Returns the port of a number of the list, or of an origin or its name; undefined if there is none. */
export function portFrom(text: string): DemoPort | undefined {
  const wanted = text.trim();
  if (/^\d+$/.test(wanted)) return DEMO_PORTS[Number(wanted) - 1];
  return DEMO_PORTS.find(({origin}) => origin === wanted || origin.endsWith(`/${wanted}`));
}
