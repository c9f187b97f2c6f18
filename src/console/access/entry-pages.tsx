import type {ComponentChildren, VNode} from 'preact';
import {render} from 'preact-render-to-string';

/** Pages for who is not let in yet: they show nothing of the console. */

export function loginPage({to, problem}: {to: string; problem?: string}): string {
  return bare(
    'Log in',
    <form method="post" action="/login" autocomplete="off">
      {problem === undefined ? null : (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      <p>
        <label>
          The console’s token, PORTWRIGHT_CONSOLE_TOKEN
          <input type="password" name="token" required autocomplete="off" />
        </label>
      </p>
      <input type="hidden" name="to" value={to} />
      <p>
        <button type="submit" class="primary">
          Log in
        </button>
      </p>
    </form>,
  );
}

export function closedPage(message: string): string {
  return bare('Not let in', <p class="notice bad">{message}</p>);
}

/** For a form that was sent without a session: sent again, it arrives as it was. */
export function sessionOverPage(): string {
  return bare(
    'Log in first',
    <>
      <p class="notice warn">Nothing was done: the session is over, or there was none.</p>
      <p>
        What you wrote is not lost.{' '}
        <a href="/login" target="_blank" rel="noopener">
          Log in on another page
        </a>
        , then load this one again, and let the browser send the form once more.
      </p>
    </>,
  );
}

/** A link from elsewhere comes without the session's cookie; one from here has it. */
export function onwardPage(to: string): string {
  return bare(
    'One moment',
    <p>
      <a href={to}>Go on to the console</a>
    </p>,
    <meta http-equiv="refresh" content={`0; url=${to}`} />,
  );
}

function bare(title: string, body: ComponentChildren, head?: VNode): string {
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
      <body>
        <main id="main">
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>,
  )}\n`;
}
