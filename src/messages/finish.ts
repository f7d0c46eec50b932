/** Why a reply is incomplete: it was truncated at a token limit, or it failed while the model wrote it. */
export type Unfinished = 'length' | 'failed';

const reasons: Readonly<Record<string, Unfinished>> = {
  length: 'length',
  model_length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  error: 'failed',
  content_filter: 'failed',
  safety: 'failed',
  cancelled: 'failed',
  canceled: 'failed',
  abort: 'failed',
  aborted: 'failed',
  timeout: 'failed',
  malformed_function_call: 'failed',
};

/**
 * Whether a `finish_reason` means an incomplete reply, in the terms of this API and of others behind gateways.
 *
 * @returns `undefined` for a complete reply, and for an unknown reason.
 */
export function unfinishedBy(reason: unknown): Unfinished | undefined {
  const word = typeof reason === 'string' ? reason.toLowerCase() : '';
  return Object.hasOwn(reasons, word) ? reasons[word] : undefined;
}
