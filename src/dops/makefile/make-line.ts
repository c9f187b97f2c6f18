import {END_CLASS} from '../syntax/lines.ts';
import {type MakeNode, readMakefile} from './read-makefile.ts';

/** A logical line of a Makefile as make reads it. The reference's reader, `readMakefile`, leaves more of them unread. */
export interface MakeLine {
  readonly kind: 'recipe' | 'directive' | 'assignment' | 'target' | 'comment' | 'other';
  readonly text: string;
  /** Of an assignment the variable, of a target its names, of a directive its name. */
  readonly name: string;
  /** Of an assignment the value, of a directive its arguments, of a target what follows, of a recipe the command without `@`, `-`, `+`. */
  readonly value: string;
}

const DIRECTIVE = /^ *\.[ \t]*(-?[a-z]+)\b(?!\s*[?+:!]?=|[\w.-]*\s*::?(?!=))[ \t]*(.*)$/s;
/** Assignments that the reference does not have: `NAME:sh=`, names with `%`, names that begin with a dot, expansions with modifiers. */
const ASSIGNMENT = /^ *((?:[\w.%+/()-]|\$\{[^{}]{0,80}\})+?)[ \t]*(?:[?+:!]|:sh)?=(.*)$/s;
/** Names may have expansions with colons; `!` separates too. */
const TARGET = /^ *((?:[^:!#=$]|\$[({][^(){}]{0,80}[)}])+?)(?:::?|!)(?!=)(.*)$/s;
/** Characters that end a line for the reference, and are blanks for make. */
const ENDS = new RegExp(`[${END_CLASS}]`, 'g');

/** The latest lines by their text: each rule parses the same ones. */
const latest = new Map<string, MakeLine>();
const MOST_LATEST = 2000;

/** Parses a logical line, whose continued lines are joined. */
export function readMakeLine(text: string): MakeLine {
  const known = latest.get(text);
  if (known !== undefined) return known;
  if (latest.size >= MOST_LATEST) latest.clear();
  const line = {text, ...parseLine(text.replace(ENDS, ' '))};
  latest.set(text, line);
  return line;
}

/** Returns whether the next physical line belongs to the same logical line: an odd number of backslashes ends this one. */
export function continues(text: string): boolean {
  let start = text.length;
  while (text.charAt(start - 1) === '\\') start--;
  return (text.length - start) % 2 === 1;
}

function parseLine(line: string): Omit<MakeLine, 'text'> {
  const [node] = readMakefile(line).nodes;
  if (node === undefined || /^\s*(?:#|$)/.test(line)) return {kind: 'comment', name: '', value: ''};
  if (node.kind === 'recipe') return {kind: 'recipe', name: '', value: line.replace(/^[\t @+-]+/, '').trim()};
  return lineOf('directive', DIRECTIVE, line) ?? assignmentIn(node, line) ?? lineOf('target', TARGET, line) ?? other(line);
}

function assignmentIn(node: MakeNode, line: string): Omit<MakeLine, 'text'> | undefined {
  if (node.kind !== 'assignment') return lineOf('assignment', ASSIGNMENT, line);
  return {kind: 'assignment', name: node.name, value: node.value.trim()};
}

function lineOf(kind: MakeLine['kind'], form: RegExp, line: string): Omit<MakeLine, 'text'> | undefined {
  const [, name, value = ''] = form.exec(line) ?? [];
  return name === undefined ? undefined : {kind, name: name.trim(), value: value.trim()};
}

function other(line: string): Omit<MakeLine, 'text'> {
  return {kind: 'other', name: '', value: line};
}
