import {render} from 'preact-render-to-string';
import {type SessionProps, SessionView} from './session-view.tsx';
import {visible} from './visible.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** What a file of a session has besides its messages. */
export interface SessionFile extends SessionProps {
  /** `net/foo, target @2026Q2` */
  readonly title: string;
  /** What the case came to, when the file was made. */
  readonly facts: string;
  /** Text of the style sheets. */
  readonly css: string;
}

/** A session as one HTML file that needs nothing else: no script, no address but its own, the style sheets within. */
export function sessionHtml({title, facts, css, attempts}: SessionFile): string {
  const head = render(
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={POLICY} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{visible(title)}</title>
      <style>STYLES</style>
    </head>,
  );
  const body = render(
    <body>
      <main>
        <h1>{visible(title)}</h1>
        <p class="facts">{visible(facts)}</p>
        <SessionView attempts={attempts} />
      </main>
    </body>,
  );
  // A function, since `$&` in a style sheet would be taken for a pattern.
  const styled = head.replace('<style>STYLES</style>', () => `<style>${css.replaceAll('</', '<\\/')}</style>`);
  return `<!doctype html>\n<html lang="en">${styled}${body}</html>\n`;
}
