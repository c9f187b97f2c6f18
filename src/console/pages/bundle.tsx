import type {VNode} from 'preact';
import {Type} from 'typebox';
import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {bundleOfAttempt} from '../../case/review/attempt-bundle.ts';
import type {AttemptResult, CaseStatus} from '../../case/status.ts';
import type {Finding} from '../../case/types.ts';
import {portName} from '../../case/types.ts';
import {readMeta} from '../../evidence/bundle.ts';
import {type BundleFile, bundleFiles} from '../../evidence/bundle-files.ts';
import {readRootCauses} from '../../evidence/root-causes.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {Mach, rows} from '../attempt/machine-text.tsx';
import {CopyButton} from '../components/copy.tsx';
import {Notice} from '../components/notice.tsx';
import {Title} from '../components/panel.tsx';
import {Moment} from '../components/time.tsx';
import {type BundleRow, findBundleRow} from '../queries/bundles.ts';
import {type JobRow, jobsOfBundle} from '../queries/jobs.ts';
import {Refusal} from '../refusal.ts';
import {artifactPath, rawPath} from './artifact-paths.ts';
import {byteSize} from './byte-size.ts';
import {readText} from './case-parts.ts';
import {Causes} from './causes.tsx';
import {Badge, bundlePath, casePath, portPath, runPath} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {JobTable} from './job-table.tsx';
import {definePage, IdParams, liveFor} from './page.ts';
import {TextOrNone} from './text-or-none.tsx';

const BUNDLE_TABS = ['summary', 'triage', 'patch', 'logs', 'artifacts'] as const;
type BundleTab = (typeof BUNDLE_TABS)[number];

const TAB_NAMES: Readonly<Record<BundleTab, string>> = {
  summary: 'Summary',
  triage: 'Triage',
  patch: 'Fix',
  logs: 'Errors',
  artifacts: 'Files',
};

/** Files whose texts a tab shows. */
const TAB_FILES: Readonly<Record<BundleTab, readonly string[]>> = {
  summary: [],
  triage: ['analysis/triage.md'],
  patch: ['analysis/patch.md', 'analysis/changes.diff'],
  logs: ['logs/errors.txt'],
  artifacts: [],
};

export const bundlePage = definePage({
  path: '/ui/bundles/:id',
  params: IdParams,
  query: Type.Object({tab: Type.Optional(Type.Enum([...BUNDLE_TABS]))}),
  async render({reading}, {params: {id}, query}) {
    const {cache, openCase, roots} = reading;
    const bundle = findBundleRow(cache, id);
    const place = await reading.bundle(id);
    if (bundle === undefined || place === undefined)
      throw new Refusal(404, `There is no bundle ${id} below ${roots.join(', ')}. LOGS_ROOT names dsynth's log directories.`);
    const files = await bundleFiles(place.dir);
    const tab = query.tab ?? defaultTab(files);
    const opened = bundle.case_run_id === null ? undefined : await openCase(bundle.workflow_id, bundle.case_run_id);
    const body = (
      <BundleView
        bundle={bundle}
        tab={tab}
        files={files}
        meta={await readMeta(place.dir).catch(() => new Map())}
        texts={await readTexts(place.dir, TAB_FILES[tab])}
        causes={await readRootCauses(place.dir)}
        findings={opened === undefined ? [] : findingsIn(opened.status, id)}
        jobs={jobsOfBundle(cache, id)}
        asks={opened?.isOpen === true && opened.status.phase === 'awaiting-operator'}
      />
    );
    return {title: id, section: 'runs', live: liveFor('bundle_id', id), styles: ['attempt.css'], body};
  },
});

async function readTexts(dir: string, relpaths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const relpath of relpaths) {
    const text = await readText(dir, relpath);
    if (text !== undefined) texts.set(relpath, text);
  }
  return texts;
}

/** Findings of the last diff that was recorded in a bundle. */
function findingsIn(status: CaseStatus, bundleId: string): readonly Finding[] {
  const isHere = (one: AttemptResult): boolean => bundleOfAttempt(status, one)?.bundleId === bundleId;
  return status.attempts.findLast((one) => one.diff !== undefined && isHere(one))?.findings ?? [];
}

interface BundleProps {
  readonly bundle: BundleRow;
  readonly tab: BundleTab;
  readonly files: readonly BundleFile[];
  readonly meta: ReadonlyMap<string, string>;
  /** Texts of files that the tab shows, by relpath. */
  readonly texts: ReadonlyMap<string, string>;
  readonly causes: RootCauses | undefined;
  readonly findings: readonly Finding[];
  readonly jobs: readonly JobRow[];
  /** Whether its case asks for an operator's context. */
  readonly asks: boolean;
}

