import type {Conversation} from './conversation.ts';

/** A tool call of a script. */
export interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Returns the tool calls of one turn, given the conversation so far. */
export type Step = (conversation: Conversation) => Call[];

export const call = (name: string, args: Call['args'] = {}): Call => ({name, args});
export const composed = ({target, origin}: Conversation): string => `/work/artifacts/compose/${target}/${origin}`;
export const overlay = (origin: string): string => `/work/DeltaPorts/ports/${origin}`;
/** Returns a path in the source, whose directory is taken from the tool's result. */
const inSource = (conversation: Conversation, file: string): string => `${conversation.result('make_patch').wrksrc}/${file}`;

const dops = (origin: string): string => `${overlay(origin)}/overlay.dops`;

export const inspectPort: Step = (c) => [call('env_verify'), call('get_file', {path: `${composed(c)}/Makefile`})];
/** As inspectPort, for a port with overlay.dops. */
export const inspectOverlay =
  (origin: string): Step =>
  (c) => [...inspectPort(c), call('get_file', {path: dops(origin)})];
export const build =
  (origin: string): Step =>
  () => [call('materialize_dports', {origin}), call('dsynth_build', {origin})];
export const readLog =
  (origin: string): Step =>
  () => [call('dsynth_log', {origin, tail_lines: 40})];

/** Returns a tool call that changes a source file, given the result of get_file. */
export type Edit = (path: string, oldText: string, newText: string, read: Readonly<Record<string, unknown>>) => Call;

const replaceText = (path: string, old_text: string, new_text: string): Call =>
  call('replace_in_file', {path, old_text, new_text});
/** Replaces the complete file, on condition that it is unchanged since it was read. */
export const rewrite: Edit = (path, oldText, newText, {content, sha256}) =>
  call('put_file', {path, content: String(content).replace(oldText, () => newText), expected_sha256: sha256});

/** Text of a source file before and after. */
type Change = readonly [before: string, after: string];

/**
 * Returns the steps that change one source file by a dragonfly patch. install_patches adds it to overlay.dops; `reason` goes into
 * line 3 of an overlay.dops that install_patches creates.
 */
export function patchSource(
  origin: string,
  file: string,
  [oldText, newText]: Change,
  reason?: string,
  edit: Edit = replaceText,
): Step[] {
  const explain = reason === undefined ? [] : [call('dops_replace', {at: '3', statement: reason})];
  return [
    () => [call('make_patch', {origin})],
    (c) => [call('dupe', {path: inSource(c, file)}), call('get_file', {path: inSource(c, file)})],
    (c) => [edit(inSource(c, file), oldText, newText, c.file(inSource(c, file)))],
    (c) => [call('genpatch', {path: inSource(c, file)}), call('install_patches', {origin}), ...explain],
    build(origin),
  ];
}
