import {type TOptional, type TString, Type} from 'typebox';

/** Orders of a list by name: an SQL expression of which rows have one value each. */
export type Sorts = Readonly<Record<string, string>>;

/** Values of a list's query string with the name of an order. */
export interface Sorted {
  readonly sort?: string | undefined;
}

/** Key of a query string that names an order; `-` before the name is descending. */
export const SORT_KEY = 'sort';

/** Schema of that key. A name that the list does not have is ignored. */
export const sortSchema: TOptional<TString> = Type.Optional(Type.String({maxLength: 40}));

/** Returns the ORDER BY of a list: by the named order, then by its usual one; rows without a value are last. */
export function orderBy(sorts: Sorts, sort: string | undefined, usual: string): string {
  const {name, isDescending} = parseSort(sort);
  const expression = Object.hasOwn(sorts, name) ? sorts[name] : undefined;
  if (expression === undefined) return usual;
  return `${expression} IS NULL, ${expression} ${isDescending ? 'DESC' : 'ASC'}, ${usual}`;
}

/** Returns the name of an order and its direction. */
export function parseSort(sort = ''): {readonly name: string; readonly isDescending: boolean} {
  return {name: sort.replace(/^-/, ''), isDescending: sort.startsWith('-')};
}
