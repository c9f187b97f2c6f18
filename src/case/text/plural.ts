/** Returns a count with its noun, `1 turn`, `2 turns`. */
export function pluralize(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
