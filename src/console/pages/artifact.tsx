import type {VNode} from 'preact';
import {Type} from 'typebox';
import {plainText} from '../../case/text/plain-text.ts';
import {openBundleFile} from '../../evidence/bundle.ts';
import {kindOf} from '../../evidence/bundle-files.ts';
import {readBundleFile} from '../../evidence/reading.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {Mach, rows} from '../attempt/machine-text.tsx';
import {CopyButton} from '../components/copy.tsx';
import {Notice} from '../components/notice.tsx';
import {Title} from '../components/panel.tsx';
import {Refusal} from '../refusal.ts';
import {artifactPath, rawPath} from './artifact-paths.ts';
import {bundlePath, counted} from './components.tsx';
import {definePage, ShortText} from './page.ts';
import {TextOrNone} from './text-or-none.tsx';

const TEXT_BYTES = 512 << 10;
/** Above it a text is shown without the numbers of its lines. */
const NUMBERED_LINES = 5000;

export const artifactPage = definePage({
  path: '/ui/bundles/:id/artifacts/*',
  params: Type.Object({id: Type.String(), '*': Type.String()}),
  query: Type.Object({view: ShortText}),
  async render({reading}, {params: {id, '*': relpath}, query: {view}}) {
    const dir = (await reading.bundle(id))?.dir;
    if (dir === undefined || !(await hasFile(dir, relpath)))
      throw new Refusal(404, `Bundle ${id} has no file ${JSON.stringify(relpath)}. Its tab "Files" lists those that it has.`);
    const found = await readBundleFile(dir, relpath, TEXT_BYTES);
    const body = (
      <ArtifactView
        bundleId={id}
        relpath={relpath}
        kind={kindOf(relpath)}
        isText={view === 'text'}
        text={found === undefined ? '' : plainText(found.text)}
        truncated={found?.truncated === true}
      />
    );
    return {title: `${relpath} of ${id}`, section: 'runs', styles: ['attempt.css'], body};
  },
});

async function hasFile(dir: string, relpath: string): Promise<boolean> {
  const file = await openBundleFile(dir, relpath).catch(() => undefined);
  await file?.close();
  return file !== undefined;
}

interface ArtifactProps {
  readonly bundleId: string;
  readonly relpath: string;
  readonly kind: string;
  /** Whether its lines are shown, although it could be formatted. */
  readonly isText: boolean;
  readonly text: string;
  readonly truncated: boolean;
}

/** Renders one file of a bundle. */
function ArtifactView(props: ArtifactProps): VNode {
  const {bundleId, relpath, truncated, text} = props;
  return (
    <>
      <Title
        up={{href: `${bundlePath(bundleId)}?tab=artifacts`, text: bundleId}}
        heading={<span class="break">{relpath}</span>}
        state={<CopyButton from={{text: relpath}} what="path" />}
        facts={[
          text === '' ? 'empty' : counted(text.replace(/\n$/, '').split('\n').length, 'line'),
          <a href={rawPath(bundleId, relpath)}>Download</a>,
        ]}
      />
      {truncated ? <Notice tone="warn">Only the first 512 KB are shown. Download the file for the rest.</Notice> : null}
      <ViewLinks {...props} />
      <Content {...props} />
    </>
  );
}

/** Whether a file has a form for reading besides its lines. */
function isFormatted({kind, truncated}: ArtifactProps): boolean {
  return kind === 'markdown' || (kind === 'diff' && !truncated);
}

function ViewLinks(props: ArtifactProps): VNode | null {
  if (!isFormatted(props)) return null;
  const path = artifactPath(props.bundleId, props.relpath);
  const link = (name: string, href: string, isShown: boolean): VNode => (
    <a class={isShown ? 'chip on' : 'chip'} href={href} aria-current={isShown ? 'page' : undefined}>
      {name}
    </a>
  );
  return (
    <nav class="chips" aria-label="View">
      {link('Formatted', path, !props.isText)}
      {link('Raw', `${path}?view=text`, props.isText)}
    </nav>
  );
}

function Content(props: ArtifactProps): VNode {
  const {kind, text, isText} = props;
  if (isFormatted(props) && !isText)
    return kind === 'diff' ? <DiffView diff={text} findings={[]} /> : <TextOrNone text={text} none="" />;
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > NUMBERED_LINES)
    return (
      <pre class="whole" tabIndex={0}>
        {text}
      </pre>
    );
  return <Mach label={`Lines of ${props.relpath}`}>{rows(lines, 1, 'L')}</Mach>;
}
