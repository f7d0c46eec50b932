import { reportedCachedTokens } from '../content/cached-tokens-of.js';
import { isRecord } from '../internal/is-record.js';
import { recordsIn } from '../internal/records-in.js';
import type { Attributes } from './span.js';

/** The conventions' attributes of a response, or of what arrived of it. Responses are not validated. */
export function describeResponse(operation: string | undefined, response: unknown): Attributes {
  if (operation === undefined || !isRecord(response)) return {};
  const { id, model, choices, outputs, usage, conversation_id } = response;
  const attributes: Attributes = {};
  const set = (name: string, type: 'string' | 'number', value: unknown) => {
    if (typeof value === type) attributes[name] = value as string | number;
  };
  set(operation === 'create_agent' ? 'gen_ai.agent.id' : 'gen_ai.response.id', 'string', id);
  set('gen_ai.response.model', 'string', model ?? recordsIn(outputs).findLast((entry) => entry.model)?.model);
  set('gen_ai.conversation.id', 'string', conversation_id);
  const { prompt_tokens, completion_tokens } = isRecord(usage) ? usage : {};
  set('gen_ai.usage.input_tokens', 'number', prompt_tokens);
  set('gen_ai.usage.output_tokens', 'number', completion_tokens);
  set('gen_ai.usage.cache_read.input_tokens', 'number', reportedCachedTokens(usage));
  // An interrupted choice has `null` as its finish reason.
  const reasons = recordsIn(choices).flatMap(({ finish_reason }) => finish_reason ?? []);
  if (reasons.length > 0) attributes['gen_ai.response.finish_reasons'] = reasons.map(String);
  return attributes;
}
