const ESCAPES: Readonly<Record<string, string>> = {'\\': '\\\\', '"': '\\"', '\n': '\\n', '\t': '\\t'};

/** Returns a string literal. Throws for a carriage return, which the language cannot express: it would end the line. */
export function quoteString(text: string): string {
  if (text.includes('\r')) throw new Error(`A string of overlay.dops cannot contain a carriage return: ${JSON.stringify(text)}.`);
  return `"${text.replace(/[\\"\n\t]/g, (char) => ESCAPES[char] ?? char)}"`;
}
