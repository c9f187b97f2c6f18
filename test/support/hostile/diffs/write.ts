/** Directory of the overlay that hostile and right diffs change. */
export const ORIGIN = 'net/foo';
const HOME = `ports/${ORIGIN}`;

const lines = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** A diff as git prints it: a file with `after` in place of `before`; undefined is no file. */
export function changed(name: string, before: string | undefined, after: string | undefined, mode = '100644'): string {
  const path = name.startsWith('/') ? name.slice(1) : `${HOME}/${name}`;
  const old = before === undefined ? [] : lines(before);
  const fresh = after === undefined ? [] : lines(after);
  const kind = before === undefined ? `new file mode ${mode}\n` : after === undefined ? 'deleted file mode 100644\n' : '';
  return [
    `diff --git a/${path} b/${path}\n${kind}index 1111111..2222222${kind === '' ? ' 100644' : ''}`,
    before === undefined ? '--- /dev/null' : `--- a/${path}`,
    after === undefined ? '+++ /dev/null' : `+++ b/${path}`,
    `@@ -${old.length === 0 ? 0 : 1},${old.length} +${fresh.length === 0 ? 0 : 1},${fresh.length} @@`,
    ...old.map((line) => `-${line}`),
    ...fresh.map((line) => `+${line}`),
    '',
  ].join('\n');
}

/** A new file of the overlay. */
export const added = (name: string, text: string, mode?: string): string => changed(name, undefined, text, mode);
/** A new Makefile.DragonFly. */
export const make = (...text: readonly string[]): string => added('Makefile.DragonFly', text.join('\n'));
/** A Makefile.DragonFly with a recipe. */
export const recipe = (...text: readonly string[]): string => make('dfly-patch:', ...text.map((line) => `\t${line}`));
/** A new overlay.dops. */
export const dops = (...text: readonly string[]): string =>
  added('overlay.dops', ['port net/foo', 'type port', 'target @any', ...text].join('\n'));
/** An overlay.dops whose recipe is a heredoc. */
export const dopsRecipe = (...text: readonly string[]): string =>
  dops("mk target set dfly-patch <<'MK'", ...text.map((line) => `\t${line}`), 'MK');

/** A patch of one file with one hunk, its counts filled in. */
export function patchText(target: string, hunk: readonly string[]): string {
  const count = (marks: string): number => hunk.filter((line) => marks.includes(line[0] ?? ' ')).length;
  return [`--- ${target}.orig`, `+++ ${target}`, `@@ -1,${count(' -')} +1,${count(' +')} @@`, ...hunk, ''].join('\n');
}

/** A new patch of the source. */
export const patch = (target: string, ...hunk: readonly string[]): string =>
  added(`dragonfly/patch-${target.replaceAll('/', '_')}`, patchText(target, hunk));
/** A new diff of a file of the port. */
export const portDiff = (name: string, target: string, ...hunk: readonly string[]): string =>
  added(`diffs/${name}`, patchText(target, hunk));
