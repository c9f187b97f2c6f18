import {join} from 'node:path';
import type {BuildHost} from '../case/host/host.ts';
import {plainLine} from '../case/text/plain-text.ts';
import {evidenceRoots} from '../evidence/bundle.ts';
import {type Answer, answerLine} from '../evidence/collect/answers.ts';
import {receiveEvidence} from '../evidence/collect/receive.ts';
import {StreamRefused} from '../evidence/collect/refused.ts';
import {unknownHost} from '../setup/edit-hosts.ts';
import {collectedLogs, hostsFile, readHosts} from '../setup/hosts.ts';

/**
 * `portwright receive HOST`: stores the evidence that a host pushes to standard input, and prints an answer line for each part that is stored.
 * Throws if the stream is refused or breaks; what arrived completely is stored and answered.
 */
export async function receive(name: string): Promise<void> {
  const host = pushingHost(name);
  const answer = async (one: Answer): Promise<void> => {
    if (one.kind === 'fail' || one.kind === 'later') console.error(`${one.job} is not accepted: ${plainLine(one.reason)}`);
    await print(answerLine(one));
  };
  const roots = collectedLogs(process.env, host).map((place) => ({
    remote: join(place.remote, 'evidence'),
    local: join(place.local, 'evidence'),
  }));
  const place = ({root}: {root: string}): string => {
    const found = roots.find(({remote}) => remote === root);
    if (found) return found.local;
    throw new StreamRefused(
      `${root} must be below a log directory of ${name} in ${hostsFile(process.env)}; it has ${roots.map(({remote}) => remote).join(', ') || 'none'}.`,
    );
  };
  const own = new Set(roots.map(({local}) => local));
  const otherRoots = evidenceRoots(process.env).filter((root) => !own.has(root));
  await receiveEvidence(place, process.stdin, {answer, otherRoots});
}

function pushingHost(name: string): BuildHost {
  const hosts = readHosts(process.env);
  const host = hosts.find((one) => one.name === name);
  if (host === undefined)
    throw new Error(
      unknownHost(
        hostsFile(process.env),
        name,
        hosts.map((one) => one.name),
      ),
    );
  if (host.evidence === 'push' && host.reach !== 'local') return host;
  throw new Error(
    `A host that pushes must have "evidence": "push" in ${hostsFile(process.env)}; ${name} has "${host.evidence}".`,
  );
}

/** A host that has gone needs no answer; it gets it when it sends the same again. */
function print(line: string): Promise<void> {
  return new Promise((done) => process.stdout.write(line, () => done()));
}
