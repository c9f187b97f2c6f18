import type {ComponentChildren, VNode} from 'preact';
import {Notice} from '../components/notice.tsx';
import {Panel, Title} from '../components/panel.tsx';
import {barePage} from './bare-page.tsx';

/** Pages for who is not let in yet: they show nothing of the console. */

/** What the login page offers. */
export interface LoginPageProps {
  readonly to: string;
  readonly problem?: string | undefined;
  readonly hasToken: boolean;
  /** Label of the login provider; undefined: there is none. */
  readonly provider: string | undefined;
  readonly isPublic: boolean;
}

/** Renders the login page. The button of the provider is a link, since forms may lead nowhere but to the console. */
export function loginPage({to, problem, hasToken, provider, isPublic}: LoginPageProps): string {
  const body = (
    <>
      <Title heading="Log in" />
      {problem === undefined ? null : (
        <Notice tone="bad" role="alert">
          {problem}
        </Notice>
      )}
      {provider === undefined ? null : <ProviderPanel to={to} provider={provider} />}
      {hasToken ? <TokenPanel to={to} isPrimary={provider === undefined} /> : null}
      {isPublic ? (
        <p class="hint">
          <a href="/public">Read the public pages</a> without a login.
        </p>
      ) : null}
    </>
  );
  return barePage({title: 'Log in', body});
}

function ProviderPanel({to, provider}: {to: string; provider: string}): VNode {
  return (
    <Panel title="Your account">
      <p>
        <a class="button primary" href={`/login/oidc?${new URLSearchParams({to})}`}>
          Log in with {provider}
        </a>
      </p>
      <p class="hint">What you do here is recorded with your name.</p>
    </Panel>
  );
}

function TokenPanel({to, isPrimary}: {to: string; isPrimary: boolean}): VNode {
  return (
    <Panel title="The console’s token">
      <form class="stack" method="post" action="/login" autocomplete="off">
        <div class="field">
          <label for="token">Token</label>
          <input type="password" id="token" name="token" required autocomplete="off" />
          <span class="hint">
            The value of <code>PORTWRIGHT_CONSOLE_TOKEN</code>. Whoever started the console has it.
          </span>
        </div>
        <input type="hidden" name="to" value={to} />
        <p>
          <button type="submit" class={isPrimary ? 'primary' : undefined}>
            Log in with the token
          </button>
        </p>
      </form>
    </Panel>
  );
}

/** Renders why somebody is not let in, or may not do this. */
export function closedPage(message: string): string {
  return entryPage(
    'Not allowed',
    <>
      <Notice tone="bad" role="alert">
        {message}
      </Notice>
      <p class="row">
        <a class="button" href="/">
          Go to the overview
        </a>
      </p>
    </>,
  );
}

/** Renders the answer to a form that was sent without a session: sent again, it arrives as it was. */
export function sessionOverPage(): string {
  return entryPage(
    'Log in first',
    <>
      <Notice tone="warn">Nothing was done: the session is over, or there was none.</Notice>
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

/** Renders the page that leads on into the console: a link from elsewhere comes without the session's cookie; one from here has it. */
export function onwardPage(to: string): string {
  return entryPage(
    'One moment',
    <p>
      <a href={to}>Go on to the console</a>
    </p>,
    <meta http-equiv="refresh" content={`0; url=${to}`} />,
  );
}

/** Renders the page after a logout here, which leads to the provider's own: a form's answer may not be a redirect to it. */
export function leavingPage(onward: string): string {
  return entryPage(
    'Logged out',
    <>
      <p>You are logged out of Portwright.</p>
      <p>
        <a href={onward}>Log out of the login provider too</a>
      </p>
    </>,
    <meta http-equiv="refresh" content={`0; url=${onward}`} />,
  );
}

function entryPage(title: string, body: ComponentChildren, head?: VNode): string {
  const content = (
    <>
      <Title heading={title} />
      {body}
    </>
  );
  return barePage({title, body: content, ...(head !== undefined && {head})});
}
