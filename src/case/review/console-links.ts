import type {BundleRef} from '../types.ts';

/** Default address of `portwright console` and `portwright up`. */
const DEFAULT_CONSOLE_URL = 'http://127.0.0.1:8787';

/**
 * Returns the console's base address without a trailing slash: PORTWRIGHT_CONSOLE_URL, as browsers reach it. Undefined in an
 * evaluation, whose cases are not in a console. Throws an Error with the rule for an invalid address.
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

/** Address of a case: its workflow, and its run to distinguish it from later cases of the port. */
export interface CaseAddress {
  readonly workflowId: string;
  /** Undefined before the case has started. */
  readonly runId?: string | undefined;
}

/** Returns the address of a case's page. */
export function casePage(base: string, address: CaseAddress): string {
  return ofCase(base, address, '');
}

/** Returns the address of the page with every turn of a case's attempts. */
export function sessionPage(base: string, address: CaseAddress): string {
  return ofCase(base, address, '/session');
}

/** Returns the address of an attempt's diff; attempts start at 1. */
export function diffPage(base: string, address: CaseAddress, attempt: number): string {
  return ofCase(base, address, `/diff/${attempt}`);
}

/** Returns the address of a bundle's page. */
export function bundlePage(base: string, {bundleId}: Pick<BundleRef, 'bundleId'>): string {
  return `${base}/ui/bundles/${segment(bundleId)}`;
}

/** Returns the address of a bundle's log with its findings. */
export function logPage(base: string, bundle: Pick<BundleRef, 'bundleId'>): string {
  return `${bundlePage(base, bundle)}/log`;
}

/** Returns the address of a dsynth run's page. */
export function runPage(base: string, runId: string): string {
  return `${base}/ui/runs/${segment(runId)}`;
}

function ofCase(base: string, {workflowId, runId}: CaseAddress, part: string): string {
  return `${base}/ui/cases/${segment(workflowId)}${part}${runId === undefined ? '' : `?run=${segment(runId)}`}`;
}

function segment(text: string): string {
  return inMarkdown(encodeURIComponent(text));
}

/** Escapes characters that an address may have but the target of a Markdown link may not. */
function inMarkdown(url: string): string {
  return url.replace(/[()*'!]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Returns links to the pages of a case as one line of Markdown, with the diff of `attempt` if given. */
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
