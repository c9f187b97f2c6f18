import {RootCauseScan, type RootCauses} from '../case/evidence/root-causes/index.ts';

/** What errors.txt itself writes among the lines of a log. */
const OWN_LINE = /^(?:logfile: |\[truncated to |--$)/;

/**
 * Returns the root causes of an errors.txt, for bundles without a full log: the lines that it has are selected and ranked as those
 * of a log are, so that both give the same cause the same signature. Line numbers are not the log's.
 */
export function errorsTxtCauses(errorsTxt: string): RootCauses {
  const scan = new RootCauseScan();
  scan.take(Buffer.from(logLinesOf(errorsTxt).join('\n')));
  return scan.finish();
}

/** Returns the line of an errors.txt that names the cause of the failure; empty if none does. */
export function causeLine(errorsTxt: string): string {
  if (errorsTxt.startsWith('missing_log=1')) return 'missing_log=1';
  return errorsTxtCauses(errorsTxt).findings.find((one) => one.kind !== 'consequence')?.text ?? '';
}

/** Returns the signature of an errors.txt, `RootCauses.signature`; empty where no line reports a failure. */
export function errorSignature(errorsTxt: string): string {
  return errorsTxtCauses(errorsTxt).signature;
}

/** The lines of the log in their order: those with a number, each once and unless the tail has it too, then the tail. */
function logLinesOf(errorsTxt: string): string[] {
  const numbered = new Map<number, string>();
  const others: string[] = [];
  let isNumbered = false;
  for (const line of errorsTxt.split('\n')) {
    if (/^== .* ==$/.test(line)) isNumbered = !/^== (?:Summary|Tail)/.test(line);
    else if (OWN_LINE.test(line)) continue;
    else if (!isNumbered) others.push(line);
    else {
      const [, number, text] = /^(\d+)[:-](.*)$/.exec(line) ?? [];
      if (text !== undefined) numbered.set(Number(number), text);
    }
  }
  const inTail = new Set(others);
  const before = [...numbered].sort(([a], [b]) => a - b).filter(([, text]) => !inTail.has(text));
  return [...before.map(([, text]) => text), ...others];
}
