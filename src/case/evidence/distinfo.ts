/** A file of a distinfo: its size in bytes and its SHA-256 in hex. */
export interface DistFile {
  /** Path below the directory of distfiles, including the port's DIST_SUBDIR. */
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

/** Error for an unreadable distinfo; the message names the line. */
export class DistinfoError extends Error {
  override readonly name = 'DistinfoError';
}

/**
 * Safe relative paths below the directory of distfiles: no `..`, no leading dot, no character that is special in a shell or a
 * path.
 */
const NAME = /^(?![.-])[\w.+@,=~%-]+(?:\/(?![.-])[\w.+@,=~%-]+){0,3}$/;

/**
 * Parses a distinfo: lines `TIMESTAMP = n`, `SHA256 (name) = hex` and `SIZE (name) = bytes`. Throws `DistinfoError` for any
 * other line.
 */
export function parseDistinfo(text: string): DistFile[] {
  const files = new Map<string, {sha256?: string; size?: number}>();
  for (const [at, line] of text.split('\n').entries()) {
    if (/^\s*$|^TIMESTAMP = \d{1,12}\s*$/.test(line)) continue;
    const [, key, name = '', value = ''] = /^(SHA256|SIZE) \(([^\n()]{1,255})\) = (\S{1,64})\s*$/.exec(line) ?? [];
    const valid = key === 'SHA256' ? /^[0-9a-f]{64}$/.test(value) : /^\d{1,13}$/.test(value);
    if (key === undefined || !valid || !NAME.test(name))
      throw new DistinfoError(
        `distinfo, line ${at + 1}: must be "SHA256 (name) = 64 hex digits" or "SIZE (name) = bytes", with a plain name; got ${JSON.stringify(line.slice(0, 120))}.`,
      );
    const known = files.get(name) ?? {};
    files.set(name, key === 'SHA256' ? {...known, sha256: value} : {...known, size: Number(value)});
  }
  return [...files].map(([name, {sha256, size}]) => {
    if (sha256 === undefined || size === undefined)
      throw new DistinfoError(
        `distinfo: ${name} must have both SHA256 and SIZE; ${sha256 === undefined ? 'SHA256' : 'SIZE'} is missing.`,
      );
    return {name, sha256, size};
  });
}

/** A site or file with its groups: `https://a/b/:one,two`, `file.tar.gz:one`. Source: bsd.sites.mk. */
const GROUPED = /^(.+?)(?::([A-Za-z0-9_]+(?:,[A-Za-z0-9_]+)*))?$/;

/** The framework's longest mirror lists have some dozens of entries. */
const MAX_SITES = 60;
const MAX_FILES = 3000;

/**
 * Returns the download addresses of each file of `distfiles`, from the `sites` of its groups; both as make prints DISTFILES (or
 * PATCHFILES, with `:-pN` suffixes) and MASTER_SITES. Only http and https; the list of a file without a site is empty.
 */
export function downloadUrls(distfiles: string, sites: string): Map<string, string[]> {
  const listed = splitWhitespace(sites).slice(0, MAX_SITES);
  const places = listed.flatMap((site) => {
    const [, url = '', groups = 'DEFAULT'] = (/\/$/.test(site) ? [site, site] : GROUPED.exec(site)) ?? [];
    return /^https?:\/\/[^\s/]+\//.test(url) ? [{url: url.replace(/\/*$/, '/'), groups: groups.split(',')}] : [];
  });
  return new Map(
    splitWhitespace(distfiles)
      .slice(0, MAX_FILES)
      .map((item) => {
        const [, name = item, groups = 'DEFAULT'] = GROUPED.exec(item.replace(/:-p\d+(?=:|$)/, '')) ?? [];
        const wanted = groups.split(',');
        return [name, places.filter((place) => place.groups.some((one) => wanted.includes(one))).map(({url}) => url + name)];
      }),
  );
}

function splitWhitespace(text: string): string[] {
  return text.split(/\s+/).filter((item) => item !== '');
}
