import type {EffectivePolicy} from '../policy/policy.ts';
import type {CaseStatus} from '../status.ts';
import type {Outcome} from '../types.ts';
import type {Fields, InputOf, Refusal} from './fields.ts';

/** What has been decided for a case that has not acted on it yet. */
export type Decision =
  | {readonly kind: 'close'; readonly outcome: Outcome; readonly reason: string}
  /** Automation goes on; `reason` names who decided what: `ann asked for another attempt`. */
  | {readonly kind: 'work'; readonly reason: string};

/** What a refusal depends on besides the input. */
export interface Situation {
  readonly status: CaseStatus;
  /** Undefined where it is not known: no rule about tiers and limits is then checked. */
  readonly policy?: EffectivePolicy | undefined;
  readonly decision?: Decision | undefined;
}

export type Kind = 'signal' | 'update';

/** When an action is offered first: a proved fix waits for its review, its delivery has failed, a case waits for want of a fix, or automation works. */
export type Moment = 'review' | 'delivery' | 'repair' | 'work';

/** One entry of the table of operator actions. Texts are plain; a client escapes them. */
export interface ActionOf<MessageKind extends Kind, All extends Fields> {
  readonly kind: MessageKind;
  /** Name of the CLI command. */
  readonly command: string;
  /** Last segment of the REST path and of the console's form. */
  readonly path: string;
  /** Heading of the console's form and of the guide's section. */
  readonly title: string;
  /** Third person, for the CLI's help and OpenAPI: `accepts a proved fix`. */
  readonly summary: string;
  /** What happens on success, in full sentences. */
  readonly effect: string;
  /** More for the guide, in full sentences. */
  readonly details?: string;
  /** When it is refused, for the guide: what follows `Refused:`. */
  readonly refusedIf: string;
  readonly moment: Moment;
  /** Its form is open in that moment, before all others. */
  readonly primary?: true;
  /** It decides what the case does next, and so contradicts a decision on which the case has not acted yet. */
  readonly decides?: true;
  readonly button: string;
  readonly tone?: 'primary' | 'danger';
  /** Label of the box without whose tick the console's form is not sent. */
  readonly confirm?: string;
  readonly fields: All;
  /** Returns why a case in this state does not accept it, whatever the input. */
  readonly allowed: (status: CaseStatus) => Refusal;
  /** Returns why an input whose fields are valid is refused. */
  check?(given: InputOf<All>, situation: Situation): Refusal;
}

/** Any entry, where its name is a variable. */
export type Action = ActionOf<Kind, Fields>;

/** Infers the types of an entry's fields, so that `check` and the message's input have them. */
export function define<const MessageKind extends Kind, const All extends Fields>(
  action: ActionOf<MessageKind, All>,
): ActionOf<MessageKind, All> {
  return action;
}
