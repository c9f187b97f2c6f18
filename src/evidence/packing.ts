/** A format that logs are packed with. */
export interface Packing {
  readonly name: string;
  /** Matches the first bytes of a file of this format, in hex. */
  readonly head: RegExp;
  /** Program and options that unpack a file to standard output. */
  readonly unpack: string;
}

const PACKINGS: readonly Packing[] = [
  {name: 'gzip', head: /^1f8b08/, unpack: 'gzip -dc'},
  {name: 'zstd', head: /^28b52ffd/, unpack: 'zstd -dc'},
  {name: 'xz', head: /^fd377a585a00/, unpack: 'xz -dc'},
  // A block of data or, of an empty file, the end.
  {name: 'bzip2', head: /^425a683[1-9](314159265359|177245385090)/, unpack: 'bzip2 -dc'},
  {name: 'compress', head: /^1f9d/, unpack: 'uncompress -c'},
  {name: 'lzip', head: /^4c5a495001/, unpack: 'lzip -dc'},
  {name: 'lz4', head: /^04224d18/, unpack: 'lz4 -dc'},
  {name: 'zip', head: /^504b0304/, unpack: 'unzip -p'},
];

/** Bytes that `packingOf` needs to recognise every format. */
export const HEAD_BYTES = 10;

/** Suffixes of packed logs that are found beside the plain name, in the order in which they are tried. */
export const PACKED_SUFFIXES = ['.gz', '.zst', '.xz', '.bz2'] as const;

/** Returns the format of a file by its first bytes, whatever its name; undefined for one that is not packed. */
export function packingOf(content: Uint8Array): Packing | undefined {
  const head = Buffer.from(content.subarray(0, HEAD_BYTES)).toString('hex');
  return PACKINGS.find((one) => one.head.test(head));
}
