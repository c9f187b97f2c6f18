import type {VNode} from 'preact';
import {type EffectView, isOneLine, type ShownChange} from '../../case/review/effect-view.ts';
import {count, counted} from '../pages/components.tsx';
import {Mark} from './parts.tsx';
import {visible} from './visible.ts';

/** What a diff does to the composed port, next to the diff: one line, and what changes besides files. `id` is its address. */
export function EffectPanel({effect, id}: {effect: EffectView | undefined; id: string}): VNode | null {
  if (effect === undefined) return null;
  const {summary, missing} = effect;
  return (
    <div class="effect" id={id}>
      <p class="effect-line">
        <span class="label">Effect on the port</span> {visible(summary)}
      </p>
      {missing.length === 0 ? null : (
        <ul class="effect-missing">
          {missing.map((one, at) => (
            <li key={at}>
              <Mark tone="warn">not evaluated</Mark> {visible(one)}
            </li>
          ))}
        </ul>
      )}
      {isOneLine(effect) || effect.changes.length === 0 ? null : <Changes effect={effect} id={`${id}-changes`} />}
    </div>
  );
}

/** More changes than this are folded. */
const OPEN_CHANGES = 12;

function Changes({effect: {changes, omitted}, id}: {effect: EffectView; id: string}): VNode {
  return (
    <details id={id} open={changes.length <= OPEN_CHANGES}>
      <summary>{counted(changes.length + omitted, 'change')} of the composed port</summary>
      <section class="scroll" tabIndex={0} aria-label={`Changes of the composed port, ${id}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Name</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((one, at) => (
              <Row key={at} change={one} />
            ))}
          </tbody>
        </table>
      </section>
      {omitted === 0 ? null : <p class="dim">{count(omitted)} more are in analysis/effect.json.</p>}
    </details>
  );
}

function Row({change: {kind, name, text}}: {change: ShownChange}): VNode {
  return (
    <tr>
      <td class="nowrap">{kind}</td>
      <th scope="row">
        <code>{visible(name)}</code>
      </th>
      <td class="wrap">{visible(text)}</td>
    </tr>
  );
}
