import type {ComponentChildren, VNode} from 'preact';
import {Table} from './components.tsx';

/** A column of a table: its head, and how it shows a row. */
export interface Column<R> {
  readonly head: string;
  /** Numbers stand at the right. */
  readonly isNumber?: true;
  /** The cell is the heading of its row. */
  readonly isRowHead?: true;
  /** Classes of a cell of the style sheet. */
  readonly class?: string;
  readonly cell: (row: R, index: number) => ComponentChildren;
}

/** A table of rows, by its columns. `rowId` is the id of a row's element, which a live page needs to match rows. */
export function DataTable<R>({
  caption,
  columns,
  rows,
  rowId,
  id,
}: {
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  rowId?: (row: R) => string;
  id?: string;
}): VNode {
  const numbers = columns.filter(({isNumber}) => isNumber).map(({head}) => head);
  return (
    <Table caption={caption} heads={columns.map(({head}) => head)} numbers={numbers} id={id}>
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