/** Of the existing system's clients alone. */
const HIDDEN = /^analysis\/(patch_)?session_id\.txt$/;

/** The tab that a bundle opens with: triage, then patch, then summary. Source: contract, section 8.4. */
function defaultTab(files: readonly BundleFile[]): BundleTab {
  const has = (relpath: string): boolean => files.some((one) => one.relpath === relpath);
  return has('analysis/triage.md') ? 'triage' : has('analysis/changes.diff') || has('analysis/patch.md') ? 'patch' : 'summary';
}

function BundleView(props: BundleProps): VNode {
  const {bundle, tab, asks} = props;
  return (
    <>
      <Title
        up={{href: portPath(bundle.origin), text: portName(bundle)}}
        heading="Evidence of a failure"
        state={<Badge value={bundle.result} />}
        facts={[
          bundle.target,
          <Moment utc={bundle.created_utc} />,
          <a href={runPath(bundle.run_id)}>its run</a>,
          <>
            <code class="break">{bundle.bundle_id}</code> <CopyButton from={{text: bundle.bundle_id}} what="bundle id" />
          </>,
        ]}
      />
      {bundle.error_line ? (
        <Notice tone="bad">
          <code>{bundle.error_line}</code>
        </Notice>
      ) : null}
      {asks ? (
        <Notice tone="warn" icon="hand">
          Its case needs you.
        </Notice>
      ) : null}
      <p class="row">
        {bundle.case_run_id === null ? null : (
          <a class="button" href={casePath(bundle.workflow_id, bundle.case_run_id)}>
            Open the case
          </a>
        )}
        <a class="button" href={`${bundlePath(bundle.bundle_id)}/log`}>
          Open the log
        </a>
      </p>
      <nav class="tabs" aria-label="Parts of the bundle">
        {BUNDLE_TABS.map((one) => (
          <a key={one} href={`${bundlePath(bundle.bundle_id)}?tab=${one}`} aria-current={one === tab ? 'page' : undefined}>
            {TAB_NAMES[one]}
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
      return (
        <TextOrNone
          text={props.texts.get('analysis/triage.md')}
          none="No triage yet: the case has not classified the failure, or it failed. The log shows why."
        />
      );
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
      <DataTable caption="meta.txt" columns={META_COLUMNS} rows={[...meta]} />
      <h2>Jobs</h2>
      <JobTable now={Date.now()} caption="Jobs of the bundle" jobs={jobs} />
    </>
  );
}

function Patch({texts, findings}: BundleProps): VNode {
  const diff = texts.get('analysis/changes.diff');
  return (
    <>
      <TextOrNone text={texts.get('analysis/patch.md')} none="No report: no attempt of a model has ended." />
      <h2>Changes</h2>
      {diff === undefined || diff.trim() === '' ? (
        <p class="dim">No diff: no attempt has left a change.</p>
      ) : (
        <DiffView diff={diff} findings={findings} />
      )}
    </>
  );
}

function Logs({bundle, causes, texts}: BundleProps): VNode {
  const errors = texts.get('logs/errors.txt');
  return (
    <>
      <Causes bundleId={bundle.bundle_id} causes={causes} />
      <h2>Excerpt of the log</h2>
      {errors === undefined ? (
        <p class="dim">The hooks left no excerpt of the log.</p>
      ) : (
        <Mach label="Lines of logs/errors.txt">{rows(errors.replace(/\n$/, '').split('\n'), 1, 'L')}</Mach>
      )}
    </>
  );
}

const META_COLUMNS: readonly Column<readonly [string, string]>[] = [
  {head: 'Key', isRowHead: true, cell: ([key]) => key},
  {head: 'Value', class: 'wrap mono', cell: ([, value]) => value},
];

function fileColumns(bundleId: string): Column<BundleFile>[] {
  return [
    {
      head: 'File',
      isRowHead: true,
      class: 'wrap',
      cell: ({relpath, kind}) => (
        <a href={kind === 'gzip' ? rawPath(bundleId, relpath) : artifactPath(bundleId, relpath)}>{relpath}</a>
      ),
    },
    {head: 'Kind', cell: ({kind}) => kind},
    {head: 'Size', isNumber: true, cell: ({size}) => byteSize(size)},
    {
      head: 'Download',
      cell: ({relpath}) => <a href={rawPath(bundleId, relpath)}>Download</a>,
    },
  ];
}

function Artifacts({bundle, files}: BundleProps): VNode {
  const shown = files.filter(({relpath}) => !HIDDEN.test(relpath));
  return <DataTable caption="Files of the bundle" columns={fileColumns(bundle.bundle_id)} rows={shown} />;
}
