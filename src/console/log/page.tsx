import type {VNode} from 'preact';
import {partsOf} from '../client/log-marks.ts';
import {Title} from '../components/panel.tsx';
import {byteSize} from '../pages/byte-size.ts';
import {bundlePath, count, withQuery} from '../pages/components.tsx';
import type {LogContents, LogFinding} from './contents.ts';
import {FULL_LOG} from './open-logs.ts';
import type {LogLines} from './read-lines.ts';
import type {LogHits} from './search.ts';

/** Lines on one page without JavaScript. */
export const PAGE_LINES = 400;

/** A log around one line, and what there is to find in it. */
export interface LogPageProps extends LogLines {
  readonly bundleId: string;
  /** `logs/full.log`, or the log of a proof, by the name that was asked for. */
  readonly file: string;
  /** The name that it has now, packed or not. */
  readonly relpath: string;
  /** The line that the page is about. */
  readonly line: number;
  /** Last line of the range that begins with it; undefined for that line alone. */
  readonly end: number | undefined;
  readonly contents: LogContents;
  /** What is searched for; empty for nothing. */
  readonly q: string;
  readonly cased: boolean;
  readonly hits: LogHits | undefined;
}

export const SIGNS: Readonly<Record<LogFinding['kind'], string>> = {cause: '✖', hint: '?', consequence: '↳'};

/** The viewer of a log; the script /assets/log-viewer.js makes it show all of the log at once. */
export function logPage(props: LogPageProps): VNode {
  const {bundleId, relpath, total, bytes, note, complete} = props;
  return (
    <section
      id="log-page"
      class="log-page"
      data-keep
      data-api={`/api/v1/bundles/${encodeURIComponent(bundleId)}/log`}
      data-file={props.file === FULL_LOG ? undefined : props.file}
      data-total={total}
      data-line={props.line}
      data-to={props.end}
    >
      <Title
        up={{href: bundlePath(bundleId), text: bundleId}}
        heading="Log"
        facts={[
          relpath,
          <>
            <span id="log-total">{count(total)}</span> {total === 1 ? 'line' : 'lines'}
          </>,
          byteSize(bytes),
          <a href={`/bundles/${encodeURIComponent(bundleId)}/artifacts/${relpath}`}>Download</a>,
        ]}
      />
      {note === null ? null : <p class="notice warn">{note}</p>}
      {complete ? null : (
        <p class="notice" id="log-unpacking" role="status">
          The log is still being unpacked; there are more lines than these. Load the page again to see them.
        </p>
      )}
      {complete && total === 0 ? <p class="notice">The log is empty.</p> : null}
      <Search {...props} />
      <div class="log-layout">
        <Contents {...props} />
        <div class="log-main">
          <Pages {...props} />
          <Lines {...props} />
          <p id="log-copy" class="row" hidden>
            <button id="log-copy-link" type="button" class="tiny">
              Copy link to line
            </button>
            <button id="log-copy-lines" type="button" class="tiny">
              Copy line
            </button>
          </p>
          <p id="log-current" class="log-current mono" aria-live="polite" hidden />
          <p id="log-keys" class="dim" hidden>
            Keys: <kbd>↑</kbd> <kbd>↓</kbd> <kbd>PageUp</kbd> <kbd>PageDown</kbd> <kbd>Home</kbd> <kbd>End</kbd> move,{' '}
            <kbd>/</kbd> searches, <kbd>n</kbd> and <kbd>N</kbd> go to the next and the previous hit, <kbd>e</kbd> to the next
            error line, <kbd>:</kbd> to a line; <kbd>Shift</kbd> and a click on a line number extend the range.
          </p>
        </div>
      </div>
    </section>
  );
}

/** The page at a line, with that line's anchor. */
function lineHref({bundleId, file, q, cased}: LogPageProps, line: number): string {
  const query = {file: file === FULL_LOG ? undefined : file, q, cased: cased ? '1' : undefined, line: String(line)};
  return `${withQuery(`${bundlePath(bundleId)}/log`, query)}#L${line}`;
}

function Search(props: LogPageProps): VNode {
  const {bundleId, file, q, cased, line, total} = props;
  const hidden = file === FULL_LOG ? null : <input type="hidden" name="file" value={file} />;
  const action = `${bundlePath(bundleId)}/log`;
  return (
    <search class="log-forms">
      <form id="log-search" class="filters" method="get" action={action}>
        {hidden}
        <label>
          Search in the log
          <input id="log-q" type="search" name="q" value={q} maxLength={200} autocomplete="off" spellcheck={false} />
        </label>
        <label class="check">
          <input id="log-cased" type="checkbox" name="cased" value="1" checked={cased} />
          Match case
        </label>
        <button type="submit">Search</button>
        <button id="log-previous" type="button" hidden>
          Previous hit
        </button>
        <button id="log-next" type="button" hidden>
          Next hit
        </button>
      </form>
      <form id="log-goto" class="filters" method="get" action={action}>
        {hidden}
        {q === '' ? null : <input type="hidden" name="q" value={q} />}
        <label>
          Line
          <input
            id="log-line"
            type="number"
            name="line"
            min={1}
            max={Math.max(1, total)}
            value={line}
            required
            autocomplete="off"
          />
        </label>
        <button type="submit">Go</button>
      </form>
      <p id="log-status" class="dim" role="status">
        {q === '' ? '' : matchSummary(props)}
      </p>
    </search>
  );
}

