/** Returns the object that a JSON text holds; undefined for all else, arrays too: models and imported bundles write any text. */
export function jsonObject<T extends object = Record<string, unknown>>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
