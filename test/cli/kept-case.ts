import {createHash} from 'node:crypto';
import {dirname} from 'node:path';
import {type AttemptResult, type CaseStatus, newStatus} from '../../src/case/status.ts';
import {NO_USAGE, type PortId} from '../../src/case/types.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';

/** The evidence that a case of devel/foo has left on disk: its bundle, records and archive. */
export class KeptCase {
  readonly evidence = new EvidenceDir();
  readonly store = new RecordStore(this.evidence.root);
  readonly dir: string;
  readonly port: PortId;

  constructor({target = '@main', ts = '20260101-101500Z'}: {target?: string; ts?: string} = {}) {
    this.port = {target, origin: 'devel/foo'};
    this.dir = this.evidence.bundle(ts, {target});
  }

  /** What LOGS_ROOT has to be. */
  get logs(): string {
    return dirname(this.evidence.root);
  }

  remove(): void {
    this.evidence.remove();
  }

  file(name: string, content: string | Uint8Array): void {
    this.evidence.write(`${this.dir.slice(this.evidence.root.length + 1)}/${name}`, content);
  }

  /** Writes analysis/case.json and returns what it says. */
  archive(changes: Partial<CaseStatus>): CaseStatus {
    const bundle = {runId: 'run-Live-1', bundleId: this.dir.split('/').at(-1) ?? ''};
    const id = `port:${this.port.target}:${this.port.origin}`;
    const status = {...newStatus(id, 'run', this.port), bundles: [bundle], bundle, ...changes};
    this.file('analysis/case.json', JSON.stringify({version: 1, ...status}));
    return status;
  }

  /** An attempt that left `diff`. */
  async attempt(attempt: number, diff: string | Uint8Array, more: Partial<AttemptResult> = {}): Promise<AttemptResult> {
    const record = await this.store.putExact(diff);
    return {...emptyAttempt(attempt), diff: record, ...more};
  }

  /** One whose diff was proved too. */
  async proved(attempt: number, diff: string | Uint8Array, more: Partial<AttemptResult> = {}): Promise<AttemptResult> {
    const diffSha256 = createHash('sha256').update(diff).digest('hex');
    const proof = {
      rebuild_ok: true,
      build_command: 'dsynth -S -y -p main test devel/foo',
      diff_sha256: diffSha256,
      finished_utc: '2026-01-01T10:30:00.000Z',
      trees: {deltaports: {commit: 'c'.repeat(40), dirty: false}},
      log: 'analysis/proof.log',
    };
    this.file('analysis/rebuild_proof.json', JSON.stringify(proof));
    return this.attempt(attempt, diff, {built: true, proof: {rebuildOk: true, diffSha256}, ...more});
  }
}

function emptyAttempt(attempt: number): AttemptResult {
  return {
    attempt,
    end: 'reported',
    reason: 'the model reported',
    turns: 2,
    minutes: 1,
    usage: NO_USAGE,
    built: false,
    findings: [],
  };
}
