import type {FastifyReply, FastifyRequest} from 'fastify';
import {type Static, type TSchema, Type} from 'typebox';
import type {OpenedCase, Reading} from '../context.ts';
import type {OperatorDesk} from '../operator/action-form.tsx';
import {Refusal} from '../refusal.ts';
import type {ApiDocument} from './api-document.ts';
import type {Page} from './layout.tsx';

/** Sends a page in the layout that all pages share. */
export type Render = (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply;

/** Returns who acts in a request, with the choices that the forms of a case offer. */
export type Forms = (request: FastifyRequest) => Promise<OperatorDesk>;

/** What pages are made from. */
export interface PageContext {
  readonly reading: Reading;
  readonly forms: Forms;
  readonly apiDocument: () => ApiDocument;
}

/** A file to download, without the layout: HTML, or text that a browser does not show. */
export type PageFile = {readonly fileName: string} & ({readonly html: string} | {readonly text: string});

export interface PageRequest<P, Q> {
  readonly params: P;
  readonly query: Q;
  readonly request: FastifyRequest;
}

/** A page: its path, the schemas of its path's parameters and of its query string, and what it shows. */
export interface PageDefinition<P extends TSchema = TSchema, Q extends TSchema = TSchema> {
  readonly path: string;
  readonly params?: P;
  readonly query?: Q;
  /** Throws a Refusal where there is nothing to show. */
  render(context: PageContext, request: PageRequest<Static<P>, Static<Q>>): Page | PageFile | Promise<Page | PageFile>;
}

/** Returns the definition, with the types of its schemas in `render`. */
export function definePage<P extends TSchema, Q extends TSchema>(page: PageDefinition<P, Q>): PageDefinition<P, Q> {
  return page;
}

/** Parameter `:id` of a path. */
export const IdParams = Type.Object({id: Type.String()});

/** Rest of a path after `/*`. */
export const RestParams = Type.Object({'*': Type.String()});

/** A short optional text of a query string. */
export const ShortText = Type.Optional(Type.String({maxLength: 200}));

/** Opens a case, or that run of it; throws a Refusal if it is not known. */
export async function caseOr404({openCase}: Reading, id: string, run: string | undefined): Promise<OpenedCase> {
  const opened = await openCase(id, run || undefined);
  if (opened === undefined) throw new Refusal(404, `There is no case ${id}. The list of cases has those that are known.`);
  return opened;
}

/** `key=value` of the events that change a page. */
export function liveFor(key: 'case' | 'bundle_id' | 'job_id' | 'run_id' | 'origin', value: string): string {
  return `${key}=${encodeURIComponent(value)}`;
}
