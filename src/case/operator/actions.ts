import {ALL_ADJUSTABLE} from '../effect/rules.ts';
import type {Login} from '../login.ts';
import {OUTCOMES} from '../types.ts';
import {type Action, define} from './action.ts';
import type {InputOf} from './fields.ts';
import {
  allowsHandPatch,
  allowsRetry,
  always,
  checkGrant,
  checkLimits,
  needsAutomation,
  needsFailedDelivery,
  needsProvedFix,
} from './state-rules.ts';

const TEXT_CHARS = 8000;
const REASON_CHARS = 500;
const DIFF_CHARS = 100_000;
const MOST_TOKENS = 10_000_000;
const MOST_ATTEMPTS = 20;
const RESOLUTIONS = OUTCOMES.filter((one) => one !== 'fixed');

/**
 * What operators can do with a case, by the names of the messages in Temporal and in the order in which clients offer it. Messages, validators,
 * CLI commands, console forms, REST paths, the hand-off note and the guide's list are derived from it: a new action is an entry here and
 * a handler in src/workflows/operator-handlers.ts.
 */
export const ACTIONS = {
  accept: define({
    kind: 'update',
    command: 'accept',
    path: 'accept',
    title: 'Accept the fix',
    summary: 'accepts a proved fix: the case closes as fixed, and the fix may be exported',
    effect: 'The proved fix is right: the case closes as fixed, with your name, and the fix may be exported.',
    refusedIf: 'no proved fix waits for its review',
    moment: 'review',
    primary: true,
    decides: true,
    button: 'Accept',
    tone: 'primary',
    fields: {},
    allowed: needsProvedFix('accept'),
  }),
  reject: define({
    kind: 'update',
    command: 'reject',
    path: 'reject',
    title: 'Reject the fix',
    summary: 'rejects a proved fix: another attempt, with the reason, if budget is left',
    effect:
      'The proved fix is wrong. The model is shown the reason, and tries again if budget is left; otherwise the case waits.',
    refusedIf: `no proved fix waits for its review; \`reason\` without 1 to ${TEXT_CHARS} characters`,
    moment: 'review',
    primary: true,
    decides: true,
    button: 'Reject',
    fields: {
      reason: {
        type: 'lines',
        required: true,
        limit: TEXT_CHARS,
        option: '--reason <text>',
        help: 'why; the model is shown it',
        label: 'Why it is wrong',
        example: 'it drops the plugin instead of building it',
        placeholder: 'what is wrong with it',
      },
    },
    allowed: needsProvedFix('reject'),
  }),
  retryDelivery: define({
    kind: 'update',
    command: 'retry-delivery',
    path: 'retry-delivery',
    title: 'Deliver again',
    summary: 'runs the delivery command of an accepted fix again',
    effect: 'The policy’s delivery command runs again on the accepted fix, with the same delivery id.',
    refusedIf: 'no delivery has failed',
    moment: 'delivery',
    primary: true,
    decides: true,
    button: 'Deliver again',
    tone: 'primary',
    fields: {},
    allowed: needsFailedDelivery('retryDelivery'),
  }),
  skipDelivery: define({
    kind: 'update',
    command: 'skip-delivery',
    path: 'skip-delivery',
    title: 'Close without a delivery',
    summary: 'closes a case whose fix was accepted and not delivered',
    effect: 'The case closes as fixed, without a delivery. `portwright export` makes the patch.',
    refusedIf: 'no delivery has failed',
    moment: 'delivery',
    decides: true,
    button: 'Close without a delivery',
    fields: {},
    allowed: needsFailedDelivery('skipDelivery'),
  }),
  provideContext: define({
    kind: 'update',
    command: 'context',
    path: 'context',
    title: 'Give the model context',
    summary: 'gives the model context; triage starts again',
    effect: 'The model is shown it. A case that waits goes on with triage.',
    details:
      'The prompt then has all earlier context too; once in a case, new context raises MANUAL to ASSIST. While automation works, the next triage or attempt is shown it.',
    refusedIf: `\`text\` without 1 to ${TEXT_CHARS} characters`,
    moment: 'repair',
    primary: true,
    button: 'Send context',
    tone: 'primary',
    fields: {
      text: {
        type: 'lines',
        required: true,
        limit: TEXT_CHARS,
        option: '--text <text>',
        help: `1 to ${TEXT_CHARS} characters`,
        label: 'What the model should know',
        example: 'sys/audit.h is FreeBSD only; turn the AUDIT option off',
        placeholder: 'what you know',
      },
    },
    allowed: always,
  }),
  retry: define({
    kind: 'update',
    command: 'retry',
    path: 'retry',
    title: 'Try again',
    summary: 'starts another attempt with what is left of the budget',
    effect: 'Another attempt with what is left of the budget.',
    details:
      'It runs in the case’s tier or, where that is MANUAL, in ASSIST; `tier` names another. A case without a triage is triaged.',
    refusedIf:
      'the case does not wait; it has a proved fix (use `reject`); the policy lacks the tier, or it is MANUAL; no attempts or tokens are left (use `grantBudget` first)',
    moment: 'repair',
    decides: true,
    button: 'Try again',
    fields: {
      tier: {
        type: 'choice',
        choices: 'tiers',
        option: '--tier <name>',
        help: 'a tier of the policy',
        label: 'Tier',
        example: 'ASSIST',
      },
    },
    allowed: allowsRetry,
    check: checkLimits,
  }),
  grantBudget: define({
    kind: 'update',
    command: 'grant',
    path: 'budget',
    title: 'Grant more budget',
    summary: 'grants a case more tokens or attempts',
    effect: 'Tokens and attempts are added to the tier’s limits. A case that waits because its budget is used goes on.',
    details:
      'The grant is for this case only; limits of money and minutes grow in proportion. A case that waits as `budget-exhausted` or `needs-help` goes on at once. Limits of a build run and of a day are not changed.',
    refusedIf: `neither is above 0; more than ${MOST_TOKENS} tokens or ${MOST_ATTEMPTS} attempts at once`,
    moment: 'repair',
    button: 'Grant',
    fields: {
      tokens: {
        type: 'integer',
        limit: MOST_TOKENS,
        option: '--tokens <n>',
        help: 'billable tokens on top',
        label: 'Billable tokens',
        example: 50_000,
        placeholder: 50_000,
      },
      attempts: {
        type: 'integer',
        limit: MOST_ATTEMPTS,
        option: '--attempts <n>',
        help: 'attempts on top',
        label: 'Attempts',
        example: 1,
        placeholder: 1,
      },
    },
    allowed: always,
    check: checkGrant,
  }),
  handPatch: define({
    kind: 'update',
    command: 'patch',
    path: 'patch',
    title: 'Prove your own diff',
    summary: 'sends your own diff through guard and proof, as a model’s',
    effect: 'Your diff goes through the guard and the proof as a model’s does, and costs no attempt and no tokens.',
    details:
      'The diff is `git diff` of an overlay, relative to its root (`ports/net/foo/…`). The case reports what the guard finds or that the proof fails, and waits again.',
    refusedIf: `the case does not wait (use \`escalate\` first); no \`diff --git\` line; more than ${DIFF_CHARS} characters`,
    moment: 'repair',
    decides: true,
    button: 'Prove it',
    fields: {
      diff: {
        type: 'diff',
        required: true,
        limit: DIFF_CHARS,
        option: '--diff <file>',
        help: 'as `git diff` prints it in the overlay; - is standard input',
        label: 'Diff, as git diff prints it in the overlay',
        example: 'diff --git a/ports/net/foo/Makefile.DragonFly …',
        placeholder: 'diff --git …',
      },
      judged: {
        type: 'list',
        choices: ALL_ADJUSTABLE.map(({name}) => name),
        of: "the guard's rules",
        option: '--judged <rules>',
        help: 'rules of the guard that you have judged in this diff, separated by commas',
        label: 'Rules of the guard that you have judged in this diff, separated by commas',
      },
    },
    allowed: allowsHandPatch,
  }),
  escalate: define({
    kind: 'signal',
    command: 'escalate',
    path: 'escalate',
    title: 'Stop automation',
    summary: 'stops automation at once; the case waits for an operator',
    effect: 'Automation stops at once, in any phase; the case then waits for an operator.',
    details: 'What runs in a dev-env is ended, its overlay is restored, and the tier is MANUAL. A closed case ignores it.',
    refusedIf: 'never, since it is a signal',
    moment: 'work',
    button: 'Stop',
    tone: 'danger',
    confirm: 'Yes, stop it: the running attempt is ended',
    fields: {
      reason: {
        type: 'line',
        required: true,
        limit: REASON_CHARS,
        option: '--reason <text>',
        help: 'why',
        label: 'Why',
        example: 'it edits the wrong file',
        placeholder: 'why',
      },
    },
    allowed: needsAutomation('escalate'),
  }),
  resolve: define({
    kind: 'update',
    command: 'resolve',
    path: 'resolve',
    title: 'Close the case',
    summary: 'closes a case with an outcome',
    effect: 'Automation ends, and the next failure of the port starts a new case.',
    details: 'Give the outcome that is true: `manual` if you repaired the port yourself.',
    refusedIf: `any outcome but ${RESOLUTIONS.map((one) => `\`${one}\``).join(', ')}: only a proof makes a case fixed`,
    moment: 'repair',
    decides: true,
    button: 'Close',
    tone: 'danger',
    confirm: 'Yes, close it',
    fields: {
      outcome: {
        type: 'choice',
        required: true,
        choices: RESOLUTIONS,
        because: 'Only a rebuild proof makes a case fixed.',
        option: '--outcome <outcome>',
        help: RESOLUTIONS.join(', ').replace(/, (?=[^,]*$)/, ' or '),
        label: 'Outcome',
        example: 'manual',
        placeholder: 'manual',
      },
      note: {
        type: 'lines',
        limit: TEXT_CHARS,
        option: '--note <text>',
        help: 'why',
        label: 'Note for the log (optional)',
        example: 'repaired upstream',
        placeholder: 'why',
      },
    },
    allowed: always,
  }),
} as const;

/** Name of an action's message in Temporal. */
export type ActionName = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** Input of an action's message. */
export type InputFor<Name extends ActionName> = InputOf<(typeof ACTIONS)[Name]['fields']> & {
  /** How `by` was identified. */
  readonly login?: Login;
};

/** Returns the entry of an action whose name is a variable. */
export function actionOf(name: ActionName): Action {
  return ACTIONS[name];
}
