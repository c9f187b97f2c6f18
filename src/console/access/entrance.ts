import type {FastifyReply} from 'fastify';
import {Type} from 'typebox';
import type {ConsoleSettings} from '../settings.ts';
import type {LoginCookies} from './cookies.ts';
import type {Gate} from './gate.ts';

/** What the routes of a login share. */
export interface Entrance {
  readonly settings: ConsoleSettings;
  readonly gate: Gate;
  readonly cookies: LoginCookies;
  /** Sends the login page, with what went wrong. */
  page(reply: FastifyReply, to: string, problem?: string): FastifyReply;
}

export const ToQuery = Type.Optional(Type.String({description: 'path of the console to go on to'}));

export const loginDoc = (summary: string) => ({tags: ['login'], summary});
