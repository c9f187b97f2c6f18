const MOST_CHARS = 2000;

/** The path of this console that a link asks for after the login; `/` for whatever would lead a browser elsewhere, or back to the login. */
export function ownPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > MOST_CHARS) return '/';
  // Browsers take a backslash for a slash, and leave out what is not printable.
  const own = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(given) && !/^\/log(?:in|out)(?:\/|\?|$)/.test(given);
  return own ? given : '/';
}
