import type { CompletionStreamClient, ConversationStreamClient } from './clients.js';
import type { ConversationRunParams } from './conversation-adapter.js';
import { prepareStreamedRun } from './prepare-run.js';
import type {
  CompletionRun,
  CompletionRunEvent,
  CompletionRunParams,
  CompletionToolsOptions,
  ConversationRun,
  ConversationRunEvent,
  ConversationToolsOptions,
  WithMessages,
} from './run.js';
import type { RunStream } from './run-stream.js';

/**
 * {@link runTools} with streaming: iterate the run for its events, await it for its result, or do both.
 *
 * It sends nothing before it is iterated or awaited, and reports every error there, including invalid arguments.
 *
 * @throws {MistralError} the same errors as {@link runTools}, when the run is iterated or awaited.
 *
 * @example
 * ```ts
 * import { streamTools, tool } from 'mistral-sdk/tools';
 *
 * const clock = tool({
 *   name: 'clock',
 *   description: 'The time, now',
 *   parameters: { type: 'object', properties: {} },
 *   execute: () => new Date(),
 * });
 * const run = streamTools(mistral.chat, { model, messages }, { tools: [clock] });
 * for await (const event of run) {
 *   if (event.type === 'text-delta') process.stdout.write(event.text);
 *   if (event.type === 'tool-call') console.log(event.call.name, event.call.arguments);
 * }
 * const { endedBy } = await run;
 * ```
 */
export function streamTools<Params extends WithMessages>(
  client: CompletionStreamClient<Params>,
  params: CompletionRunParams<Params>,
  options: CompletionToolsOptions,
): RunStream<CompletionRunEvent, CompletionRun>;
export function streamTools(
  client: ConversationStreamClient,
  params: ConversationRunParams,
  options: ConversationToolsOptions,
): RunStream<ConversationRunEvent, ConversationRun>;
export function streamTools(
  client: CompletionStreamClient<never> | ConversationStreamClient,
  params: unknown,
  options: CompletionToolsOptions | ConversationToolsOptions,
): RunStream<CompletionRunEvent, CompletionRun> | RunStream<ConversationRunEvent, ConversationRun> {
  return prepareStreamedRun(client, params, options);
}
