import type {LanguageFn} from 'highlight.js';
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cmake from 'highlight.js/lib/languages/cmake';
import cpp from 'highlight.js/lib/languages/cpp';
import diff from 'highlight.js/lib/languages/diff';
import makefile from 'highlight.js/lib/languages/makefile';
import plaintext from 'highlight.js/lib/languages/plaintext';
import python from 'highlight.js/lib/languages/python';
import xml from 'highlight.js/lib/languages/xml';

const LANGUAGES = {bash, c, cmake, cpp, diff, makefile, plaintext, python, xml} satisfies Record<string, LanguageFn>;
export type Language = keyof typeof LANGUAGES;

for (const [name, language] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, language);

/** First match counts. */
const BY_NAME: readonly (readonly [RegExp, Language])[] = [
  [/(^|\/)patch-[^/]*$|\.(?:diff|patch)$/, 'diff'],
  [/(^|\/)(?:GNU|BSD)?[Mm]akefile[^/]*$|\.mk$/, 'makefile'],
  [/(^|\/)CMakeLists\.txt$|\.cmake$/, 'cmake'],
  [/\.[ch]$/, 'c'],
  [/\.(?:cc|cpp|cxx|hh|hpp|hxx|ipp)$/, 'cpp'],
  [/\.(?:ba|k|z)?sh$|(^|\/)(?:configure|pkg-(?:de)?install|pkg-(?:pre|post)\w*)(?:\.in)?$/, 'bash'],
  [/\.pyx?$/, 'python'],
  [/\.(?:xml|html?|svg|ui)$/, 'xml'],
  [/(^|\/)dragonfly\/[^/.]+$/, 'diff'],
];

/** The language of a file of an overlay, by its name. */
export function languageOf(path: string): Language {
  return BY_NAME.find(([form]) => form.test(path))?.[1] ?? 'plaintext';
}

/** Part of a line; `scope` are classes of highlight.js, or empty. */
export interface Piece {
  readonly text: string;
  readonly scope: string;
}

/** Characters of a line that is coloured. */
const LONGEST = 2000;
/** Squares of the lengths of all lines that one painter colours: the grammars search back over a line, so a hostile one costs its square. */
const MOST_WORK = 2e8;

/** Colours lines, each for itself, until it has worked enough. */
export class Painter {
  #work = 0;
  #last: {line: string; language: Language; pieces: Piece[]} | undefined;
  /** Whether some line was left without colours. */
  left = false;

  pieces(line: string, language: Language): Piece[] {
    if (line === '') return [];
    // A line that did not change stands on both sides.
    if (this.#last?.line === line && this.#last.language === language) return this.#last.pieces;
    const pieces = this.#coloured(line, language);
    this.#last = {line, language, pieces};
    return pieces;
  }

  #coloured(line: string, language: Language): Piece[] {
    this.#work += Math.min(line.length, LONGEST) ** 2;
    if (line.length > LONGEST || this.#work > MOST_WORK) {
      this.left = true;
      return [{text: line, scope: ''}];
    }
    return piecesOf(highlighter.highlight(line, {language, ignoreIllegals: true}).value);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'"};

/** The pieces of what highlight.js writes: text with five entities, and spans that may be in one another. */
function piecesOf(html: string): Piece[] {
  const pieces: {text: string; scope: string}[] = [];
  const open: string[] = [];
  for (const [part, scope, entity] of html.matchAll(/<span class="([^"]*)">|<\/span>|&([#\w]+);|[^<&]+/g)) {
    if (scope !== undefined) open.push(scope);
    else if (part === '</span>') open.pop();
    else add(pieces, entity === undefined ? part : (ENTITIES[entity] ?? part), open.at(-1) ?? '');
  }
  return pieces;
}

function add(pieces: {text: string; scope: string}[], text: string, scope: string): void {
  const last = pieces.at(-1);
  if (last?.scope === scope) last.text += text;
  else pieces.push({text, scope});
}
