import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import type {QuestionInput} from '../../case/ask/refusal.ts';
import {CaseRefused} from '../../report/send-operator-message.ts';
import {operatorOf} from '../access/access.ts';
import {identityOf, recordedLogin} from '../access/identity.ts';
import {byOf, type Cases, noCase, rememberName, textsOf} from '../operator/routes.ts';
import {casePath} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import {Refusal} from '../refusal.ts';
import {askedPage} from './page.tsx';

export interface AskDesk {
  /** Asks a case and returns the number of the question; rejects with its refusal, or with why it could not be sent. */
  readonly ask: (workflowId: string, input: QuestionInput) => Promise<number>;
  readonly render: (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;
}

const Id = Type.Object({id: Type.String()});
const Failure = Type.Object({error: Type.String()}, {description: 'what, the rule, what was got, what to do next'});

/** Registers questions about a case: as JSON below /api/v1, and for the form of the page. */
export function askRoutes(app: FastifyInstance, cases: Cases, desk: AskDesk): void {
  jsonRoute(app, cases, desk);
  formRoute(app, cases, desk);
}

function jsonRoute(app: FastifyInstance, cases: Cases, desk: AskDesk): void {
  const schema = {
    tags: ['v1'],
    summary: 'Asks a question about a waiting case; the answer comes in `questions` of its status',
    params: Id,
    body: Type.Object({
      by: Type.Optional(Type.String({description: 'your name, where no reverse proxy gives it'})),
      text: Type.String({description: 'the question'}),
    }),
    response: {200: Type.Object({ok: Type.Boolean(), number: Type.Integer()}), '4xx': Failure, '5xx': Failure},
  };
  app.withTypeProvider<TypeBoxTypeProvider>().post('/api/v1/cases/:id/ask', {schema}, async (request) => {
    const {id} = request.params;
    const {by, text} = request.body;
    if ((await cases.openCase(id)) === undefined) throw new Refusal(404, noCase(id));
    return {ok: true, number: await send(desk, id, {by: byOf(request, by) ?? '', ...recordedLogin(request), text})};
  });
}

function formRoute(app: FastifyInstance, cases: Cases, desk: AskDesk): void {
  const schema = {hide: true, params: Id, body: Type.Record(Type.String(), Type.Unknown())};
  app.withTypeProvider<TypeBoxTypeProvider>().post('/ui/cases/:id/ask', {schema}, async (request, reply) => {
    const {id} = request.params;
    const {by, text = ''} = textsOf(request.body);
    const opened = await cases.openCase(id);
    if (opened === undefined) throw new Refusal(404, noCase(id));
    rememberName(reply, by);
    try {
      const number = await send(desk, id, {by: byOf(request, by) ?? '', ...recordedLogin(request), text});
      return reply.redirect(`${casePath(id)}/ask#q${number}`, 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const {status} = (await cases.openCase(id)) ?? opened;
      const page = askedPage({
        status,
        operator: operatorOf(request),
        role: identityOf(request).role,
        typed: text,
        problem: error.message,
      });
      return desk.render(request, reply.code(error.statusCode), page);
    }
  });
}

/** Throws a Refusal: 409 with the refusal of the case, 503 if the question could not be sent. */
async function send(desk: AskDesk, id: string, input: QuestionInput): Promise<number> {
  try {
    return await desk.ask(id, input);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const {message} = error as Error;
    throw error instanceof CaseRefused ? new Refusal(409, message) : new Refusal(503, message);
  }
}
