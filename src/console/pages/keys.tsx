import type {VNode} from 'preact';

type Keys = readonly (readonly [readonly string[], string])[];

const ANYWHERE: Keys = [
  [['?'], 'This list'],
  [['/'], 'Find a port or case'],
  [['g', 'o'], 'Overview'],
  [['g', 'c'], 'Cases'],
  [['g', 'r'], 'Runs'],
  [['g', 'n'], 'Next case that needs you'],
  [['.'], 'Pause live updates, or go on'],
];
const IN_CASE: Keys = [
  [['a'], 'Go to Accept fix; Enter accepts'],
  [['r'], 'Reject the fix, with a reason'],
  [['q'], 'Ask about this fix'],
  [['d'], 'Download the patch'],
  [['l'], 'Log at the error'],
  [['n'], 'Next guard finding'],
  [['p'], 'Previous guard finding'],
];
const IN_LIST: Keys = [
  [['j'], 'Down'],
  [['k'], 'Up'],
  [['Enter'], 'Open'],
  [['f'], 'Filters'],
];
const IN_LOG: Keys = [
  [['/'], 'Search the log'],
  [['n'], 'Next hit'],
  [['N'], 'Previous hit'],
  [['e'], 'Next error line'],
  [[':'], 'Go to a line'],
];

/** Renders the list of keys; `?` opens it, and without the client its button does. */
export function KeysDialog(): VNode {
  return (
    <div popover="auto" id="keys" role="dialog" aria-labelledby="keys-h">
      <div class="head">
        <h2 id="keys-h">Keys</h2>
        <button type="button" class="quiet tiny" popovertarget="keys" popovertargetaction="hide">
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <div class="body keys">
        <KeyList heading="Anywhere" keys={ANYWHERE} />
        <KeyList heading="In a case" keys={IN_CASE} />
        <KeyList heading="In a list" keys={IN_LIST} />
        <KeyList heading="In a log" keys={IN_LOG} />
      </div>
      <div class="body client">
        <label class="check">
          <input type="checkbox" id="single-keys" checked />
          Single keys are on
        </label>
        <p class="hint">They are off while you type. Switched off, no key but those of the browser does anything.</p>
      </div>
    </div>
  );
}

function KeyList({heading, keys}: {heading: string; keys: Keys}): VNode {
  return (
    <div>
      <h3>{heading}</h3>
      <dl>
        {keys.map(([names, text]) => (
          <>
            <dt>
              {names.map((name) => (
                <>
                  <kbd>{name}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
    </div>
  );
}
