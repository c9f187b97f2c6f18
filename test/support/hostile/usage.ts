import fc from 'fast-check';
import {billable} from '../../../src/case/types.ts';
import {chat} from '../../../src/llm/client.ts';
import {countRequest, countTokens} from '../../../src/llm/tokens.ts';
import {ModelServer} from '../../llm/server.ts';
import {LIES, TrueCount} from '../lying-model.ts';
import type {Judged} from './figures.ts';

const REPLY_LIMIT = 1_000;

const numbers = fc.oneof(fc.maxSafeInteger(), fc.nat(30_000), fc.double(), fc.constantFrom(0, -1, 9e15, 1e308));
const values = fc.oneof({weight: 5, arbitrary: numbers}, {weight: 1, arbitrary: fc.jsonValue()});
const randomLies = fc.record(
  {
    prompt_tokens: values,
    completion_tokens: values,
    total_tokens: values,
    prompt_tokens_details: fc.record({cached_tokens: values}),
    prompt_cache_hit_tokens: values,
    completion_tokens_details: fc.record({reasoning_tokens: values}),
    cost: values,
  },
  {requiredKeys: []},
);
const fixedLies = fc.constantFrom(...Object.entries(LIES));
const texts = fc.array(fc.oneof(fc.lorem({maxCount: 60}), fc.string({unit: 'grapheme', minLength: 200, maxLength: 900})), {
  minLength: 5,
  maxLength: 10,
});
const lies = fc.record({
  lie: fc.oneof(
    fixedLies,
    randomLies.map((usage) => [JSON.stringify(usage), () => usage] as const),
  ),
  // A number makes each prompt new to the server, so that nothing of it can be cached.
  prompt: fc.tuple(fc.uuid(), texts).map(([id, parts]) => `${id} ${parts.join('\n')}`),
  reply: fc.lorem({maxCount: 80}),
});

/**
 * Asks a model server that lies about what it used. An escape counts less than half of the true tokens, which is the bound of what
 * tokenizers differ by, or more than the reservation allows.
 */
export async function lieAboutUsage(seed: number, many: number): Promise<Judged[]> {
  const server = new ModelServer();
  await server.start();
  const judged: Judged[] = [];
  try {
    for (const {lie, prompt, reply} of fc.sample(lies, {numRuns: many, seed})) {
      const count = new TrueCount();
      server.script((response, seen, request) => count.answer(response, seen, request, lie[1], reply));
      const messages = [{role: 'user' as const, content: prompt}];
      const {usage} = await chat(server.settings(), {messages, maxTokens: REPLY_LIMIT}, new AbortController().signal);
      const counted = billable(usage);
      const most =
        Math.max(2 * countRequest(messages), Buffer.byteLength(prompt)) + 1_000 + 2 * Math.max(REPLY_LIMIT, countTokens(reply));
      const fits = counted >= leastOf(prompt) + leastOf(reply) && counted <= most;
      judged.push({input: lie[0], verdict: fits ? 'refused' : 'escaped', seen: `${counted} for ${count.tokens} true tokens`});
    }
  } finally {
    await server.stop();
  }
  return judged;
}

function leastOf(text: string): number {
  return Math.min(countTokens(text) / 2, Buffer.byteLength(text) / 6) - 20;
}
