/** What distinfo says of one file: its size in bytes, and its SHA-256 in hex. */
export interface DistFile {
  /** Below the directory of distfiles, with the port's DIST_SUBDIR before it. */
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

/** A distinfo that cannot be read, by its line. */
export class DistinfoError extends Error {
  override readonly name = 'DistinfoError';
}

/** Names that may be a file below the directory of distfiles: no `..`, no dot first, nothing that a shell or a path could read otherwise. */
const NAME = /^(?![.-])[\w.+@,=~%-]+(?:\/(?![.-])[\w.+@,=~%-]+){0,3}$/;

/** Reads a distinfo: lines `TIMESTAMP = n`, `SHA256 (name) = hex` and `SIZE (name) = bytes`. Throws `DistinfoError` for anything else. */
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

/** Groups of a port's sites and files: `https://a/b/:one,two`, `file.tar.gz:one`. Source: bsd.sites.mk. */
const GROUPED = /^(.+?)(?::([A-Za-z0-9_]+(?:,[A-Za-z0-9_]+)*))?$/;

/** A framework's list of mirrors has some dozens. */
const MAX_SITES = 60;
const MAX_FILES = 3000;

/** Where each file of `DISTFILES` may be had, by `MASTER_SITES`, both as make prints them; or of PATCHFILES, which may say how to strip paths. Only http and https; a file without a site has none. */
export function downloadUrls(distfiles: string, sites: string): Map<string, string[]> {
  const listed = splitWhitespace(sites).slice(0, MAX_SITES);
  const places = listed.flatMap((site) => {
    const [, url = '', groups = 'DEFAULT'] = (/\/$/.test(site) ? [site, site] : GROUPED.exec(site)) ?? [];
    return /^https?:\/\/[^\s/]+\//.test(url) ? [{url: url.replace(/\/*$/, '/'), groups: groups.split(',')}] : [];
  });
  return new Map(
    splitWhitespace(distfiles)
      .slice(0, MAX_FILES)
      .map((word) => {
        const [, name = word, groups = 'DEFAULT'] = GROUPED.exec(word.replace(/:-p\d+(?=:|$)/, '')) ?? [];
        const wanted = groups.split(',');
        return [name, places.filter((place) => place.groups.some((one) => wanted.includes(one))).map(({url}) => url + name)];
      }),
  );
}

function splitWhitespace(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