function matchSummary({q, hits}: LogPageProps): string {
  const found = hits?.hits.length ?? 0;
  if (found === 0) return hits?.more ? `No line with “${q}” yet; “More hits” searches further.` : `No line has “${q}”.`;
  return `${found} ${found === 1 ? 'line' : 'lines'} with “${q}”${hits?.more ? ', and there may be more.' : '.'}`;
}

function Contents(props: LogPageProps): VNode {
  const {findings, phases} = props.contents;
  return (
    <nav class="log-contents" aria-label="Contents of the log" id="log-contents" tabIndex={0}>
      <h2>What may have failed</h2>
      {findings.length === 0 ? <p class="dim">No line of the log names a cause.</p> : null}
      <ol>
        {findings.map((one) => (
          <li key={one.line}>
            <LineLink {...props} to={one.line} kind={one.kind}>
              {one.text}
            </LineLink>
          </li>
        ))}
      </ol>
      <h2>Phases</h2>
      {phases.length === 0 ? <p class="dim">The log names no phase.</p> : null}
      <ul>
        {phases.map((one) => (
          <li key={one.from}>
            <LineLink {...props} to={one.from}>
              {one.name}
            </LineLink>
            {one.failed ? <span class="pill bad">failed</span> : null}
          </li>
        ))}
      </ul>
      <div id="log-hits" hidden={props.q === ''}>
        <h2>Lines found</h2>
        <Hits {...props} />
      </div>
    </nav>
  );
}

function Hits(props: LogPageProps): VNode {
  const {hits, bundleId, file, q, cased} = props;
  const more = {file: file === FULL_LOG ? undefined : file, q, cased: cased ? '1' : undefined, after: String(hits?.searchedTo)};
  return (
    <>
      <ul id="log-hit-list">
        {hits?.hits.map((one) => (
          <li key={one.line}>
            <LineLink {...props} to={one.line}>
              <Marked text={one.text} q={q} cased={cased} />
            </LineLink>
          </li>
        ))}
      </ul>
      {hits?.more ? (
        <p id="log-more">
          <a href={withQuery(`${bundlePath(bundleId)}/log`, more)}>More hits</a>
        </p>
      ) : null}
    </>
  );
}

function LineLink({
  to,
  kind,
  children,
  ...props
}: LogPageProps & {to: number; kind?: LogFinding['kind']; children: VNode | string}): VNode {
  return (
    <a class="log-link" href={lineHref(props, to)} data-line={to} data-kind={kind}>
      {kind === undefined ? null : (
        <span class="log-sign" title={kind}>
          {SIGNS[kind]}
        </span>
      )}
      <span class="num">{to}</span> <span class="log-text">{children}</span>
    </a>
  );
}

function Pages(props: LogPageProps): VNode {
  const {from, lines, total} = props;
  const link = (line: number, text: string, rel?: string): VNode => (
    <a class="button" rel={rel} href={lineHref(props, line)}>
      {text}
    </a>
  );
  const to = from + lines.length - 1;
  return (
    <nav class="log-pages" id="log-pages" aria-label="Pages of the log">
      {from > 1 ? link(1, 'First') : null}
      {from > 1 ? link(Math.max(1, from - PAGE_LINES / 2), 'Previous', 'prev') : null}
      <span>{lines.length === 0 ? 'no lines' : `lines ${count(from)} to ${count(to)} of ${count(total)}`}</span>
      {to < total ? link(Math.min(total, to + 1 + PAGE_LINES / 2), 'Next', 'next') : null}
      {to < total ? link(total, 'Last') : null}
    </nav>
  );
}

function Lines({from, lines, line: at, end = at, contents, q, cased}: LogPageProps): VNode {
  const kinds = new Map(contents.findings.map(({line, kind}) => [line, kind]));
  return (
    <section id="log-lines" class="log-lines" aria-label="Lines of the log" tabIndex={0}>
      <div class="log-rows">
        {lines.map((text, i) => {
          const line = from + i;
          const kind = kinds.get(line);
          return (
            <div
              key={line}
              class={line >= at && line <= end && end > at ? 'log-line in-range' : 'log-line'}
              id={`L${line}`}
              data-kind={kind}
              aria-current={line === at ? 'true' : undefined}
            >
              <a class="log-number" href={`#L${line}`} tabIndex={-1}>
                {line}
              </a>
              <span class="log-sign" title={kind}>
                {kind === undefined ? '' : SIGNS[kind]}
              </span>
              <code>
                <Marked text={text} q={q} cased={cased} />
              </code>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Marked({text, q, cased}: {text: string; q: string; cased: boolean}): VNode {
  if (q === '') return <>{text}</>;
  return <>{partsOf(text, q, cased).map((part) => (part.hit ? <mark>{part.text}</mark> : part.text))}</>;
}
