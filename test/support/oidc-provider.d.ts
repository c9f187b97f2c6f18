/** The part of the package that the tests use; it ships no types. */
declare module 'oidc-provider' {
  import type {IncomingMessage, ServerResponse} from 'node:http';

  interface Context {
    readonly path: string;
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly oidc: {
      readonly client: {readonly clientId: string};
      readonly session: {readonly accountId: string};
    };
    body: unknown;
    status: number;
    respond: boolean;
  }

  class Grant {
    constructor(of: {readonly accountId: string; readonly clientId: string});
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export default class Provider {
    readonly Grant: typeof Grant;
    constructor(issuer: string, configuration: object);
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object, options?: object): Promise<void>;
  }
}
