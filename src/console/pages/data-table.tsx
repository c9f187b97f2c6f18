import type {ComponentChildren, VNode} from 'preact';
import {parseSort} from '../queries/sort.ts';
import {Table, type TableHead, withQuery} from './components.tsx';

/** A column of a table: its head, and how it shows a row. */
export interface Column<R> {
  readonly head: string;
  /** Name of the order by which the head sorts the list. */
  readonly sort?: string;
  /** Numbers stand at the right. */
  readonly isNumber?: true;
  /** The cell is the heading of its row. */
  readonly isRowHead?: true;
  /** Classes of a cell of the style sheet. `wide`: not on a phone; `span`: a full line on a phone. */
  readonly class?: string;
  readonly cell: (row: R, index: number) => ComponentChildren;
}

/** Order of a list that its heads change. */
export interface ListOrder {
  readonly path: string;
  /** The query string, with its `sort`. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

interface DataTableProps<R> {
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  /** Returns the id of a row's element, which a live page needs to match rows. */
  readonly rowId?: (row: R) => string;
  readonly id?: string;
  readonly order?: ListOrder | undefined;
}

/** A table of rows, by its columns. */
export function DataTable<R>({caption, columns, rows, rowId, id, order}: DataTableProps<R>): VNode {
  return (
    <Table caption={caption} heads={columns.map((column) => headOf(column, order))} id={id}>
      {rows.map((row, index) => (
        <tr key={rowId?.(row) ?? index} id={rowId?.(row)} role="row">
          {columns.map((column) => (
            <Cell key={column.head} column={column} row={row} index={index} />
          ))}
        </tr>
      ))}
    </Table>
  );
}

/** The head of a column. Numbers and times are sorted downwards first, texts upwards. */
function headOf<R>({head, sort, isNumber, class: more}: Column<R>, order: ListOrder | undefined): TableHead {
  const base = {text: head, isNumber: isNumber === true, isWide: more?.split(' ').includes('wide') === true};
  if (sort === undefined || order === undefined) return base;
  const {name, isDescending} = parseSort(order.values.sort);
  const isSorted = name === sort;
  const down = isSorted ? !isDescending : isNumber === true;
  const href = withQuery(order.path, {...order.values, sort: down ? `-${sort}` : sort});
  if (!isSorted) return {...base, href};
  return {...base, href, sorted: isDescending ? 'descending' : 'ascending'};
}

function Cell<R>({column, row, index}: {column: Column<R>; row: R; index: number}): VNode {
  const content = column.cell(row, index);
  if (column.isRowHead)
    return (
      <th scope="row" role="rowheader" class={column.class}>
        {content}
      </th>
    );
  return (
    <td role="cell" class={classOf(column)} data-label={column.isNumber ? column.head : undefined}>
      {content}
    </td>
  );
}

function classOf({isNumber, class: more}: Column<never>): string | undefined {
  const classes = [...(isNumber ? ['num'] : []), ...(more === undefined ? [] : [more])];
  return classes.length === 0 ? undefined : classes.join(' ');
}
