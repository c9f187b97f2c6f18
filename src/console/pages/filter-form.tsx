import type {ComponentChildren, VNode} from 'preact';
import type {Filter, FilterField} from '../queries/filter.ts';
import type {Listed} from '../queries/listing.ts';
import {Choice, counted, Pager} from './components.tsx';

type Values = Readonly<Record<string, string | undefined>>;

interface FilterFormProps {
  /** Path of the list. */
  readonly path: string;
  readonly filter: Filter;
  readonly values: Values;
  /** By the name of the field. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** The form of a filter, whose fields are in the address of the list. */
export function FilterForm({path, filter, values, choices}: FilterFormProps): VNode {
  return (
    <form class="filters" method="get" action={path}>
      {Object.entries(filter.fields).map(([name, field]) => (
        <Field key={name} name={name} field={field} value={values[name]} choices={choices[name] ?? []} />
      ))}
      <button type="submit">Show</button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly field: FilterField;
  readonly value: string | undefined;
  readonly choices: readonly string[];
}

function Field({name, field, value, choices}: FieldProps): VNode | null {
  const {control, label, placeholder} = field;
  const id = `filter-${name}`;
  switch (control) {
    case 'search':
      return (
        <label>
          {label}
          <input type="search" name={name} id={id} value={value ?? ''} maxLength={200} />
        </label>
      );
    case 'choice':
      return <Choice name={name} label={label} choices={choices} value={value} />;
    case 'text':
      return (
        <label>
          {label}
          <input name={name} id={id} value={value ?? ''} maxLength={200} placeholder={placeholder} />
        </label>
      );
    case 'checkbox':
      return (
        <label class="check">
          <input type="checkbox" name={name} id={id} value="1" checked={value === '1'} /> {label}
        </label>
      );
    case 'hidden':
      return value ? <input type="hidden" name={name} value={value} /> : null;
  }
}

/** A list with its filter, its total and the links to its other pages; `children` is its table. */
export function FilteredList({
  listed,
  noun,
  note,
  children,
  ...form
}: FilterFormProps & {
  listed: Listed<unknown>;
  /** What a row is, in the singular. */
  noun: string;
  /** Below the form. */
  note?: VNode | null;
  children: ComponentChildren;
}): VNode {
  return (
    <>
      <FilterForm {...form} />
      {note}
      <p class="dim" role="status">
        {counted(listed.total, noun)}
      </p>
      {children}
      <Pager path={form.path} query={form.values} page={listed.page} pages={listed.pages} />
    </>
  );
}
