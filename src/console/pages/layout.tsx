import type {ComponentChildren, VNode} from 'preact';
import {render} from 'preact-render-to-string';
import {Notice} from '../components/notice.tsx';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {KeysDialog} from './keys.tsx';
import {SECTIONS, type Section, type Shell} from './shell.ts';
import {TopBar} from './top-bar.tsx';

/** One page, without what all have in common. */
export interface Page {
  readonly title: string;
  readonly section: Section | undefined;
  readonly body: VNode;
  /** The page has an ActionBar at its foot. */
  readonly hasBar?: boolean;
  /** Names of modules below /assets/, and of style sheets, in addition to those of every page. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  /**
   * Which events change the page: `all`, or `key=value` of their data, several separated by blanks. None: it stays as it is.
   */
  readonly live?: string;
}

/** Renders a page with its layout as HTML. */
export function pageHtml(page: Page, shell: Shell): string {
  const {title, scripts = [], styles = []} = page;
  return `<!doctype html>\n${render(
    <html lang="en" data-theme={shell.theme === 'auto' ? undefined : shell.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="same-origin" />
        <title>{`${title} · Portwright`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        {['console.css', ...styles].map((name) => (
          <link key={name} rel="stylesheet" href={`/assets/${name}`} />
        ))}
        {['app.js', ...scripts].map((name) => (
          <script key={name} type="module" src={`/assets/${name}`} />
        ))}
      </head>
      <body class={page.hasBar ? 'has-bar' : undefined}>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <TopBar current={page.section} shell={shell} />
        <main id="main" data-live={page.live} data-last-event-id={shell.lastEventId} tabIndex={-1}>
          {shell.problems.map((problem) => (
            <Notice key={problem} tone="warn" role="status">
              {problem}
            </Notice>
          ))}
          {page.body}
        </main>
        <Footer />
        <div id="toasts" class="toasts" aria-live="polite" />
        <KeysDialog />
      </body>
    </html>,
  )}\n`;
}

function Footer(): VNode {
  return (
    <footer class="foot-links">
      <a href="/ui/api">API</a>
      <a href="/ui/events">Events</a>
      <a href="/ui/jobs">Jobs</a>
      <a href="/ui/bundles">Bundles</a>
      <button type="button" class="quiet tiny" popovertarget="keys">
        Keys
      </button>
    </footer>
  );
}

/** A page that is only a message: an error, a refusal. */
export function MessagePage({heading, text, children}: {heading: string; text: string; children?: ComponentChildren}): VNode {
  return (
    <>
      <Title heading={heading} />
      <Notice tone="bad">{text}</Notice>
      {children}
    </>
  );
}

/** The page for an address that has nothing: with the lists that have what there is. */
export function NotFoundPage({text}: {text: string}): VNode {
  return (
    <>
      <Title heading="Not found" />
      <Panel title="Where to go from here" flush>
        <Empty title={text} icon="search">
          <p>It may have been removed, or the address is cut.</p>
          <p class="row">
            {SECTIONS.map(([section, name, path]) => (
              <a key={section} class="button" href={path}>
                {name}
              </a>
            ))}
            <a class="button" href="/ui/bundles">
              Bundles
            </a>
            <a class="button" href="/ui/api">
              API
            </a>
          </p>
        </Empty>
      </Panel>
    </>
  );
}
