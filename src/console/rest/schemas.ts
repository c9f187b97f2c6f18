import {Type} from 'typebox';

/** Parts of the schemas of the existing state server's paths. Source: contract, section 8.2. */
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
export const Text = Type.String();
export const NonEmpty = Type.String({minLength: 1});
export const AnyObject = Type.Record(Text, Type.Unknown());
export const IdParams = Type.Object({id: Text});

const Failure = Type.Object({error: Text}, {description: 'what, the rule, what was got, what to do next'});

/** Describes a path for the OpenAPI document. */
export const doc = (summary: string, answer: object) => ({
  tags: ['state server'],
  summary,
  response: {200: answer, '4xx': Failure},
});
