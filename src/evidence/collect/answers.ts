/** What the receiver answers about a part of a stream. The host applies it; applying it twice changes nothing. */
export type Answer =
  /** The job and its bundle are stored here. */
  | {readonly kind: 'done'; readonly job: string}
  /** No later try can succeed: the host moves the job to failed/. */
  | {readonly kind: 'fail'; readonly job: string; readonly reason: string}
  /** It did not arrive as the manifest names it: it is sent again later, after the others. */
  | {readonly kind: 'later'; readonly job: string; readonly reason: string}
  /** Files of a run that are stored here, with their sizes in bytes. `over`: nothing more will come of this run. */
  | {readonly kind: 'run'; readonly runId: string; readonly over: boolean; readonly files: ReadonlyMap<string, number>};

/** Returns an answer as the line that `hooks/send-evidence` reads. */
export function answerLine(answer: Answer): string {
  switch (answer.kind) {
    case 'done':
      return `done ${answer.job}\n`;
    case 'fail':
    case 'later':
      return `${answer.kind} ${answer.job} ${plainReason(answer.reason)}\n`;
    case 'run': {
      const files = [...answer.files].map(([name, size]) => ` ${name}=${size}`).join('');
      return `run ${answer.runId} ${answer.over ? 'over' : 'open'}${files}\n`;
    }
  }
}

/** It becomes text of a shell's here-document and of an .error file. */
function plainReason(reason: string): string {
  return reason
    .replace(/[^A-Za-z0-9 .,:;()/_@+=-]/g, ' ')
    .trim()
    .slice(0, 500);
}
