import type {VNode} from 'preact';
import {Type} from 'typebox';
import {plainText} from '../../case/text/plain-text.ts';
import {openBundleFile} from '../../evidence/bundle.ts';
import {kindOf} from '../../evidence/bundle-files.ts';
import {readBundleFile} from '../../evidence/reading.ts';
import {DiffView} from '../attempt/diff-view.tsx';
import {Refusal} from '../refusal.ts';
import {rawPath} from './artifact-paths.ts';
import {bundlePath} from './components.tsx';
import {definePage} from './page.ts';
import {TextOrNone} from './text-or-none.tsx';

const TEXT_BYTES = 512 << 10;

export const artifactPage = definePage({
  path: '/ui/bundles/:id/artifacts/*',
  params: Type.Object({id: Type.String(), '*': Type.String()}),
  async render({reading}, {params: {id, '*': relpath}}) {
    const dir = (await reading.bundle(id))?.dir;
    if (dir === undefined || !(await hasFile(dir, relpath)))
      throw new Refusal(404, `Bundle ${id} has no file ${JSON.stringify(relpath)}. Its tab "artifacts" lists those that it has.`);
    const found = await readBundleFile(dir, relpath, TEXT_BYTES);
    const body = (
      <ArtifactView
        bundleId={id}
        relpath={relpath}
        kind={kindOf(relpath)}
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
  readonly text: string;
  readonly truncated: boolean;
}

/** One file of a bundle. */
function ArtifactView(props: ArtifactProps): VNode {
  const {bundleId, relpath, truncated} = props;
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
      <Content {...props} />
    </>
  );
}

function Content({kind, text, truncated}: ArtifactProps): VNode {
  if (kind === 'diff' && !truncated) return <DiffView diff={text} findings={[]} />;
  if (kind === 'markdown') return <TextOrNone text={text} none="" />;
  return (
    <pre class="whole" tabIndex={0}>
      {text}
    </pre>
  );
}
