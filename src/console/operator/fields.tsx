import type {ComponentChildren, VNode} from 'preact';
import {type ChoiceField, choicesOf, type Field, type IntegerField, type TextField} from '../../case/operator/fields.ts';
import {count} from '../pages/components.tsx';

/** A field of a form, with what the operator typed before. */
export interface FieldProps<Type extends Field = Field> {
  readonly id: string;
  readonly name: string;
  readonly field: Type;
  readonly typed: string | undefined;
  readonly tiers: readonly string[];
  /** Text of the choice of none. */
  readonly unchosen: string;
}

const LIST_CHARS = 2000;

/** Renders the control of a field with its label. */
export function FieldControl(props: FieldProps): VNode {
  const {field} = props;
  switch (field.type) {
    case 'integer':
      return <WholeNumber {...props} field={field} />;
    case 'choice':
      return <Choice {...props} field={field} />;
    case 'list':
      return <Line {...props} limit={LIST_CHARS} />;
    case 'line':
      return <Line {...props} limit={field.limit} />;
    default:
      return <Lines {...props} field={field} />;
  }
}

function Line({id, name, field, typed, limit}: FieldProps & {limit: number}): VNode {
  return (
    <Labelled id={id} label={field.label}>
      <input {...retained(id, name, limit)} type="text" required={field.required} autocomplete="off" value={typed} />
    </Labelled>
  );
}

function Lines({id, name, field, typed = ''}: FieldProps<TextField>): VNode {
  return (
    <Labelled id={id} label={field.label}>
      <textarea {...retained(id, name, field.limit)} rows={4} required={field.required}>
        {/* A browser drops the first line break. */}
        {typed.startsWith('\n') ? `\n${typed}` : typed}
      </textarea>
    </Labelled>
  );
}

/** Not of type number, in which a browser would drop a text that is not a number. */
function WholeNumber({id, name, field, typed}: FieldProps<IntegerField>): VNode {
  return (
    <Labelled id={id} label={`${field.label}, at most ${count(field.limit)}`}>
      <input
        {...retained(id, name, 15)}
        type="text"
        required={field.required}
        inputMode="numeric"
        pattern="[0-9]*"
        autocomplete="off"
        value={typed}
      />
    </Labelled>
  );
}

function Choice({id, name, field, typed, tiers, unchosen}: FieldProps<ChoiceField>): VNode {
  return (
    <Labelled id={id} label={field.label}>
      <select id={id} name={name} required={field.required} data-keep-value>
        <option value="">{unchosen}</option>
        {choicesOf(field, tiers).map((value) => (
          <option key={value} value={value} selected={value === typed}>
            {value}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Renders the label of a control, which has the same id. */
export function Labelled({id, label, children}: {id: string; label: string; children: ComponentChildren}): VNode {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
    </div>
  );
}

/** Returns the attributes by which a page that updates in place retains what is typed into a control. */
export function retained(
  id: string,
  name: string,
  limit: number,
): {id: string; name: string; maxlength: number; 'data-keep-value': true} {
  return {id, name, maxlength: limit, 'data-keep-value': true};
}
