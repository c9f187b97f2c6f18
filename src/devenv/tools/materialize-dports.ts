import {outputFindings} from '../build-findings.ts';
import {type Composed, compose, requireEnvironment} from '../compose.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Characters of the end of either stream that the result of a failure has. */
const TAIL = 2000;
/** Failures that a result has, and characters of a message; a broken overlay.dops may have one for each line. */
const MOST_FAILURES = 20;
const MOST_MESSAGE = 1000;

export const materializeDports: Tool = {
  name: 'materialize_dports',
  description:
    'Compose the port from freebsd-ports and the overlay: needed after edits of the overlay, before other tools see them. failures has each error with its place.',
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 600,
  async run(args, {env, origin, master, signal}) {
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const composed = await compose(env, master === undefined ? origin : [master, origin], signal);
    requireEnvironment(env, composed);
    const keys = execKeys(composed, composed.rc === 0 ? {short: true} : {tail: TAIL});
    if (!keys.ok) return outcome({...keys, origin, ...detailsOf(composed)}, summaryOf(origin, composed));
    const effects = composed.tree === undefined ? undefined : {composedTree: composed.tree};
    return outcome({...keys, origin}, `${origin} composed`, effects);
  },
};

function detailsOf({failures, stdout, stderr}: Composed): Readonly<Record<string, unknown>> {
  if (failures.length === 0) return {findings: outputFindings(`${stdout}\n${stderr}`)};
  const shown = failures.slice(0, MOST_FAILURES).map((one) => ({...one, message: one.message.slice(0, MOST_MESSAGE)}));
  const more = failures.length > shown.length ? {more_failures: failures.length - shown.length} : {};
  return {failures: shown, ...more};
}

function summaryOf(origin: string, {failures, rc}: Composed): string {
  const [first] = failures;
  if (first === undefined) return `${origin} not composed, exit code ${rc}`;
  const place = [first.file, first.line, first.column].filter((part) => part !== undefined).join(':');
  const more = failures.length > 1 ? ` and ${failures.length - 1} more` : '';
  return `${origin} not composed: ${place === '' ? '' : `${place}: `}${first.code}${more}`;
}
