import {type PlannedOperation, planText} from '../dops/plan.ts';
import type {Overlay} from '../dops/syntax/parse-overlay.ts';
import type {ComposeFailure} from './compose-failure.ts';

/** Characters of a statement that are shown. */
const MOST_OPERATION = 200;

/** Places in the port's overlay.dops, as Portwright's engine reads it. */
export class ComposePlaces {
  readonly #overlay: Overlay;
  readonly #lines: readonly string[];
  readonly #operations: ReadonlyMap<string, PlannedOperation>;

  constructor(text: string) {
    const {overlay, plan} = planText(text);
    this.#overlay = overlay;
    this.#lines = text.split('\n');
    this.#operations = new Map(plan?.operations.map((one) => [one.id, one]));
  }

  /** Returns the engine's diagnostics of the file. */
  get errors(): ComposeFailure[] {
    return this.#overlay.diagnostics.map(({code, message, line, column}) => ({
      code,
      message,
      file: 'overlay.dops',
      line,
      column,
      ...this.textAt(line),
    }));
  }

  /** Returns the place of a planned operation by its id; nothing if the plan has none. */
  ofOperation(id: string): Pick<ComposeFailure, 'file' | 'line' | 'column' | 'operation'> {
    const planned = this.#operations.get(id);
    if (planned === undefined) return {};
    const {line, column} = planned.operation.place;
    return {file: 'overlay.dops', line, column, ...this.textAt(line)};
  }

  /** Returns the text of a line, for display; nothing for a blank one. */
  textAt(line: number): {operation?: string} {
    const text = this.#lines[line - 1]?.trim() ?? '';
    return text === '' ? {} : {operation: text.slice(0, MOST_OPERATION)};
  }
}
