import {join} from 'node:path';
import type {Proof} from '../devenv/proof.ts';
import {readBundleFile} from '../evidence/reading.ts';

/** What analysis/rebuild_proof.json has of a port. */
type PortEntry = Omit<Proof, 'failure' | 'leftOut'> & {readonly log: string; readonly left_out?: string};

/** Another port in rebuild_proof.json; `pending` until its own proof is over. */
type OtherEntry = Partial<PortEntry> & {readonly origin: string; readonly result: 'pending' | 'built' | 'failed' | 'left-out'};

/** Content of analysis/rebuild_proof.json. */
type ProofFile = PortEntry & {readonly others?: readonly OtherEntry[]};

const MOST_BYTES = 1 << 20;

/** Returns the file of a proof that other ports are still built for: it has not passed before they are. */
export function withPending(proof: PortEntry, pending: readonly string[]): ProofFile {
  if (pending.length === 0) return proof;
  return {...proof, rebuild_ok: false, others: pending.map((origin) => ({origin, result: 'pending'}))};
}

/** Returns the file with the proof of another port; it passes once every other port is built, or left out. */
export function withBuilt(file: ProofFile, built: PortEntry): ProofFile {
  const result = built.left_out === undefined ? (built.rebuild_ok ? 'built' : 'failed') : 'left-out';
  const others = (file.others ?? []).map((one) => (one.origin === built.origin ? {...built, result} : one)) as OtherEntry[];
  return {...file, rebuild_ok: others.every((one) => one.result === 'built' || one.result === 'left-out'), others};
}

/** Reads a file of a bundle's analysis/ that `withPending` made. */
export async function readProof(dir: string, name: string): Promise<ProofFile> {
  const read = await readBundleFile(dir, join('analysis', name), MOST_BYTES);
  if (read === undefined)
    throw new Error(`${join(dir, 'analysis', name)} must have the proof of the case's own port; it does not exist.`);
  return JSON.parse(read.text) as ProofFile;
}
