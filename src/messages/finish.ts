/** How a reply failed to be whole: it was cut at a limit of tokens, or it failed while the model wrote it. */
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
 * What a `finish_reason` says against a reply, by the words of this API and of those that gateways stand for.
 *
 * @returns `undefined` for a reply that is whole, and for a reason that is not known.
 */
export function unfinishedBy(reason: unknown): Unfinished | undefined {
  const word = typeof reason === 'string' ? reason.toLowerCase() : '';
  return Object.hasOwn(reasons, word) ? reasons[word] : undefined;
}
