import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import {ACTION_NAMES, type ActionName, actionOf} from '../../case/operator/actions.ts';
import {refuseName} from '../../case/operator/fields.ts';
import {CaseRefused} from '../../report/send-operator-message.ts';
import {NAME_COOKIE, operatorOf} from '../access/access.ts';
import {identityOf} from '../access/identity.ts';
import {isName} from '../access/names.ts';
import type {OpenedCase} from '../context.ts';
import {casePath, withQuery} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import {Refusal} from '../refusal.ts';
import type {OperatorDesk} from './action-form.tsx';
import {chosenAnswer} from './answer-route.ts';
import {authorize} from './authorize.ts';
import {bodyLimit, bodySchema, inputOf, inputOfForm} from './inputs.ts';
import {refusedPage, unknownCasePage} from './refused.tsx';

export interface Cases {
  /** The latest case of a workflow id; undefined for one that is not known. */
  readonly openCase: (workflowId: string) => Promise<OpenedCase | undefined>;
}

export interface Desk {
  /** Sends an action to a case and returns its answer; rejects with its refusal, or with why the message could not be sent. */
  readonly send: (workflowId: string, name: ActionName, input: object) => Promise<string>;
  readonly render: (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;
  /** Tiers of the policy, for the choice of one. */
  readonly policyTiers?: () => Promise<readonly string[]>;
}

const ANSWER_CHARS = 300;
const YEAR_SECONDS = 365 * 24 * 3600;
const NO_ANSWER =
  'Nothing was sent to the case: it has no such answer now, your role may not give it, or none was chosen. Go back to the case, and choose one of its answers.';
const UNCONFIRMED = 'Nothing was sent to the case: the box above the button must be ticked. Tick it, and send the form again.';

const Id = Type.Object({id: Type.String()});
const Failure = Type.Object({error: Type.String()}, {description: 'what, the rule, what was got, what to do next'});

/** Returns who acts in a request, with the tiers that a form offers. */
export function operatorDesk(request: FastifyRequest, policyTiers?: readonly string[]): OperatorDesk {
  return {operator: operatorOf(request), role: identityOf(request).role, policyTiers};
}

/** Registers each operator action: as JSON below /api/v1, and for the forms of a case's page. */
export function operatorRoutes(app: FastifyInstance, cases: Cases, desk: Desk): void {
  for (const name of ACTION_NAMES) {
    jsonRoute(app, cases, desk, name);
    formRoutes(app, cases, desk, name);
  }
  answerRoutes(app, cases, desk);
}

function jsonRoute(app: FastifyInstance, cases: Cases, desk: Desk, name: ActionName): void {
  const {path, summary} = actionOf(name);
  const schema = {
    tags: ['v1'],
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    params: Id,
    body: bodySchema(name),
    response: {200: Type.Object({ok: Type.Boolean(), answer: Type.String()}), '4xx': Failure, '5xx': Failure},
  };
  app.withTypeProvider<TypeBoxTypeProvider>().post(
    `/api/v1/cases/:id/${path}`,
    {
      schema,
      bodyLimit: bodyLimit(name),
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request) => {
      const {id} = request.params;
      const given: Readonly<Record<string, unknown>> = request.body;
      if ((await cases.openCase(id)) === undefined) throw new Refusal(404, noCase(id));
      const input = {...inputOf(name, given), by: byOf(request, given.by), ...authorize(request, name)};
      return {ok: true, answer: await send(desk, name, id, input)};
    },
  );
}

function formRoutes(app: FastifyInstance, cases: Cases, desk: Desk, name: ActionName): void {
  const schema = {hide: true, params: Id, body: Type.Record(Type.String(), Type.Unknown())};
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const path = `/ui/cases/:id/${actionOf(name).path}`;
  // The address that a browser shows after a refusal: loading it again shows the case's page.
  routes.get(path, {schema: {hide: true, params: Id}}, ({params}, reply) => reply.redirect(casePath(params.id), 303));
  routes.post(path, {schema, bodyLimit: bodyLimit(name)}, async (request, reply) => {
    const {id} = request.params;
    const typed = textsOf(request.body);
    const opened = await cases.openCase(id);
    if (opened === undefined) return desk.render(request, reply.code(404), unknownCasePage(noCase(id), typed));
    return replyToForm(desk, request, reply, {name, typed, opened});
  });
}

/** Registers the form with the answers to the question of a waiting case: it sends the action of the chosen answer. */
function answerRoutes(app: FastifyInstance, cases: Cases, desk: Desk): void {
  const schema = {hide: true, params: Id, body: Type.Record(Type.String(), Type.Unknown())};
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const path = '/ui/cases/:id/answer';
  routes.get(path, {schema: {hide: true, params: Id}}, ({params}, reply) => reply.redirect(casePath(params.id), 303));
  routes.post(path, {schema, bodyLimit: bodyLimit('handPatch')}, async (request, reply) => {
    const {id} = request.params;
    const typed = textsOf(request.body);
    const opened = await cases.openCase(id);
    if (opened === undefined) return desk.render(request, reply.code(404), unknownCasePage(noCase(id), typed));
    const chosen = chosenAnswer(opened.status, identityOf(request).role, typed);
    if (chosen === undefined) return desk.render(request, reply.code(409), unknownCasePage(NO_ANSWER, typed));
    return replyToForm(desk, request, reply, {...chosen, opened});
  });
}

interface FilledForm {
  readonly name: ActionName;
  readonly typed: Readonly<Record<string, string>>;
  readonly opened: OpenedCase;
}

/** Sends the action of a form and shows the case with the answer, or the forms again with the refusal. */
async function replyToForm(
  desk: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  {name, typed, opened: {status}}: FilledForm,
): Promise<FastifyReply> {
  rememberName(reply, typed.by);
  try {
    const answer = await submit(desk, name, request, status.workflowId, typed);
    return reply.redirect(withQuery(casePath(status.workflowId), {said: answer}), 303);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problem = {action: name, message: error.message};
    const policyTiers = await desk.policyTiers?.().catch(() => undefined);
    const page = refusedPage({status, problem, typed, ...operatorDesk(request, policyTiers)});
    return desk.render(request, reply.code(error.statusCode), page);
  }
}

/** Sends a form's texts, and returns the start of the answer. Throws a Refusal. */
async function submit(
  desk: Desk,
  name: ActionName,
  request: FastifyRequest,
  id: string,
  typed: Readonly<Record<string, string>>,
): Promise<string> {
  if (actionOf(name).confirm !== undefined && typed.sure !== 'yes') throw new Refusal(409, UNCONFIRMED);
  const answer = await send(desk, name, id, {
    ...inputOfForm(name, typed),
    by: byOf(request, typed.by),
    ...authorize(request, name),
  });
  return answer.slice(0, ANSWER_CHARS).replace(/[\ud800-\udbff]$/, '');
}

/** Returns why a case is not known. */
export function noCase(id: string): string {
  return `There is no case ${id}. GET /api/v1/cases lists those that are known.`;
}

/** Throws a Refusal: 409 with the refusal of the case, 503 if the message could not be sent. */
async function send(desk: Desk, name: ActionName, id: string, input: {readonly by: string | undefined}): Promise<string> {
  // A signal has no validator in the workflow.
  const refusal = actionOf(name).kind === 'signal' ? refuseName(name, input.by) : undefined;
  if (refusal !== undefined) throw new Refusal(409, refusal);
  try {
    return await desk.send(id, name, input);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const {message} = error as Error;
    if (error instanceof CaseRefused) throw new Refusal(409, message);
    throw new Refusal(503, `${message} Check the case before you send it again.`);
  }
}

/** Returns the operator's name. Throws a Refusal if a name is given that contradicts the name that a reverse proxy or a login provider vouches for. */
export function byOf(request: FastifyRequest, given: unknown): string | undefined {
  const operator = operatorOf(request);
  if (typeof given !== 'string') return operator?.name;
  const name = given.trim();
  if (!operator?.fixed || name === operator.name) return name;
  throw new Refusal(403, `You are ${operator.name}, and cannot act as ${JSON.stringify(name.slice(0, 200))}. Leave "by" out.`);
}

/** Returns a form's texts with line ends as they were typed: browsers send them as two characters, which would count against the limits. */
export function textsOf(body: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.map(([field, text]) => [field, text.replaceAll('\r\n', '\n')]));
}

/** Stores a name that was typed, for the next form. */
export function rememberName(reply: FastifyReply, by: string | undefined): void {
  const name = by?.trim() ?? '';
  if (isName(name)) reply.setCookie(NAME_COOKIE, name, {path: '/', sameSite: 'strict', maxAge: YEAR_SECONDS});
}
