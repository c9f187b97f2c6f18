/** Fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Documents that are read of one output; a port has one. */
const MOST_DOCUMENTS = 100;
/** Objects without an end that are skipped: each is read up to the end of the output. */
const MOST_UNENDED = 3;

/** Returns the JSON objects of a text that start at the beginning of a line; other lines are passed over. */
export function jsonDocuments(output: string): Fields[] {
  const documents: Fields[] = [];
  const start = /^\{/gm;
  let match = start.exec(output);
  let unended = 0;
  for (let tried = 0; match !== null && tried < MOST_DOCUMENTS && unended < MOST_UNENDED; tried += 1) {
    const end = endOfObject(output, match.index);
    if (end < 0) unended += 1;
    const document = end < 0 ? undefined : parseObject(output.slice(match.index, end));
    if (document !== undefined) {
      documents.push(document);
      start.lastIndex = end;
    }
    match = start.exec(output);
  }
  return documents;
}

/** Returns the index behind the object that starts at `from`; -1 if it does not end. */
function endOfObject(output: string, from: number): number {
  const token = /["\\{}]/g;
  token.lastIndex = from;
  let depth = 0;
  let isString = false;
  for (let match = token.exec(output); match !== null; match = token.exec(output)) {
    const [found] = match;
    if (found === '\\') token.lastIndex += 1;
    else if (found === '"') isString = !isString;
    else if (!isString) depth += found === '{' ? 1 : -1;
    if (depth === 0 && !isString) return token.lastIndex;
  }
  return -1;
}

function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Returns a value as an object; undefined for any other. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
