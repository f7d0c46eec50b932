import type { OneOf } from '../internal/one-of.js';
import type { CompletionProgress } from './completion-adapter.js';
import type { ConversationProgress } from './conversation-adapter.js';

/** The state of a run that failed: `messages` of a run over completions, `entries` and `inputs` of one over a conversation. */
export type PartialRun = OneOf<CompletionProgress, ConversationProgress>;

const runs = new WeakMap<object, unknown>();

/** Attach the state of a run to the error that ended it. */
export function attachPartialRun(error: unknown, progress: unknown): void {
  if (typeof error === 'object' && error !== null) runs.set(error, progress);
}

/**
 * The state of a run that failed, by the error that it failed with: its history and steps until then, and as `interrupted` the
 * reply whose tool calls were running.
 *
 * @returns `undefined` if the error is not that of a run, or came before the first request.
 *
 * @example
 * ```ts
 * import { partialRunOf, runTools } from 'mistral-sdk/tools';
 *
 * try {
 *   await runTools(mistral.chat, { model, messages }, { tools: [] });
 * } catch (error) {
 *   const partial = partialRunOf(error);
 *   if (partial) console.error(`failed after ${partial.steps.length} steps`);
 *   throw error;
 * }
 * ```
 */
export function partialRunOf(error: unknown): PartialRun | undefined {
  // Nothing else is ever attached.
  return typeof error === 'object' && error !== null
    ? (runs.get(error) as PartialRun | undefined)
    : undefined;
}
