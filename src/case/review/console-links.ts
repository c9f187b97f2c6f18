import type {BundleRef} from '../types.ts';

/** Where `portwright console` and `portwright up` serve the console unless told. */
const DEFAULT_CONSOLE_URL = 'http://127.0.0.1:8787';

/**
 * Base of the console's addresses, without a slash at its end: PORTWRIGHT_CONSOLE_URL, as people's browsers reach it. Undefined in an
 * evaluation, whose cases no console has. Throws an Error with the rule if it is no such address.
 */
export function consoleUrl(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.PORTWRIGHT_EVAL_DIR) return undefined;
  const given = env.PORTWRIGHT_CONSOLE_URL?.trim() || DEFAULT_CONSOLE_URL;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const usable =
    url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
  if (!usable) {
    throw new Error(
      `PORTWRIGHT_CONSOLE_URL must be an http or https address without user, query and fragment, such as ${DEFAULT_CONSOLE_URL}; got ${JSON.stringify(given)}. Correct it, or unset it.`,
    );
  }
  return inMarkdown(url.href).replace(/\/+$/, '');
}

/** A case as its pages are named: workflow and, so that a later case of the port is not meant, its run. */
export interface CaseAddress {
  readonly workflowId: string;
  /** Unknown before the case has started. */
  readonly runId?: string | undefined;
}

export function casePage(base: string, address: CaseAddress): string {
  return ofCase(base, address, '');
}

/** Every turn of a case's attempts. */
export function sessionPage(base: string, address: CaseAddress): string {
  return ofCase(base, address, '/session');
}

/** Diff of one of a case's attempts, from 1. */
export function diffPage(base: string, address: CaseAddress, attempt: number): string {
  return ofCase(base, address, `/diff/${attempt}`);
}

export function bundlePage(base: string, {bundleId}: Pick<BundleRef, 'bundleId'>): string {
  return `${base}/ui/bundles/${segment(bundleId)}`;
}

/** A bundle's log with its findings. */
export function logPage(base: string, bundle: Pick<BundleRef, 'bundleId'>): string {
  return `${bundlePage(base, bundle)}/log`;
}

/** A dsynth run. */
export function runPage(base: string, runId: string): string {
  return `${base}/ui/runs/${segment(runId)}`;
}

function ofCase(base: string, {workflowId, runId}: CaseAddress, part: string): string {
  return `${base}/ui/cases/${segment(workflowId)}${part}${runId === undefined ? '' : `?run=${segment(runId)}`}`;
}

function segment(text: string): string {
  return inMarkdown(encodeURIComponent(text));
}

/** Brackets and marks that an address may have and the target of a Markdown link may not. */
function inMarkdown(url: string): string {
  return url.replace(/[()*'!]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The pages of a case in one line of Markdown; that of an attempt's diff among them if it is about one. */
export function caseLinks(base: string, address: CaseAddress, {bundleId, runId}: BundleRef, attempt?: number): string {
  const pages = [
    ['case', casePage(base, address)],
    ...(attempt === undefined ? [] : [['diff', diffPage(base, address, attempt)]]),
    ['log', logPage(base, {bundleId})],
    ['session', sessionPage(base, address)],
    ['bundle', bundlePage(base, {bundleId})],
    ['run', runPage(base, runId)],
  ];
  return `**In the console:** ${pages.map(([name, url]) => `[${name}](${url})`).join(' · ')}`;
}
