import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {readDocument} from '../../site/documents.ts';
import {installRoot} from '../../src/setup/paths.ts';

/** Returns a source text with what its templates fill in as `…`, without the line breaks and escapes of its strings. */
function messagesOf(text: string): string {
  return text
    .replace(/\\([`'"])/g, '$1')
    .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
    .replace(/\$\(\(?[^()]*\)?\)|\$\w+/g, '…');
}

function textsBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(installRoot(), folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(join(installRoot(), folder, name), 'utf8'));
}

/** The messages of the page: first cells of its tables that are one inline code. */
const MESSAGES = [...readDocument('docs/troubleshooting.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message);

/** Returns the part of a message that the sources must have literally, in one piece: its longest between two `…`. */
function literalOf(message: string): string {
  return message.split('…').reduce((longest, part) => (part.trim().length > longest.length ? part.trim() : longest), '');
}

test('the page of symptoms quotes messages', () => {
  expect(MESSAGES.length).toBeGreaterThan(30);
  expect(messagesOf('`it\\`s ${name({a: 1})} here`')).toBe('`it`s … here`');
});

test('each message that the page of symptoms quotes is printed by the sources', () => {
  const sources = [...textsBelow('src', /\.tsx?$/), ...textsBelow('hooks', /^[^.]+(?:\.sh)?$/)].map(messagesOf);
  const missing = MESSAGES.filter((message) => {
    const parts = message.split('…').map((part) => part.trim());
    return !sources.some((source) => parts.every((part) => source.includes(part)));
  });
  expect(missing).toEqual([]);
  expect(MESSAGES.filter((message) => literalOf(message).length < 10)).toEqual([]);
});
