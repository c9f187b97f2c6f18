import type {VNode} from 'preact';
import {Icon} from '../components/icon.tsx';
import {SECTIONS, type Section, type Shell, type Theme} from './shell.ts';

interface TopBarProps {
  readonly current: Section | undefined;
  readonly shell: Shell;
}

/** Renders the bar at the top of each page: the menu, the search, and what belongs to the session. */
export function TopBar({current, shell}: TopBarProps): VNode {
  return (
    <header class="top">
      <a class="brand" href="/">
        <Icon name="mark" />
        Portwright
      </a>
      <nav aria-label="Sections">
        {SECTIONS.map(([section, name, path]) => (
          <a key={section} href={path} aria-current={current === section ? 'page' : undefined}>
            {name}
            {section === 'cases' ? <WaitingCount waiting={shell.waiting} /> : null}
          </a>
        ))}
      </nav>
      <Tools shell={shell} />
    </header>
  );
}

/** Number of cases that need a person. Its element is always there, as the live page changes it in place. */
function WaitingCount({waiting}: {waiting: number}): VNode {
  return (
    <span id="waiting-count" class="count warn" hidden={waiting === 0}>
      <span class="unseen">, </span>
      {waiting}
      <span class="unseen"> {waiting === 1 ? 'needs' : 'need'} you</span>
    </span>
  );
}

function Tools({shell}: {shell: Shell}): VNode {
  const {canLogOut} = shell;
  return (
    <div class="tools">
      <form class="wide" method="get" action="/ui/cases">
        <label class="find">
          <Icon name="search" />
          <span class="unseen">Find a port or case</span>
          <input type="search" id="find" name="q" placeholder="Find a port or case" maxLength={200} />
          <kbd>/</kbd>
        </label>
      </form>
      <span id="live" class="live off client" title="The page changes in place when something happens">
        Not live
      </span>
      <button id="pause" type="button" class="quiet tiny wide client" aria-pressed="false" title="Pause live updates">
        <Icon name="pause" />
        <span class="unseen">Pause live updates</span>
      </button>
      <ThemeButton theme={shell.theme} />
      <button type="button" class="quiet tiny" popovertarget="keys" aria-label="Keys" title="Keys">
        ?
      </button>
      <Person shell={shell} />
      {canLogOut ? (
        <form method="post" action="/logout">
          <button type="submit" class="quiet tiny">
            Log out
          </button>
        </form>
      ) : null}
    </div>
  );
}

/** Who reads the page: the name for the activity of cases and, after a login, the role. */
function Person({shell: {operator, login}}: {shell: Shell}): VNode | null {
  if (operator === undefined && login === undefined) return null;
  const title = login === undefined ? 'Your name in the activity of cases' : `You are logged in ${login.text}`;
  return (
    <span class="wide" title={title}>
      {operator} {login === undefined ? null : <span class="dim">{login.role}</span>}
    </span>
  );
}

const THEME_NAMES: Readonly<Record<Theme, string>> = {auto: 'as the system', light: 'light', dark: 'dark'};

function ThemeButton({theme}: {theme: Theme}): VNode {
  const name = `Theme: ${THEME_NAMES[theme]}`;
  return (
    <button id="theme" type="button" class="quiet tiny client" data-theme-choice={theme} aria-label={name} title={name}>
      <Icon name="theme" />
    </button>
  );
}
