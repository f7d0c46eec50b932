import { reportedCachedTokens } from '../content/cached-tokens-of.js';
import { isRecord } from '../internal/is-record.js';
import { unfinishedBy } from '../messages/finish.js';
import type { FinishReason, ResponseInfo, Usage } from './language-model-v3.js';
import type { JsonFields } from './shared-v3.js';

/** Id, time and model of a completion or a chunk; servers may omit any. */
export function responseInfoOf({ id, created, model }: Readonly<Record<string, unknown>>): ResponseInfo {
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof created === 'number' ? { timestamp: new Date(created * 1000) } : {}),
    ...(typeof model === 'string' ? { modelId: model } : {}),
  };
}

/** @param hasCalls - Whether the reply has tool calls; some servers end it with `stop` all the same. */
export function finishReasonOf(reason: unknown, hasCalls: boolean): FinishReason {
  const raw = typeof reason === 'string' ? reason : undefined;
  return { unified: unifiedReason(raw, hasCalls), raw };
}

function unifiedReason(raw: string | undefined, hasCalls: boolean): FinishReason['unified'] {
  const unfinished = unfinishedBy(raw);
  if (unfinished === 'length') return 'length';
  if (unfinished === 'failed') return /filter|safety/i.test(raw!) ? 'content-filter' : 'error';
  if (hasCalls || raw === 'tool_calls') return 'tool-calls';
  return raw === 'stop' ? 'stop' : 'other';
}

export function usageOf(usage: unknown): Usage {
  const fields = isRecord(usage) ? usage : {};
  const { prompt_tokens: prompt, completion_tokens: completion, completion_tokens_details: details } = fields;
  const input = tokens(prompt);
  const output = tokens(completion);
  const cacheRead = reportedCachedTokens(fields);
  const reasoning = isRecord(details) ? tokens(details.reasoning_tokens) : undefined;
  return {
    inputTokens: {
      total: input,
      noCache: input === undefined ? undefined : input - (cacheRead ?? 0),
      cacheRead,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: output,
      text: output === undefined || reasoning === undefined ? undefined : output - reasoning,
      reasoning,
    },
    // It is the JSON of a response.
    ...(isRecord(usage) ? { raw: usage as JsonFields } : {}),
  };
}

const tokens = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
