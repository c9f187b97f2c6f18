/** A file of a composed port. */
export interface PortFile {
  /** Relative to the port's directory. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'other';
  /** Permission bits, octal digits. */
  readonly mode: string;
  readonly size: number;
  /** SHA-256 in hex of a file, the target of a link, empty for anything else. */
  readonly sha256: string;
}

/** A target as make has it after it has parsed the port. */
export interface PortTarget {
  readonly sources: readonly string[];
  /** Commands before expansion. */
  readonly commands: readonly string[];
}

/** A port as make evaluates it under one surrounding. */
export interface Evaluation {
  /** Values by the names in `VARIABLES`; a line break in a value is `\u0001`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly targets: Readonly<Record<string, PortTarget>>;
  /** Absolute paths of the files that make read; those of the port relative to its directory. */
  readonly makefiles: readonly string[];
}

/** Surroundings of an evaluation: `proof` as `dsynth test` runs, `bulk` as a bulk build does. */
export const SURROUNDINGS = ['proof', 'bulk'] as const;
export type Surrounding = (typeof SURROUNDINGS)[number];

/** The state of a composed port that a diff can have an effect on. */
export interface PortSnapshot {
  readonly files: readonly PortFile[];
  /** Content of small Makefiles, packing lists and package scripts, by path. */
  readonly texts: Readonly<Record<string, string>>;
  readonly evaluations: Readonly<Record<Surrounding, Evaluation>>;
  /** Commands that make ran, or would have run, while it parsed and expanded. */
  readonly commands: readonly string[];
  /** What could not be evaluated, a sentence each. */
  readonly missing: readonly string[];
}
