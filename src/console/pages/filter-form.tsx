import type {ComponentChildren, VNode} from 'preact';
import {Icon} from '../components/icon.tsx';
import {Empty} from '../components/panel.tsx';
import {Count} from '../components/pill.tsx';
import type {Filter, FilterField} from '../queries/filter.ts';
import type {Listed} from '../queries/listing.ts';
import {count, counted, withQuery} from './components.tsx';

type Values = Readonly<Record<string, string | undefined>>;

interface FilterFormProps {
  /** Path of the list. */
  readonly path: string;
  readonly filter: Filter;
  /** The query string of the list, with its `sort`. */
  readonly values: Values;
  /** Fields that the views of the list set, which show what is set. */
  readonly views?: readonly string[];
  /** By the name of the field. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/**
 * Renders the fields of a filter, which are in the address of the list. With the client a change applies at once, else by the button.
 * What links have set is shown as chips that remove it.
 */
export function FilterForm({path, filter, values, choices, views = []}: FilterFormProps): VNode {
  const fields = Object.entries(filter.fields);
  const isSet = fields.some(([name]) => values[name]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element search is not known to all browsers yet
    <form class="chips" role="search" method="get" action={path} id="filters" data-filters>
      {fields.map(([name, field]) => (
        <Field key={name} name={name} field={field} value={values[name]} choices={choices[name] ?? []} />
      ))}
      {values.sort ? <input type="hidden" name="sort" value={values.sort} /> : null}
      {fields.map(([name, field]) =>
        field.control === 'hidden' && values[name] && !views.includes(name) ? (
          <SetChip key={name} path={path} name={name} field={field} values={values} />
        ) : null,
      )}
      <button type="submit" class="no-client">
        Show
      </button>
      {isSet ? (
        <a class="end small" href={withQuery(path, {sort: values.sort})}>
          Clear
        </a>
      ) : null}
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
  const {control, label, placeholder = label} = field;
  const id = `filter-${name}`;
  switch (control) {
    case 'search':
    case 'text':
      return (
        <>
          <label class="unseen" for={id}>
            {label}
          </label>
          <input type="search" name={name} id={id} value={value ?? ''} maxLength={200} placeholder={placeholder} />
        </>
      );
    case 'choice':
      return <ChoiceChip name={name} field={field} value={value} choices={choices} />;
    case 'checkbox':
      return (
        <label class={value === '1' ? 'chip on' : 'chip'}>
          <input type="checkbox" name={name} id={id} value="1" checked={value === '1'} /> {label}
        </label>
      );
    case 'hidden':
      return value ? <input type="hidden" name={name} value={value} /> : null;
  }
}

function ChoiceChip({name, field: {label, textOf = same}, value, choices}: FieldProps): VNode {
  return (
    <select class={value ? 'chip on' : 'chip'} name={name} id={`filter-${name}`} aria-label={label}>
      <option value="">{label}: any</option>
      {choices.map((choice) => (
        <option key={choice} value={choice} selected={choice === value}>
          {choice === value ? `${label}: ${textOf(choice)}` : textOf(choice)}
        </option>
      ))}
    </select>
  );
}

function same(value: string): string {
  return value;
}

interface SetChipProps {
  readonly path: string;
  readonly name: string;
  readonly field: FilterField;
  readonly values: Values;
}

function SetChip({path, name, field: {label, textOf = same}, values}: SetChipProps): VNode {
  return (
    <a class="chip on" href={withQuery(path, {...values, [name]: undefined})}>
      {label}: {textOf(values[name] ?? '')} <Icon name="x" />
      <span class="unseen">remove filter</span>
    </a>
  );
}

interface FilteredListProps extends FilterFormProps {
  readonly listed: Listed<unknown>;
  /** What a row is, in the singular. */
  readonly noun: string;
  /** Heading and text of the list while nothing is in it. */
  readonly empty: {readonly title: string; readonly text: ComponentChildren};
  readonly children: ComponentChildren;
}

/** Renders a list with its filter, its total and the links to its other pages; `children` is its table. */
export function FilteredList({listed, noun, empty, children, ...form}: FilteredListProps): VNode {
  const {path, filter, values} = form;
  const isFiltered = Object.keys(filter.fields).some((name) => values[name]);
  return (
    <>
      <FilterForm {...form} />
      <section class="panel" aria-label={`List: ${counted(listed.total, noun)}`} id="list">
        {listed.total > 0 ? children : <NoRows path={path} noun={noun} isFiltered={isFiltered} empty={empty} />}
        {listed.total > 0 ? <ListFoot path={path} values={values} listed={listed} /> : null}
      </section>
    </>
  );
}

interface NoRowsProps extends Pick<FilteredListProps, 'noun' | 'empty'> {
  readonly path: string;
  readonly isFiltered: boolean;
}

function NoRows({path, noun, isFiltered, empty}: NoRowsProps): VNode {
  if (!isFiltered)
    return (
      <Empty title={empty.title} level={2}>
        <p>{empty.text}</p>
      </Empty>
    );
  return (
    <Empty title={`No ${noun} matches`} icon="search" level={2}>
      <p>A filter is set.</p>
      <a class="button" href={path}>
        Clear filters
      </a>
    </Empty>
  );
}

interface ListFootProps {
  readonly path: string;
  readonly values: Values;
  readonly listed: Listed<unknown>;
}

function ListFoot({path, values, listed: {rows, total, page, pages, pageRows}}: ListFootProps): VNode {
  const first = (page - 1) * pageRows + 1;
  const to = (at: number): string => withQuery(path, {...values, page: at === 1 ? undefined : String(at)});
  return (
    <nav class="foot row" aria-label="Pages of the list">
      <span class="wide client">
        <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> opens · <kbd>f</kbd> filters · <kbd>?</kbd> all keys
      </span>
      <span class="end" role="status">
        {count(first)}–{count(first + rows.length - 1)} of {count(total)}
      </span>
      {page > 1 ? (
        <a rel="prev" href={to(page - 1)}>
          Previous
        </a>
      ) : null}
      {page < pages ? (
        <a rel="next" href={to(page + 1)}>
          Next
        </a>
      ) : null}
    </nav>
  );
}

/** A view of a list: a filter that has a name. */
export interface View {
  readonly name: string;
  readonly href: string;
  readonly isShown: boolean;
  readonly count?: number;
  readonly tone?: 'warn';
}

/** Renders the views of a list as tabs, each with an address. */
export function ViewTabs({label, views}: {label: string; views: readonly View[]}): VNode {
  return (
    <nav class="tabs" aria-label={label}>
      {views.map(({name, href, isShown, count: n, tone}) => (
        <a key={name} href={href} aria-current={isShown ? 'page' : undefined}>
          {name}
          {n === undefined || (tone === 'warn' && n === 0) ? null : (
            <>
              {' '}
              <Count n={count(n)} tone={n === 0 ? undefined : tone} />
            </>
          )}
        </a>
      ))}
    </nav>
  );
}
