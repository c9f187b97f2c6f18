/** Validates names that come from files or operators and become parts of paths. */

const ID = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,250}$/;
const FLAVOR = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$/;
const TARGET = /^@[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const PROFILE = /^[^\p{Cc}/]{1,128}$/u;
const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)Z$/;

/** Whether `text` may be a run id or a bundle id. */
export function isEvidenceId(text: string): boolean {
  return ID.test(text);
}

export function isFlavor(text: string): boolean {
  return FLAVOR.test(text);
}

/** One leading `@`, then a branch's name. */
export function isTarget(text: string): boolean {
  return TARGET.test(text);
}

export function isProfile(text: string): boolean {
  return PROFILE.test(text);
}

/** The hooks' `20260118-140501Z` as ISO 8601, or undefined. */
export function isoTime(timestamp: string): string | undefined {
  const parts = TIMESTAMP.exec(timestamp);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Number.isNaN(Date.parse(time)) ? undefined : time;
}

/** Splits a relative path into its parts; throws if one of them could lead elsewhere. */
export function safeParts(relpath: string): string[] {
  const parts = relpath.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) {
    throw new Error(`A path in a bundle must be relative, without empty, "." or ".." parts; got ${JSON.stringify(relpath)}.`);
  }
  return parts;
}

/** `key=value` lines as a map; keys are trimmed, for the old hooks wrote each line with a leading blank. */
export function keyValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    const key = line.slice(0, Math.max(at, 0)).trim();
    if (key !== '') values.set(key, line.slice(at + 1).trimEnd());
  }
  return values;
}
