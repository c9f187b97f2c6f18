/** A file of a tar stream. Reading it only in part would end the stream; what is not read is skipped. */
export interface Entry extends AsyncIterable<Uint8Array> {
  readonly header: {
    readonly name: string;
    /** Bytes that follow. */
    readonly size: number;
    /** `file`, `directory`, `symlink` … */
    readonly type: string;
  };
  /** Skips what has not been read. */
  resume(): void;
}
