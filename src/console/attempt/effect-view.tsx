import type {ComponentChildren, VNode} from 'preact';
import type {EffectView, ShownChange} from '../../case/review/effect-view.ts';
import {Notice} from '../components/notice.tsx';
import {Panel} from '../components/panel.tsx';
import {count, counted} from '../pages/components.tsx';
import {visible} from './visible.ts';

/** More changes than this are folded. */
const OPEN_CHANGES = 12;

/** Parts of a composed port that are compared, by the kinds of their changes. */
const COMPARED: readonly (readonly [kind: string, name: string])[] = [
  ['File', 'files'],
  ['Variable', 'variables'],
  ['Target', 'targets'],
  ['Makefile', 'Makefiles read'],
];

/** Renders what a diff does to the composed port, as rows before and after. Null where that was not evaluated. */
export function EffectPanel({effect, id}: {effect: EffectView | undefined; id: string}): VNode | null {
  if (effect === undefined) return null;
  const {summary, missing, changes, omitted} = effect;
  return (
    <Panel title="What the fix does to the port" id={id} end={changeCount(effect)} flush>
      {changes.length === 0 ? (
        <div class="body">
          <p class="break">{visible(summary)}</p>
        </div>
      ) : null}
      {missing.map((one, at) => (
        <div class="body" key={at}>
          <Notice tone="warn">Not evaluated: {visible(one)}</Notice>
        </div>
      ))}
      {changes.length === 0 ? null : <Changes effect={effect} id={`${id}-changes`} />}
      {omitted === 0 ? null : <p class="foot">{count(omitted)} more are in analysis/effect.json.</p>}
    </Panel>
  );
}

function changeCount({changes, omitted}: EffectView): string | undefined {
  const total = changes.length + omitted;
  return total === 0 ? undefined : `${counted(total, 'change')} of the composed port`;
}

function Changes({effect, id}: {effect: EffectView; id: string}): VNode {
  const {changes, missing} = effect;
  const first = changes.slice(0, OPEN_CHANGES);
  const rest = changes.slice(OPEN_CHANGES);
  return (
    <>
      <Rows>
        {first.map((one, at) => (
          <Row key={at} change={one} />
        ))}
        {missing.length === 0 ? <SameRow changes={changes} /> : null}
      </Rows>
      {rest.length === 0 ? null : (
        <details id={id} class="fold foot">
          <summary>{counted(rest.length, 'more change')}</summary>
          <Rows>
            {rest.map((one, at) => (
              <Row key={at} change={one} />
            ))}
          </Rows>
        </details>
      )}
    </>
  );
}

function Rows({children}: {children: ComponentChildren}): VNode {
  return (
    <table class="effect cards" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            Composed port
          </th>
          <th scope="col" role="columnheader">
            Before
          </th>
          <th scope="col" role="columnheader">
            After
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

function Row({change}: {change: ShownChange}): VNode {
  const {kind, name, text, before, after} = change;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <span class="dim small">{kind}</span> <code>{visible(name)}</code>
      </th>
      {before === undefined || after === undefined ? (
        <td role="cell" colSpan={2}>
          <code>{visible(text)}</code>
        </td>
      ) : (
        <Sides kind={kind} before={before} after={after} />
      )}
    </tr>
  );
}

function Sides({kind, before, after}: {kind: string; before: string; after: string}): VNode {
  const shown = (text: string): ComponentChildren =>
    kind === 'Variable' && text !== 'nothing' ? <code>{visible(text)}</code> : visible(text);
  return (
    <>
      <td role="cell" data-label="Before" class={before === 'absent' || before === 'present' ? 'same' : undefined}>
        {shown(before)}
      </td>
      <td role="cell" data-label="After">
        {shown(after)}
      </td>
    </>
  );
}

/** The parts of the port without a change. */
function SameRow({changes}: {changes: readonly ShownChange[]}): VNode | null {
  const kinds = new Set(changes.map(({kind}) => kind));
  const same = COMPARED.filter(([kind]) => !kinds.has(kind)).map(([, name]) => name);
  const names = ['Other files and values', ...(same.length === 0 ? [] : [`all ${same.join(', ')}`])].join('; ');
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {names}
      </th>
      <td role="cell" colSpan={2} class="same">
        unchanged
      </td>
    </tr>
  );
}
