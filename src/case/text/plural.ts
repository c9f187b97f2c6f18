/** Returns a count with its noun, `1 turn`, `2 turns`. */
export function pluralize(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Returns a number with commas between its thousands, `5,000`; the same in every locale. */
export function withThousands(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
}
