/** A stream that is not what `hooks/send-evidence` writes: nothing more is read of it. What arrived completely before is stored. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
}

/** A file whose content has another hash than the manifest names. */
export class HashMismatch extends Error {
  override readonly name = 'HashMismatch';

  constructor(path: string, named: string, got: string) {
    super(`${path} must have sha256 ${named}; what arrived has ${got}.`);
  }
}

/** A file, or a bundle, that has more bytes than one may have. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}
