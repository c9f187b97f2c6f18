import type {ComponentChildren, VNode} from 'preact';
import {render} from 'preact-render-to-string';
import {Icon} from '../components/icon.tsx';

interface BarePageProps {
  readonly title: string;
  readonly body: ComponentChildren;
  readonly head?: VNode;
  /** At the right of the top bar. */
  readonly tools?: VNode;
  /** The page is a list, as wide as the console's own; otherwise it is a card. */
  readonly isWide?: boolean;
}

/** Renders a page for readers without an identity: no menu, no search and no script, which are for those who are let in. */
export function barePage({title, body, head, tools, isWide}: BarePageProps): string {
  return `<!doctype html>\n${render(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {head}
        <title>{`${title} · Portwright`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/console.css" />
      </head>
      <body class={isWide ? undefined : 'entry'}>
        <header class="top">
          <a class="brand" href="/">
            <Icon name="mark" />
            Portwright
          </a>
          {tools === undefined ? null : <div class="tools">{tools}</div>}
        </header>
        <main id="main">{body}</main>
      </body>
    </html>,
  )}\n`;
}
