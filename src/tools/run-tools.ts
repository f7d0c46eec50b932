import { withCallerStack } from '../errors/caller.js';
import type { CompletionClient, ConversationClient } from './clients.js';
import type { ConversationRunParams } from './conversation-adapter.js';
import { finish, prepareRun } from './prepare-run.js';
import type {
  CompletionRun,
  CompletionRunParams,
  CompletionToolsOptions,
  ConversationRun,
  ConversationToolsOptions,
  WithMessages,
} from './run.js';

/**
 * Run a model with tools: send a request, run the tool calls of the reply, send their results, and repeat until a reply calls no tool.
 *
 * The calls of one reply run concurrently, and their results are sent in order. Each call runs once, even if a later request
 * is retried. The error of a tool is sent to the model as its result, unless `onError` is `'throw'`. `endedBy` of the result
 * says whether the model replied or a limit was reached; either way, the history is ready for the next request.
 *
 * @param client - `mistral.chat`, `mistral.agents` or `mistral.beta.conversations`.
 * @param params - The parameters of its `complete`, or of its `start` or `append`.
 * @throws {ArgumentError} for invalid options, and for messages that the API would refuse.
 * @throws {AbortError} when the signal aborts.
 * @throws {ToolError} when a tool call fails, with `onError: 'throw'`.
 * @throws {MistralError} when a request fails. {@link partialRunOf} returns the state of the run until then.
 *
 * @example
 * ```ts
 * import { runTools, tool } from 'mistral-sdk/tools';
 * import { z } from 'zod';
 *
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The weather in a city, now',
 *   parameters: z.object({ city: z.string() }),
 *   execute: ({ city }) => ({ city, celsius: 21 }),
 * });
 * const run = await runTools(mistral.chat, { model, messages }, { tools: [weather] });
 * console.log(textOf(run.message), run.endedBy, run.usage?.total_tokens);
 * ```
 */
export function runTools<Params extends WithMessages>(
  client: CompletionClient<Params>,
  params: CompletionRunParams<Params>,
  options: CompletionToolsOptions,
): Promise<CompletionRun>;
export function runTools(
  client: ConversationClient,
  params: ConversationRunParams,
  options: ConversationToolsOptions,
): Promise<ConversationRun>;
export function runTools(
  client: CompletionClient<never> | ConversationClient,
  params: unknown,
  options: CompletionToolsOptions | ConversationToolsOptions,
): Promise<CompletionRun | ConversationRun> {
  return withCallerStack(async () => finish(prepareRun(client, params, options)));
}
