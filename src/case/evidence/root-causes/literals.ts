/** Alternative texts that one expression may require; more would make the search slower, not better. */
const MAX_ALTERNATIVES = 48;
/** Characters beyond which a longer literal does not make a line rarer. */
const USEFUL_CHARS = 10;

/** What a part of an expression matches: all its texts if they are few, and texts of which a match contains at least one. */
interface Part {
  readonly exact?: readonly string[];
  readonly required?: readonly string[];
}

const EMPTY: Part = {exact: ['']};
/** A part that matches so many texts that none of them is required. */
const ANYTHING: Part = {};

/**
 * Returns texts of which each match of an expression contains at least one, folded as by `foldText`; undefined if there are
 * none of at least three characters. Knows the syntax that the rules use: groups, alternatives, classes, assertions and
 * quantifiers; throws for another one.
 */
export function literalsOf(form: RegExp): readonly string[] | undefined {
  const reader = new ExpressionReader(form.source);
  const found = requiredOf(reader.readAlternatives());
  return found === undefined || shortest(found) < 3 ? undefined : found;
}

/** Folds letters to lower case and typographic and back quotes to plain ones; the length stays the same. */
export function foldText(text: string): string {
  return text.replace(/[‘’`´]/g, "'").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

class ExpressionReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  readAlternatives(): Part {
    const parts = [this.#readSequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      parts.push(this.#readSequence());
    }
    return union(parts);
  }

  #readSequence(): Part {
    let run: readonly string[] = [''];
    let best: readonly string[] | undefined;
    let isExact = true;
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const part = this.#readQuantified();
      if (part.exact !== undefined && part.exact.length * run.length <= MAX_ALTERNATIVES) {
        run = product(run, part.exact);
        continue;
      }
      isExact = false;
      best = better(better(best, run), requiredOf(part));
      run = [''];
    }
    return isExact ? {exact: run} : {required: better(best, run) ?? []};
  }

  #readQuantified(): Part {
    const part = this.#readAtom();
    const found = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at));
    if (found === null) return part;
    this.#at += found[0].length;
    if (found[0].startsWith('?') && part.exact !== undefined) return {exact: ['', ...part.exact]};
    const isOptional = /^[?*]/.test(found[0]) || found[1] === '0';
    return isOptional ? ANYTHING : {required: requiredOf(part) ?? []};
  }

  #readAtom(): Part {
    const next = this.#source[this.#at] ?? '';
    this.#at += 1;
    if (next === '(') return this.#readGroup();
    if (next === '[') return this.#readClass();
    if (next === '\\') return this.#readEscape();
    if (next === '^' || next === '$') return EMPTY;
    return next === '.' ? ANYTHING : {exact: [foldText(next)]};
  }

  #readGroup(): Part {
    const [head = ''] = /^(?:\?<?[=!]|\?:|\?<\w+>)?/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += head.length;
    const inner = this.readAlternatives();
    this.#at += 1;
    return /^\?<?[=!]$/.test(head) ? EMPTY : inner;
  }

  #readClass(): Part {
    const [text = ''] = /^(?:\\.|[^\]\\])*\]/.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += text.length;
    const members = text.slice(0, -1).replace(/\\([^dDsSwWbntrux0])/g, '$1');
    if (/^\^|\\|.-./.test(members)) return ANYTHING;
    return {exact: [...new Set([...foldText(members)])]};
  }

  #readEscape(): Part {
    const next = this.#source[this.#at] ?? '';
    this.#at += 1;
    if ('bB'.includes(next)) return EMPTY;
    if ('dDsSwWntr'.includes(next)) return ANYTHING;
    if (/\w/.test(next)) throw new Error(`The expression /${this.#source}/ has \\${next}, which literalsOf does not know.`);
    return {exact: [foldText(next)]};
  }
}

function requiredOf(part: Part): readonly string[] | undefined {
  const found = part.exact ?? part.required;
  return found === undefined || found.length === 0 || found.includes('') ? undefined : found;
}

function union(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0] ?? ANYTHING;
  const exact = parts.map((part) => part.exact ?? []);
  if (exact.every((one) => one.length > 0)) return {exact: [...new Set(exact.flat())]};
  const required = parts.map((part) => requiredOf(part) ?? []);
  return required.every((one) => one.length > 0) ? {required: [...new Set(required.flat())]} : ANYTHING;
}

function product(heads: readonly string[], tails: readonly string[]): readonly string[] {
  return [...new Set(heads.flatMap((head) => tails.map((tail) => head + tail)))];
}

/** Returns the set whose shortest text is longer, or which is smaller. */
function better(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (b === undefined || b.length === 0 || b.includes('')) return a;
  if (a === undefined) return b;
  return worth(b) > worth(a) ? b : a;
}

function worth(texts: readonly string[]): number {
  return Math.min(shortest(texts), USEFUL_CHARS) - Math.log2(texts.length) / 2;
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length));
}
