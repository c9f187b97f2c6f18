import {overlayDir, workDir} from '../../../src/devenv/tools/paths.ts';
import {type Answered, answer, type Call, escapes} from './calls.ts';
import {ORIGIN, OTHER} from './paths.ts';
import type {HostilePlace} from './place.ts';

/** Targets of the links while the tools run. */
const TARGETS = [overlayDir(OTHER), '/construction/canary', `${overlayDir(ORIGIN)}-evil`, '/work/DeltaPorts/.git'];

/**
 * DIR COUNT OVER TARGET...: again and again, in DIR, `dir` and `name` are the port's own and then, for a moment, links to each target.
 * Ends after COUNT rounds, or when the file OVER is there; prints how many there were.
 */
const SWAP = `set -eu
cd "$1"
count=$2 over=$3
shift 3
mkdir dir
echo mine >dir/canary
echo mine >name
rounds=0
echo started >"$over.started"
while [ $rounds -lt $count ] && [ ! -e "$over" ]; do
  rounds=$((rounds + 1))
  for target; do
    mv -T dir kept
    ln -sfn "$target" dir
    ln -sfn "$target" fresh; mv -T fresh name
    rm -rf dir name
    mv -T kept dir || { rm -rf dir; mv -T kept dir; }
    ln -sfn "$target/canary" fresh; mv -T fresh name
    echo mine >fresh; mv -T fresh name
  done 2>/dev/null
done
echo "$rounds"
`;

const OVER = '/work/.race-over';
const MOST_ROUNDS = 20_000;

export interface Race {
  readonly answers: readonly Answered[];
  /** Number of times that directory and file were links. */
  readonly swaps: number;
}

/** Lets the tools write and read, `rounds` times each, while directories and files are repeatedly replaced by links. */
export async function race(place: HostilePlace, rounds: number): Promise<Race> {
  const dirs = [`${overlayDir(ORIGIN)}/race`, `${workDir(ORIGIN)}/race`];
  await place.sh('mkdir "$@"', ...dirs);
  const before = await place.digest();
  const dir = dirs[0] ?? '';
  const swapping = place.sh(SWAP, dir, `${MOST_ROUNDS}`, OVER, ...TARGETS);
  // Returns once the other has started.
  await place.sh('until [ -e "$1.started" ]; do :; done', OVER);
  const answers: Answered[] = [];
  for (const call of calls(dir, rounds)) answers.push(await answer(place.context, call));
  await place.sh(': >"$1"', OVER);
  const swaps = Number(await swapping) * TARGETS.length;
  await place.sh('rm -f "$1" "$1.started"', OVER);
  const harm = escapes(before, await place.digest());
  return {answers: [...answers, ...harm.map((judged) => ({call: {tool: 'some tool', args: {}}, judged}))], swaps};
}

function* calls(dir: string, rounds: number): Generator<Call> {
  for (let round = 0; round < rounds; round++)
    for (const path of [`${dir}/dir/canary`, `${dir}/name`, `${dir}/dir/new/deep`]) {
      yield {tool: 'put_file', args: {path, content: 'overwritten\n'}};
      yield {tool: 'get_file', args: {path}};
      yield {tool: 'replace_in_file', args: {path, old_text: 'CANARY', new_text: 'overwritten'}};
    }
}
