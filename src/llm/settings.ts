/** What a model is used for; each has its own settings, `patch` falls back to `triage`. */
export type Purpose = 'triage' | 'patch';

/** What a call is for: a review of a diff and the answer to a question use the settings of one of the purposes. */
export type CallPurpose = Purpose | 'review' | 'ask';

/** Where and how a model is asked. An empty `apiKey` means that no Authorization header is sent. */
export interface ModelSettings {
  readonly purpose: Purpose;
  readonly model: string;
  /** Base URL of an OpenAI-compatible server, as `http://127.0.0.1:8080/v1`; without it OpenAI's own. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  /** For one call, from its start to the last byte of its reply. */
  readonly timeoutMs: number;
  /** Tokens that a request and its reply may have together. */
  readonly window: number;
  /** How tools are offered: as the protocol's tool calls, as text, or as the server takes them. */
  readonly tools: 'auto' | 'native' | 'text';
  /** Whether a triage is asked for as JSON by a schema. */
  readonly jsonTriage: boolean;
}

/** Why no model can be called, for the operator. */
export interface MissingModel {
  readonly missing: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Seconds of `DP_HARNESS_TIMEOUT` (triage) and `DP_HARNESS_PATCH_TIMEOUT` when they are not set. */
const TIMEOUTS = {
  triage: {name: 'DP_HARNESS_TIMEOUT', seconds: 120},
  patch: {name: 'DP_HARNESS_PATCH_TIMEOUT', seconds: 600},
} as const;

const LONGEST_TIMEOUT = 86_400;
/** Where nothing is set. */
export const USUAL_PROTOCOL = {window: 128_000, tools: 'auto', jsonTriage: false} as const;
/** Below it there is no room for a prompt, its tools and a reply. */
const LEAST_WINDOW = 6000;
const TOOL_MODES = ['auto', 'native', 'text'] as const;

/**
 * Settings of a purpose from the environment: `DP_HARNESS_{TRIAGE,PATCH}_{MODEL,API_BASE,API_KEY,PROVIDER}`, the two time limits,
 * and `DP_HARNESS_{CONTEXT_WINDOW,TOOLS,JSON_TRIAGE}`.
 * A patch model without its own address and key uses triage's; address and key are always taken together, so that
 * neither key is sent to the other's address. OPENAI_BASE_URL and OPENAI_API_KEY are the last resort, where no _API_BASE is set.
 */
export function modelSettings(purpose: Purpose, env: Env): ModelSettings | MissingModel {
  const owner = value(env, `DP_HARNESS_${purpose.toUpperCase()}_MODEL`) === '' ? 'triage' : purpose;
  const prefix = `DP_HARNESS_${owner.toUpperCase()}`;
  const named = value(env, `${prefix}_MODEL`);
  const endpoint = endpointOf(env, owner);
  const timeout = timeoutOf(env, purpose);
  const protocol = protocolOf(env);
  const problem =
    named === ''
      ? noModel(purpose)
      : (providerProblem(prefix, named, endpoint) ?? endpointProblem(endpoint) ?? timeout.problem ?? protocol.problem);
  if (problem !== undefined) return {missing: problem};
  const model = bareName(named);
  const base = endpoint.base === '' ? {} : {baseUrl: endpoint.base};
  const {problem: _none, ...modes} = protocol;
  return {purpose, model, ...base, apiKey: endpoint.key, timeoutMs: timeout.ms, ...modes};
}

/** Settings of a call: of a review those of the policy's `review_model`, of a question those of repairs, of any other those of its purpose. */
export function settingsOfCall(
  {purpose, policy}: {readonly purpose: CallPurpose; readonly policy: {readonly review_model?: string | undefined}},
  env: Env,
): ModelSettings | MissingModel {
  if (purpose === 'review') return reviewSettings(policy.review_model, env);
  return modelSettings(purpose === 'ask' ? 'patch' : purpose, env);
}

/** The model of repairs, unless the policy names another: triage's is asked at triage's address, any other at the address of repairs. */
function reviewSettings(named: string | undefined, env: Env): ModelSettings | MissingModel {
  const patch = modelSettings('patch', env);
  if (named === undefined || 'missing' in patch) return patch;
  const model = bareName(named);
  if (model === patch.model) return patch;
  const triage = modelSettings('triage', env);
  const isTriage = !('missing' in triage) && triage.model === model;
  return isTriage ? {...triage, purpose: 'patch', timeoutMs: patch.timeoutMs} : {...patch, model};
}

/** Returns the name under which a server has a model. */
function bareName(model: string): string {
  return model.replace(/^openai\//, '');
}

interface Endpoint {
  readonly base: string;
  readonly key: string;
  readonly provider: string;
  /** Prefix of the variables that it came from. */
  readonly from: string;
}

function endpointOf(env: Env, owner: Purpose): Endpoint {
  const own = readEndpoint(env, `DP_HARNESS_${owner.toUpperCase()}`);
  const shares = owner === 'patch' && own.base + own.key === '' && /^(openai)?$/i.test(own.provider);
  const group = shares ? readEndpoint(env, 'DP_HARNESS_TRIAGE') : own;
  if (group.base !== '') return group;
  return {...group, base: value(env, 'OPENAI_BASE_URL'), key: group.key || value(env, 'OPENAI_API_KEY')};
}

function readEndpoint(env: Env, from: string): Endpoint {
  return {
    base: value(env, `${from}_API_BASE`),
    key: value(env, `${from}_API_KEY`),
    provider: value(env, `${from}_PROVIDER`),
    from,
  };
}

function noModel(purpose: Purpose): string {
  const names = purpose === 'patch' ? 'DP_HARNESS_PATCH_MODEL or DP_HARNESS_TRIAGE_MODEL' : 'DP_HARNESS_TRIAGE_MODEL';
  return `No model is set for ${purpose}. Set ${names}, with its _API_BASE and _API_KEY, and start the worker again.`;
}

function providerProblem(prefix: string, model: string, endpoint: Endpoint): string | undefined {
  const {provider} = endpoint;
  if (provider !== '' && provider.toLowerCase() !== 'openai')
    return `${endpoint.from}_PROVIDER is "${provider}", but only the OpenAI protocol is spoken. Set ${endpoint.from}_API_BASE to that provider's OpenAI-compatible address, and _PROVIDER to openai.`;
  const other = /^([\w.-]+)\//.exec(model)?.[1];
  if (other === undefined || other === 'openai' || endpoint.base !== '') return undefined;
  return `${prefix}_MODEL is "${model}", which names the provider "${other}" without an address. Set ${prefix}_API_BASE to its OpenAI-compatible address.`;
}

function endpointProblem({base, key, from}: Endpoint): string | undefined {
  if (base !== '' && !/^https?:\/\/[^\s]+$/.test(base))
    return `${from}_API_BASE must be a URL that starts with http:// or https://; got "${base}".`;
  if (base !== '' && !URL.canParse(base)) return `${from}_API_BASE is not a URL: "${base}".`;
  if (key !== '' || base.startsWith('http:')) return undefined;
  return `No key for ${base || "OpenAI's own address"}. Set ${from}_API_KEY. (A server reached by http:// needs none; OPENAI_API_KEY goes only to OPENAI_BASE_URL or OpenAI itself.)`;
}

function timeoutOf(env: Env, purpose: Purpose): {ms: number; problem: string | undefined} {
  const {name, seconds} = TIMEOUTS[purpose];
  const text = value(env, name);
  const given = text === '' ? seconds : Number(text);
  if (given > 0 && given <= LONGEST_TIMEOUT) return {ms: Math.ceil(given * 1000), problem: undefined};
  return {ms: 0, problem: `${name} must be a number of seconds above 0 and at most ${LONGEST_TIMEOUT}; got "${text}".`};
}

function protocolOf(env: Env): Pick<ModelSettings, 'window' | 'tools' | 'jsonTriage'> & {problem: string | undefined} {
  const text = value(env, 'DP_HARNESS_CONTEXT_WINDOW');
  const window = text === '' ? USUAL_PROTOCOL.window : Number(text);
  const mode = value(env, 'DP_HARNESS_TOOLS') || USUAL_PROTOCOL.tools;
  const tools = TOOL_MODES.find((one) => one === mode);
  const problem =
    !Number.isSafeInteger(window) || window < LEAST_WINDOW
      ? `DP_HARNESS_CONTEXT_WINDOW must be a whole number of tokens from ${LEAST_WINDOW}; got "${text}".`
      : tools === undefined
        ? `DP_HARNESS_TOOLS must be one of ${TOOL_MODES.join(', ')}; got "${mode}".`
        : undefined;
  return {window, tools: tools ?? USUAL_PROTOCOL.tools, jsonTriage: value(env, 'DP_HARNESS_JSON_TRIAGE') === '1', problem};
}

function value(env: Env, name: string): string {
  return env[name]?.trim() ?? '';
}
