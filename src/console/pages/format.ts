/** Formats money: `$1.32`; less than a cent is `<$0.01`. */
export function money(amount: number): string {
  if (amount > 0 && amount < 0.005) return '<$0.01';
  return `$${amount.toFixed(2)}`;
}

/** Formats what a case or some cases cost; undefined where tokens were used and the policy has no price for them. */
export function costText({tokens, cost}: {readonly tokens: number; readonly cost: number}): string | undefined {
  return cost === 0 && tokens > 0 ? undefined : money(cost);
}

/** Formats a large number in short: `412 k`, `1.3 M`. */
export function shortCount(value: number): string {
  if (value < 1000) return String(Math.round(value));
  if (value < 999_500) return `${trimmed(value / 1000)} k`;
  return `${trimmed(value / 1_000_000)} M`;
}

function trimmed(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
}

/** Formats a share between 0 and 1: `78 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Formats minutes: `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function minutesText(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  if (whole < 48 * 60) return joined(Math.floor(whole / 60), 'h', whole % 60, 'min');
  return joined(Math.floor(whole / 1440), 'd', Math.floor((whole % 1440) / 60), 'h');
}

function joined(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** Returns the middle value; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
