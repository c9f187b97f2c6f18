/** Returns the time since `sinceUtc` (ISO 8601) as `5 min`, `3 h` or `2 d`. `now` is in milliseconds. */
export function age(sinceUtc: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(sinceUtc)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
