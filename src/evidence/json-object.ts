/** Returns the object that a JSON text holds; undefined for all else, since an imported bundle may have any text. */
export function jsonObject<T>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
