import type {ComponentChildren, VNode} from 'preact';
import {render} from 'preact-render-to-string';

/** Parts of the console, in the order of its menu. */
const SECTIONS = [
  ['overview', 'Overview', '/'],
  ['cases', 'Cases', '/ui/cases'],
  ['events', 'Events', '/ui/events'],
  ['jobs', 'Jobs', '/ui/jobs'],
  ['runs', 'Runs', '/ui/runs'],
  ['ports', 'Ports', '/ui/ports'],
  ['bundles', 'Bundles', '/ui/bundles'],
] as const;
export type Section = (typeof SECTIONS)[number][0];

/** One page, without what all have in common. */
export interface Page {
  readonly title: string;
  readonly section: Section | undefined;
  readonly body: VNode;
  /** Names of modules below /assets/, and of style sheets, in addition to those of every page. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
  /**
   * Which events change the page: `all`, or `key=value` of their data, several separated by blanks. None: it stays as it is.
   */
  readonly live?: string;
}

/** What all pages show of the moment. */
export interface Shell {
  readonly theme: 'light' | 'dark' | 'auto';
  readonly lastEventId: number;
  /** Why the console cannot show or do all. */
  readonly problems: readonly string[];
  /** Cases that wait for an operator. */
  readonly waiting: number;
  readonly operator: string | undefined;
  readonly canLogOut: boolean;
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
        {['app.css', ...styles].map((name) => (
          <link key={name} rel="stylesheet" href={`/assets/${name}`} />
        ))}
        {['app.js', ...scripts].map((name) => (
          <script key={name} type="module" src={`/assets/${name}`} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <Header page={page} shell={shell} />
        <main id="main" data-live={page.live} data-last-event-id={shell.lastEventId} tabIndex={-1}>
          {shell.problems.map((problem) => (
            <p key={problem} class="note warn" role="status">
              {problem}
            </p>
          ))}
          {page.body}
        </main>
        <div id="toasts" class="toasts" aria-live="polite" />
      </body>
    </html>,
  )}\n`;
}

function Header({page, shell}: {page: Page; shell: Shell}): VNode {
  return (
    <header class="top">
      <a class="brand" href="/">
        Portwright
      </a>
      <nav aria-label="Parts of the console">
        {SECTIONS.map(([section, name, path]) => (
          <a key={section} href={path} aria-current={page.section === section ? 'page' : undefined}>
            {name}
            {section === 'cases' && shell.waiting > 0 ? (
              <span id="waiting-count" class="badge warn count" title="cases that wait for an operator">
                {shell.waiting}
              </span>
            ) : null}
          </a>
        ))}
      </nav>
      <div class="tools">
        <span id="live" class="badge" hidden>
          not live
        </span>
        <button id="pause" type="button" aria-pressed="false" hidden>
          Pause
        </button>
        <label class="check" id="theme-label" hidden>
          Theme
          <select id="theme" autocomplete="off">
            {(['auto', 'light', 'dark'] as const).map((theme) => (
              <option key={theme} value={theme} selected={shell.theme === theme}>
                {theme}
              </option>
            ))}
          </select>
        </label>
        {shell.operator === undefined ? null : <span title="your name in operators’ logs">{shell.operator}</span>}
        {shell.canLogOut ? (
          <form method="post" action="/logout">
            <button type="submit">Log out</button>
          </form>
        ) : null}
      </div>
    </header>
  );
}

/** A page that is only a message: an error, a refusal. */
export function MessagePage({heading, text, children}: {heading: string; text: string; children?: ComponentChildren}): VNode {
  return (
    <section>
      <h1>{heading}</h1>
      <p class="note bad">{text}</p>
      {children}
    </section>
  );
}
