import type {VNode} from 'preact';
import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import type {Finding} from '../../case/types.ts';
import {portName} from '../../case/types.ts';
import type {BundleFile} from '../../evidence/bundle-files.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {Markdown} from '../attempt/parts.tsx';
import type {BundleLine, JobLine} from '../queries/lists.ts';
import {Badge, bundlePath, casePath, portPath, runPath, Table, When} from './components.tsx';
import {JobTable} from './lists.tsx';

export const BUNDLE_TABS = ['summary', 'triage', 'patch', 'logs', 'artifacts'] as const;
export type BundleTab = (typeof BUNDLE_TABS)[number];

export interface BundleProps {
  readonly bundle: BundleLine;
  readonly tab: BundleTab;
  readonly files: readonly BundleFile[];
  readonly meta: ReadonlyMap<string, string>;
  /** Texts of files that the tab shows, by relpath. */
  readonly texts: ReadonlyMap<string, string>;
  readonly causes: RootCauses | undefined;
  readonly findings: readonly Finding[];
  readonly jobs: readonly JobLine[];
  /** Whether its case asks for an operator's context. */
  readonly asks: boolean;
}

/** Files that one looks at first. */
const PINNED = [
  'meta.txt',
  'logs/errors.txt',
  'analysis/triage.md',
  'analysis/changes.diff',
  'analysis/patch.diff',
  'analysis/patch.md',
  'analysis/pr_url.txt',
];
/** Of the existing system's clients alone. */
const HIDDEN = /^analysis\/(patch_)?session_id\.txt$/;

/** The tab that a bundle opens with: triage, then patch, then summary. Source: contract, section 8.4. */
export function defaultTab(files: readonly BundleFile[]): BundleTab {
  const has = (relpath: string): boolean => files.some((one) => one.relpath === relpath);
  return has('analysis/triage.md') ? 'triage' : has('analysis/changes.diff') || has('analysis/patch.md') ? 'patch' : 'summary';
}

function artifactPath(bundleId: string, relpath: string): string {
  return `${bundlePath(bundleId)}/artifacts/${relpath.split('/').map(encodeURIComponent).join('/')}`;
}

function rawPath(bundleId: string, relpath: string): string {
  return artifactPath(bundleId, relpath).replace('/ui/', '/');
}

export function BundlePage(props: BundleProps): VNode {
  const {bundle, files, tab, asks} = props;
  const pinned = PINNED.filter((relpath) => files.some((one) => one.relpath === relpath));
  return (
    <>
      <h1 class="id">{bundle.bundle_id}</h1>
      <p class="facts">
        <Badge word={bundle.result} /> of <a href={portPath(bundle.origin)}>{portName(bundle)}</a> {bundle.target} in{' '}
        <a href={runPath(bundle.run_id)}>{bundle.run_id}</a>, <When utc={bundle.created_utc} />
      </p>
      {bundle.error_line ? <p class="note bad mono">{bundle.error_line}</p> : null}
      {asks ? (
        <p class="note warn">
          Its case waits for you.{' '}
          <a href={`${casePath(bundle.workflow_id, bundle.case_run_id ?? undefined)}#operator`}>
            Tell it what it should know, or decide
          </a>
          .
        </p>
      ) : null}
      <p class="pins">
        {bundle.case_run_id === null ? null : (
          <a class="button" href={casePath(bundle.workflow_id, bundle.case_run_id)}>
            Case
          </a>
        )}
        <a class="button" href={`${bundlePath(bundle.bundle_id)}/log`}>
          Log
        </a>
        {pinned.map((relpath) => (
          <a key={relpath} class="button" href={artifactPath(bundle.bundle_id, relpath)}>
            {relpath.split('/').at(-1)}
          </a>
        ))}
      </p>
      <nav class="tabs" aria-label="Parts of the bundle">
        {BUNDLE_TABS.map((one) => (
          <a key={one} href={`${bundlePath(bundle.bundle_id)}?tab=${one}`} aria-current={one === tab ? 'page' : undefined}>
            {one}
          </a>
        ))}
      </nav>
      <Tab {...props} />
    </>
  );
}

function Tab(props: BundleProps): VNode {
  switch (props.tab) {
    case 'summary':
      return <Summary {...props} />;
    case 'triage':
      return <TextOrNone text={props.texts.get('analysis/triage.md')} none="There is no triage yet." />;
    case 'patch':
      return <Patch {...props} />;
    case 'logs':
      return <Logs {...props} />;
    case 'artifacts':
      return <Artifacts {...props} />;
  }
}

