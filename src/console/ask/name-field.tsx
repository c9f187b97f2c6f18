import type {VNode} from 'preact';
import {NAME_CHARS} from '../../case/operator/fields.ts';
import type {Operator} from '../access/access.ts';

/** Renders the field for the operator's name; a sentence where the login has it. */
export function NameField({id, operator}: {id: string; operator: Operator | undefined}): VNode {
  if (operator?.fixed) return <p class="dim small">As {operator.name}.</p>;
  return (
    <div class="field">
      <label for={id}>Your name</label>
      <input id={id} name="by" maxLength={NAME_CHARS} required autocomplete="name" value={operator?.name} data-keep-value />
    </div>
  );
}
