import {type ActionName, actionOf} from './actions.ts';
import type {Field} from './fields.ts';

/** Values of an action's fields as they stand in a command line. */
export type Values = Readonly<Record<string, string | number>>;

/** Returns the values for an example: those of the guide, or those that an operator has to replace. */
export function exampleValues(name: ActionName, kind: 'example' | 'placeholder'): Values {
  const found: [string, string | number][] = [];
  for (const [key, field] of Object.entries(actionOf(name).fields)) {
    const value = field[kind];
    if (value !== undefined) found.push([key, value]);
  }
  return Object.fromEntries(found);
}

/** Returns the line that sends an action with portwright's CLI. A diff is read from the file `my.diff`. */
export function portwrightCommand(name: ActionName, caseName: string, values: Values): string {
  const {command, fields} = actionOf(name);
  const options = Object.entries(values).map(([key, value]) => {
    const field = fields[key] as Field;
    return `${field.option.replace(/ .*/, '')} ${field.type === 'diff' ? 'my.diff' : shellWord(String(value))}`;
  });
  return ['portwright', command, shellWord(caseName), ...options].join(' ');
}

/** Returns the line that sends an action with Temporal's CLI. An input with a diff is read from the file `input.json`. */
export function temporalCommand(name: ActionName, workflowId: string, by: string, values: Values): string {
  const {kind, fields} = actionOf(name);
  const hasDiff = Object.keys(values).some((key) => fields[key]?.type === 'diff');
  const input = hasDiff ? '--input-file input.json' : `--input ${shellWord(actionInput(by, values))}`;
  const subcommand = kind === 'signal' ? 'signal' : 'update execute';
  return `temporal workflow ${subcommand} --workflow-id ${shellWord(workflowId)} --name ${name} ${input}`;
}

/** Returns the input of an action's message as JSON, for the Web UI. */
export function actionInput(by: string, values: Values): string {
  return JSON.stringify({by, ...values});
}

/** Quotes a text for a POSIX shell, unless it is a plain word. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9@%_+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