function Summary({meta, jobs}: BundleProps): VNode {
  return (
    <>
      <Table caption="meta.txt" heads={['Key', 'Value']}>
        {[...meta].map(([key, value]) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td class="wrap mono">{value}</td>
          </tr>
        ))}
      </Table>
      <h2>Jobs</h2>
      <JobTable caption="Jobs of the bundle" jobs={jobs} />
    </>
  );
}

/** What a model has written, as Markdown without anything that could act, below a heading of level `under`. */
export function TextOrNone({text, none, under = 1}: {text: string | undefined; none: string; under?: number}): VNode {
  if (text === undefined) return <p class="dim">{none}</p>;
  return <Markdown text={text} under={under} />;
}

function Patch({texts, findings}: BundleProps): VNode {
  const diff = texts.get('analysis/changes.diff');
  return (
    <>
      <TextOrNone text={texts.get('analysis/patch.md')} none="The model has reported nothing." />
      <h2>Changes</h2>
      {diff === undefined || diff.trim() === '' ? (
        <p class="dim">No change is left.</p>
      ) : (
        <DiffView diff={diff} findings={findings} />
      )}
    </>
  );
}

function Logs({bundle, causes, texts}: BundleProps): VNode {
  return (
    <>
      <Causes bundleId={bundle.bundle_id} causes={causes} />
      <h2>logs/errors.txt</h2>
      <pre tabIndex={0}>{texts.get('logs/errors.txt') ?? 'The bundle has none.'}</pre>
    </>
  );
}

/** The lines that name the cause, each with those around it, and where they are in the log. */
export function Causes({bundleId, causes}: {bundleId: string; causes: RootCauses | undefined}): VNode {
  if (causes === undefined || causes.findings.length === 0) return <p class="dim">No line of the log names a cause.</p>;
  return (
    <>
      <p class="facts">
        {causes.failedPhase === ''
          ? 'The log does not say in which phase it stopped'
          : `It stopped in phase ${causes.failedPhase}`}
        ; {causes.lines} lines.
      </p>
      <ol class="causes">
        {causes.findings.map((one) => (
          <li key={one.line}>
            <a href={`${bundlePath(bundleId)}/log?line=${one.line}#L${one.line}`}>line {one.line}</a> <Badge word={one.kind} />{' '}
            {one.phase} {one.count > 1 ? <span class="dim">{one.count} like it</span> : null}
            <code class="cause">{one.text}</code>
            <details id={`around-${one.line}`}>
              <summary>lines around it</summary>
              <pre tabIndex={0}>
                {one.context.lines.map((line, at) => `${String(one.context.from + at).padStart(6)}  ${line}`).join('\n')}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </>
  );
}

function Artifacts({bundle, files}: BundleProps): VNode {
  return (
    <Table caption="Files of the bundle" heads={['File', 'Kind', 'Bytes', 'As it is']} numbers={['Bytes']}>
      {files
        .filter(({relpath}) => !HIDDEN.test(relpath))
        .map(({relpath, kind, size}) => (
          <tr key={relpath}>
            <th scope="row" class="wrap">
              <a href={kind === 'gzip' ? rawPath(bundle.bundle_id, relpath) : artifactPath(bundle.bundle_id, relpath)}>
                {relpath}
              </a>
            </th>
            <td>{kind}</td>
            <td class="number">{size}</td>
            <td>
              <a href={rawPath(bundle.bundle_id, relpath)}>{kind === 'gzip' ? 'download' : 'plain'}</a>
            </td>
          </tr>
        ))}
    </Table>
  );
}

/** One file of a bundle on a page of its own. */
export function ArtifactPage({
  bundleId,
  relpath,
  kind,
  text,
  truncated,
}: {
  bundleId: string;
  relpath: string;
  kind: string;
  text: string;
  truncated: boolean;
}): VNode {
  return (
    <>
      <p>
        <a href={`${bundlePath(bundleId)}?tab=artifacts`}>{bundleId}</a>
      </p>
      <h1 class="id">{relpath}</h1>
      <p class="facts">
        {truncated ? 'Only its beginning is shown. ' : ''}
        <a href={rawPath(bundleId, relpath)}>The file as it is</a>
      </p>
      {kind === 'diff' && !truncated ? (
        <DiffView diff={text} findings={[]} />
      ) : kind === 'markdown' ? (
        <TextOrNone text={text} none="" />
      ) : (
        <pre class="whole" tabIndex={0}>
          {text}
        </pre>
      )}
    </>
  );
}
