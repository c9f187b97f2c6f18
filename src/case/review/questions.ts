import type {WaitReason} from '../wait-reason.ts';
import {type Answer, closeByHand, closeUnrepaired, giveContext, proveOwnDiff, raise, tryAgain} from './answers.ts';

/** What a waiting case asks its operator. */
export interface Question {
  /** Short, to follow `Needs you:` or `Blocked by infrastructure:`. */
  readonly ask: string;
  /** Why the operator is asked, in full sentences. */
  readonly why: string;
  /** Set where Portwright's surroundings prevent the work, and nothing about the port is to be decided. */
  readonly isBlocked?: true;
  readonly answers: readonly Answer[];
}

const WORKS_AGAIN = tryAgain({
  title: 'It works again. Continue',
  does: 'Automation continues with what is left of the budget.',
});
const BY_HAND = [proveOwnDiff(), closeByHand(), closeUnrepaired()] as const;
const BLOCKED = [WORKS_AGAIN, proveOwnDiff(), closeByHand(), closeUnrepaired()] as const;
const HINT_OR_BY_HAND = [giveContext(), ...BY_HAND] as const;

const CHANGED_DISTFILE: Question = {
  ask: 'is the new distfile genuine?',
  why: 'The fetched file is not the one that distinfo names. A changed distfile can be an attack, so automation never decides it and never writes distinfo.',
  answers: [
    closeByHand({
      title: 'The author re-rolled it. I updated distinfo myself',
      does: 'The case closes as repaired by hand. The next run fetches and verifies with the new distinfo.',
      labels: {note: 'How do you know that it is genuine?'},
    }),
    closeUnrepaired({
      title: 'A mirror served a bad file. I deleted it on the build host',
      does: 'The case closes. The next run fetches again, and opens a new case if the file still differs.',
    }),
    {
      ...closeUnrepaired(),
      key: 'attack',
      title: 'This looks like an attack. Close the case',
      does: 'The case closes as not repaired, with your note; its evidence stays. Portwright notifies nobody: report it to the ports security team, and hold the port.',
      preset: {outcome: 'needs-help'},
      labels: {note: 'What you found'},
    },
  ],
};

