import type { CompletionProgress } from './completion-dialog.js';
import type { ConversationProgress } from './conversation-dialog.js';

const runs = new WeakMap<object, unknown>();

/** Attach the state of a run to the error that ended it. */
export function keepPartialRun(error: unknown, progress: unknown): void {
  if (typeof error === 'object' && error !== null) runs.set(error, progress);
}

/**
 * What a run had done when it failed, by the error that it failed with: its history so far, its steps, and as
 * `interrupted` the reply whose calls were under way.
 *
 * @returns `undefined` for an error of something else, or one that came before the first request.
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
export function partialRunOf(error: unknown): CompletionProgress | ConversationProgress | undefined {
  // Nothing else is ever kept.
  return typeof error === 'object' && error !== null
    ? (runs.get(error) as CompletionProgress | ConversationProgress | undefined)
    : undefined;
}
