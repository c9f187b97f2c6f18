/** USES=alias defined `__FreeBSD__` for the compiler, as version 9 or as its argument. The framework of today does not know it. */
const ALIAS = /^alias(?::(\d+))?$/;

/** Returns the compiler flag that a word of USES stood for; undefined for any other word than `alias`. */
export function flagOfAlias(word: string): string | undefined {
  const found = ALIAS.exec(word);
  return found === null ? undefined : `-D__FreeBSD__=${found[1] ?? '9'}`;
}