/** The question of each reason for which a case waits, with its answers: the only table of them. */
export const QUESTIONS: Readonly<Record<WaitReason, Question>> = {
  review: {
    ask: 'is the fix right?',
    why: 'A clean rebuild passed with this diff, and nothing that the guard found prevents it. Only an operator accepts a fix.',
    answers: [],
  },
  undelivered: {
    ask: 'the fix is accepted, but not delivered: deliver it again?',
    why: 'The policy’s delivery command failed on the accepted fix. The last lines of its output are below.',
    answers: [
      {
        key: 'deliver',
        action: 'retryDelivery',
        title: 'I corrected the cause. Deliver it again',
        does: 'The delivery command runs again, with the same delivery id.',
        cost: 'nothing',
      },
      {
        key: 'skip',
        action: 'skipDelivery',
        title: 'Close without a delivery',
        does: 'The case closes as fixed. The patch can be exported at any time.',
        cost: 'nothing',
      },
    ],
  },
  'changed-distfile': CHANGED_DISTFILE,
  'missing-dependency': {
    ask: 'which port provides the missing dependency?',
    why: 'A dependency is missing from the tree, or does not build. An edit of this port does not repair that.',
    answers: [
      closeByHand({
        title: 'I added or repaired the dependency. Close the case',
        does: 'The case closes as repaired by hand. The next run builds the port with it.',
      }),
      giveContext({title: 'The port itself is wrong. Give the model a hint'}),
      proveOwnDiff(),
      closeUnrepaired(),
    ],
  },
  'manual-class': {
    ask: 'repair it by hand, or let a model try?',
    why: 'The policy leaves this class of failure to an operator.',
    answers: [
      tryAgain({
        title: 'Let a model try',
        does: 'Starts an attempt in tier ASSIST, whatever the policy sets for the class. A proved fix still waits for your review.',
      }),
      ...HINT_OR_BY_HAND,
    ],
  },
  'low-confidence': {
    ask: 'is the triage right?',
    why: 'The triage names a class, but its confidence is below what the policy requires for automation.',
    answers: [
      tryAgain({
        title: 'The triage is right. Let a model try',
        does: 'Starts an attempt in tier ASSIST. A proved fix still waits for your review.',
      }),
      giveContext({title: 'It is wrong or incomplete. Give the model what you know'}),
      ...BY_HAND,
    ],
  },
  repeats: {
    ask: 'the same failure came back: try once more?',
    why: 'The port failed in the same way before, as often as the policy’s `repeats` allow. Another attempt would probably end as the earlier ones did.',
    answers: [tryAgain({title: 'Try once more'}), ...HINT_OR_BY_HAND],
  },
  stopped: {
    ask: 'automation was stopped: continue?',
    why: 'An operator stopped automation. The overlay in the dev-env is restored.',
    answers: [tryAgain({title: 'Continue'}), ...HINT_OR_BY_HAND],
  },
  'slave-port': {
    ask: 'repair its master port?',
    why: 'The port takes its Makefile from a master port, and the policy does not let this case change that: its other slave ports depend on it.',
    answers: [
      closeByHand({title: 'I repaired the master port. Close the case'}),
      giveContext({title: 'The slave port itself is wrong. Give the model a hint'}),
      proveOwnDiff(),
      closeUnrepaired(),
    ],
  },
  'tokens-used': {
    ask: 'raise the token budget?',
    why: 'The tokens of the case’s tier are used, and no attempt was proved.',
    answers: [raise(['tokens']), ...BY_HAND],
  },
  'minutes-used': {
    ask: 'raise the time budget?',
    why: 'The minutes of the case’s tier are used, and no attempt was proved. They grow with the attempts that you add.',
    answers: [raise(['attempts']), ...BY_HAND],
  },
  'money-used': {
    ask: 'raise the money budget?',
    why: 'The money of the case’s tier is spent, and no attempt was proved. It grows with the tokens that you add.',
    answers: [raise(['tokens']), ...BY_HAND],
  },
  'budget-short': {
    ask: 'raise the budget?',
    why: 'The next call to the model does not fit into what is left, so it was not sent. If the limit of a run or of a day is reached, raise it in the policy, or try again when it is reset.',
    answers: [raise(['tokens']), tryAgain({title: 'The limit of the run or day was raised. Try again'}), ...BY_HAND],
  },
  'attempts-used': {
    ask: 'no attempt passed: allow another?',
    why: 'All attempts of the case’s tier are used, and none passed a clean rebuild.',
    answers: [raise(['attempts']), ...HINT_OR_BY_HAND],
  },
  'same-error': {
    ask: 'two attempts ended with the same error: give a hint?',
    why: 'Two attempts in a row ended with the same error. Automation stops early, since a third would probably end with it too.',
    answers: [giveContext(), tryAgain(), ...BY_HAND],
  },
  'gave-up': {
    ask: 'the model gave up: give a hint?',
    why: 'The model reported that it cannot repair the port. Its last message has the reason.',
    answers: [giveContext(), tryAgain(), ...BY_HAND],
  },
  'guard-asks': {
    ask: 'is the flagged change right?',
    why: 'The diff guard found a change that only an operator can judge. The findings are next to their lines.',
    answers: [
      proveOwnDiff({
        title: 'The change is right. Prove the diff with my judgement',
        does: 'The recorded diff is proved by a clean rebuild, with the rules that you name as judged.',
      }),
      giveContext({
        title: 'The change is wrong. Send the model your reason',
        does: 'Triage starts again, and the model is shown your reason.',
      }),
      closeByHand(),
      closeUnrepaired(),
    ],
  },
  'guard-refuses': {
    ask: 'the guard refused the diff: allow another attempt?',
    why: 'The last diff has a change that the guard never lets pass, and no attempt is left.',
    answers: [raise(['attempts']), ...HINT_OR_BY_HAND],
  },
  'proof-failed': {
    ask: 'the fix did not rebuild: allow another attempt?',
    why: 'The last diff built in its attempt, but the clean rebuild failed, and no attempt is left.',
    answers: [raise(['attempts']), ...HINT_OR_BY_HAND],
  },
  'own-diff-failed': {
    ask: 'the diff did not pass: correct it?',
    why: 'The handed diff did not pass the guard or the clean rebuild. Nothing of it remains in the dev-env.',
    answers: [proveOwnDiff({title: 'Prove a corrected diff'}), giveContext(), closeByHand(), closeUnrepaired()],
  },
  'diff-unusable': {
    ask: 'the diff cannot be used: try again?',
    why: 'The recorded diff could not be read or applied, so there is nothing to prove.',
    answers: [tryAgain(), ...HINT_OR_BY_HAND],
  },
  'triage-unusable': {
    ask: 'why did the build fail?',
    why: 'The model’s triage was not in the required form, twice. Without a class the policy cannot choose a tier.',
    answers: [
      giveContext({title: 'I know the cause. Give it to the model'}),
      tryAgain({title: 'Ask the model again', does: 'Triage starts again.'}),
      ...BY_HAND,
    ],
  },
  'triage-budget': {
    ask: 'triage does not fit its budget: try again?',
    why: 'The next call of the triage does not fit into `model.triage_tokens` of the policy, or into the limit of the run or of the day.',
    answers: [
      tryAgain({title: 'The limit was raised. Ask again', does: 'Triage starts again.'}),
      giveContext({title: 'I know the cause. Give it to the model'}),
      ...BY_HAND,
    ],
  },
  'no-dev-env': {
    ask: 'no usable dev-env',
    why: 'No dev-env of the port’s target can be used. `portwright doctor` checks each of them.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'dev-env-failed': {
    ask: 'the dev-env fails',
    why: 'The dev-env failed again and again. `portwright doctor` checks it.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'overlay-changed': {
    ask: 'the overlay in the dev-env has other changes',
    why: 'The overlay of the dev-env has changes that no attempt made. Portwright does not delete them: commit or remove them first.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'no-model': {
    ask: 'no model is configured',
    why: 'No model can be asked with the present settings. `portwright doctor` names the setting that is missing.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'model-failed': {
    ask: 'the model does not answer',
    why: 'The model’s server could not be asked, after all retries. `portwright doctor` checks it.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'policy-unusable': {
    ask: 'the policy cannot be read',
    why: 'The policy has an error, or its file is missing. `portwright policy check` names the place.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'automation-failed': {
    ask: 'a step of Portwright failed',
    why: 'A step of Portwright itself failed for good. The port is not the cause; the worker’s log has the details.',
    isBlocked: true,
    answers: BLOCKED,
  },
  'ended-outside': {
    ask: 'the attempt was ended from outside',
    why: 'The attempt’s workflow was terminated in Temporal. Its dev-env is restored.',
    isBlocked: true,
    answers: BLOCKED,
  },
  undecided: {
    ask: 'how does it continue?',
    why: 'Automation has no further step for this failure.',
    answers: [tryAgain(), ...HINT_OR_BY_HAND],
  },
};
