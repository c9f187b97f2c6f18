import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {VNode} from 'preact';
import {Type} from 'typebox';
import {NAME_CHARS} from '../../case/operator/rules.ts';
import {CaseRefused} from '../../report/send-operator-message.ts';
import {NAME_COOKIE, operatorOf} from '../access/access.ts';
import {isName} from '../access/names.ts';
import type {OpenedCase} from '../context.ts';
import {casePath, withQuery} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import {Refusal} from '../refusal.ts';
import {ACTION_NAMES, type Action, actionOf, inputOf, inputOfForm} from './actions.ts';
import {OperatorForms} from './forms.tsx';
import {refusedPage, unknownCasePage} from './refused.tsx';

export interface Cases {
  /** The latest case of a workflow id; undefined for one that is not known. */
  readonly openCase: (workflowId: string) => Promise<OpenedCase | undefined>;
}

export interface Desk {
  /** Says something to a case and returns its answer; rejects with what it refused, or why it could not be said. */
  readonly tell: (workflowId: string, message: string, input: object) => Promise<string>;
  readonly render: (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;
  /** Tiers of the policy, for the choice of one. */
  readonly policyTiers?: () => Promise<readonly string[]>;
}

const SAID_CHARS = 300;
const YEAR_SECONDS = 365 * 24 * 3600;

/** The buttons and forms of a case, for who asks. */
export function operatorForms(request: FastifyRequest, {status}: OpenedCase, policyTiers?: readonly string[]): VNode {
  return OperatorForms({status, operator: operatorOf(request), policyTiers});
}

/** What operators say to a case: as JSON below /api/v1, and by the forms of its page. */
export function operatorRoutes(app: FastifyInstance, cases: Cases, desk: Desk): void {
  for (const action of ACTION_NAMES) {
    jsonRoute(app, cases, desk, action);
    formRoute(app, cases, desk, action);
  }
}

const Id = Type.Object({id: Type.String()});
const Failure = Type.Object({error: Type.String()}, {description: 'what, the rule, what was got, what to do next'});

function jsonRoute(app: FastifyInstance, cases: Cases, desk: Desk, action: Action): void {
  const {summary, fields} = actionOf(action);
  const by = Type.Optional(Type.String({description: 'your name, where no reverse proxy gives it'}));
  const schema = {
    ...{tags: ['v1'], summary, params: Id, body: Type.Object({by, ...fields.properties})},
    response: {200: Type.Object({ok: Type.Boolean(), answer: Type.String()}), '4xx': Failure, '5xx': Failure},
  };
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    `/api/v1/cases/:id/${action}`,
    {
      schema,
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request) => {
      const {id} = request.params;
      const given: Readonly<Record<string, unknown>> = request.body;
      await caseOr404(cases, id);
      const input = {...inputOf(action, given), by: byOf(request, given.by)};
      return {ok: true, answer: await say(desk, action, id, input)};
    },
  );
}

function formRoute(app: FastifyInstance, cases: Cases, desk: Desk, action: Action): void {
  const schema = {hide: true, params: Id, body: Type.Record(Type.String(), Type.Unknown())};
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  // Where a browser is after a refusal: its address asked for anew is the case's page.
  routes.get(`/ui/cases/:id/${action}`, {schema: {hide: true, params: Id}}, ({params}, reply) =>
    reply.redirect(casePath(params.id), 303),
  );
  routes.post(`/ui/cases/:id/${action}`, {schema}, async (request, reply) => {
    const {id} = request.params;
    const typed = textsOf(request.body);
    const opened = await cases.openCase(id);
    if (opened === undefined) return desk.render(request, reply.code(404), unknownCasePage(noCase(id), typed));
    remember(reply, typed.by);
    try {
      if (actionOf(action).asksTwice && typed.sure !== 'yes') throw new Refusal(409, NOT_SURE);
      const input = {...inputOfForm(action, typed), by: byOf(request, typed.by)};
      const said = (await say(desk, action, id, input)).slice(0, SAID_CHARS).replace(/[\ud800-\udbff]$/, '');
      return reply.redirect(withQuery(casePath(id), {said}), 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const {statusCode, message: words} = error;
      const page = refusedPage({
        ...{status: opened.status, problem: {action, words}, typed},
        operator: operatorOf(request),
        policyTiers: await desk.policyTiers?.().catch(() => undefined),
      });
      return desk.render(request, reply.code(statusCode), page);
    }
  });
}

const NOT_SURE = 'Nothing was said to the case: the box above the button must be ticked. Tick it, and send the form again.';

async function caseOr404(cases: Cases, id: string): Promise<OpenedCase> {
  const opened = await cases.openCase(id);
  if (opened === undefined) throw new Refusal(404, noCase(id));
  return opened;
}

function noCase(id: string): string {
  return `There is no case ${id}. GET /api/v1/cases lists those that are known.`;
}

/** Throws a Refusal with the case's own words, 409, or with why it could not be said, 503. */
async function say({tell}: Desk, action: Action, id: string, input: {readonly by: string | undefined}): Promise<string> {
  const {message} = actionOf(action);
  // A signal, which nothing else checks.
  if (action === 'escalate' && (!input.by?.trim() || input.by.length > NAME_CHARS))
    throw new Refusal(409, `escalate needs "by": your name, 1 to ${NAME_CHARS} characters.`);
  try {
    return await tell(id, message, input);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const {message: words} = error as Error;
    if (error instanceof CaseRefused) throw new Refusal(409, words);
    throw new Refusal(503, `${words} Look at the case before you say it again.`);
  }
}

/** Whose name it is said by. Throws a Refusal if a name is given that contradicts the one a reverse proxy vouches for. */
function byOf(request: FastifyRequest, given: unknown): string | undefined {
  const operator = operatorOf(request);
  if (typeof given !== 'string') return operator?.name;
  const name = given.trim();
  if (!operator?.fixed || name === operator.name) return name;
  throw new Refusal(403, `You are ${operator.name}, and cannot say it as ${JSON.stringify(name.slice(0, 200))}. Leave "by" out.`);
}

/** A form's fields, the ends of their lines as they were written: browsers send them as two characters, which would count against the limits. */
function textsOf(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.map(([field, text]) => [field, text.replaceAll('\r\n', '\n')]));
}

function remember(reply: FastifyReply, by: string | undefined): void {
  const name = by?.trim() ?? '';
  if (isName(name)) reply.setCookie(NAME_COOKIE, name, {path: '/', sameSite: 'strict', maxAge: YEAR_SECONDS});
}
