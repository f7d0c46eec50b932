import { isRecord } from '../internal/is-record.js';
import type { ObservedCall } from '../transport/observer.js';
import type { Attributes } from './span.js';

/** A call in the terms of the semantic conventions. */
export interface DescribedCall {
  /** `gen_ai.operation.name`; `undefined` for operations outside of the conventions, such as files and jobs. */
  readonly operation: string | undefined;
  readonly spanName: string;
  readonly isStream: boolean;
  readonly attributes: Attributes;
}

type Params = ObservedCall['params'];

const converses = ({ agent_id }: Params): string => (typeof agent_id === 'string' ? 'invoke_agent' : 'chat');

/** The conventions' names for the methods that call a model. */
export const genAIOperations: Readonly<Record<string, string | ((params: Params) => string)>> = {
  'chat.complete': 'chat',
  'chat.stream': 'chat',
  'fim.complete': 'text_completion',
  'fim.stream': 'text_completion',
  'agents.complete': 'invoke_agent',
  'agents.stream': 'invoke_agent',
  'embeddings.create': 'embeddings',
  'ocr.process': 'generate_content',
  'audio.transcriptions.complete': 'generate_content',
  'audio.transcriptions.stream': 'generate_content',
  'beta.agents.create': 'create_agent',
  'beta.conversations.start': converses,
  'beta.conversations.startStream': converses,
  'beta.conversations.append': converses,
  'beta.conversations.appendStream': converses,
  'beta.conversations.restart': converses,
  'beta.conversations.restartStream': converses,
};

export function describeCall(call: ObservedCall): DescribedCall {
  const { operation: method, params } = call;
  const known = Object.hasOwn(genAIOperations, method) ? genAIOperations[method] : undefined;
  const operation = typeof known === 'function' ? known(params) : known;
  const isStream = operation !== undefined && /stream$/i.test(method);
  return {
    operation,
    isStream,
    spanName: spanNameOf(operation, call),
    attributes: {
      'gen_ai.provider.name': 'mistral_ai',
      ...serverOf(call.baseURL),
      'http.request.method': call.method,
      'url.template': call.path,
      ...(operation === undefined
        ? {}
        : { 'gen_ai.operation.name': operation, ...requestOf(operation, params) }),
      ...(isStream ? { 'gen_ai.request.stream': true } : {}),
    },
  };
}

function spanNameOf(operation: string | undefined, call: ObservedCall): string {
  const { operation: method, params } = call;
  if (operation === undefined) return method === 'request' ? `${call.method} ${call.path}` : method;
  const subject = operation === 'create_agent' ? params.name : params.model;
  return typeof subject === 'string' && operation !== 'invoke_agent' ? `${operation} ${subject}` : operation;
}

function serverOf(baseURL: string): Attributes {
  const { hostname, port, protocol } = new URL(baseURL);
  return { 'server.address': hostname, 'server.port': Number(port || (protocol === 'http:' ? 80 : 443)) };
}

const numbers: Readonly<Record<string, string>> = {
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  max_tokens: 'gen_ai.request.max_tokens',
  frequency_penalty: 'gen_ai.request.frequency_penalty',
  presence_penalty: 'gen_ai.request.presence_penalty',
  random_seed: 'gen_ai.request.seed',
  output_dimension: 'gen_ai.embeddings.dimension.count',
};

const strings: Readonly<Record<string, string>> = {
  model: 'gen_ai.request.model',
  agent_id: 'gen_ai.agent.id',
  conversation_id: 'gen_ai.conversation.id',
};

function requestOf(operation: string, given: Params): Attributes {
  // Conversations and agents have the parameters of the completion in a nested object.
  const params = { ...given, ...(isRecord(given.completion_args) ? given.completion_args : {}) };
  const attributes: Attributes = {};
  for (const [param, attribute] of Object.entries(numbers))
    if (typeof params[param] === 'number') attributes[attribute] = params[param];
  for (const [param, attribute] of Object.entries(strings))
    if (typeof params[param] === 'string') attributes[attribute] = params[param];
  const { name, agent_version, n, response_format, encoding_format } = params as Params;
  if (operation === 'create_agent' && typeof name === 'string') attributes['gen_ai.agent.name'] = name;
  if (typeof agent_version === 'string' || typeof agent_version === 'number')
    attributes['gen_ai.agent.version'] = String(agent_version);
  if (typeof n === 'number' && n !== 1) attributes['gen_ai.request.choice.count'] = n;
  if (isRecord(response_format) && typeof response_format.type === 'string')
    attributes['gen_ai.output.type'] = response_format.type === 'text' ? 'text' : 'json';
  if (typeof encoding_format === 'string') attributes['gen_ai.request.encoding_formats'] = [encoding_format];
  return attributes;
}
