import { fromHere } from '../errors/caller.js';
import type { CompletionClient, ConversationClient } from './clients.js';
import { askWhole } from './completion-dialog.js';
import { askWholeConversation, type ConversationRunParams } from './conversation-dialog.js';
import type {
  CompletionRun,
  CompletionRunParams,
  CompletionToolsOptions,
  ConversationRun,
  ConversationToolsOptions,
  WithMessages,
} from './run.js';
import { completionLoop, conversationLoop, methodOf, wrongClient, type StartLoop } from './start-loop.js';

/**
 * Let the model call tools until it replies without a call: request, run its calls, send the results, request again.
 *
 * Calls of one reply run concurrently, and their results are sent in order. Each runs once, also when a later request is
 * retried. An error of a tool is sent to the model as its result, unless `onError` is `'throw'`. `endedBy` of the result says
 * whether the model replied or a limit was reached; in both cases you can continue with the history.
 *
 * @param client - `mistral.chat`, `mistral.agents` or `mistral.beta.conversations`.
 * @param params - Those of its `complete`, or of its `start` or `append`.
 * @throws {ArgumentError} for invalid options, and for messages that the API is known to refuse.
 * @throws {AbortError} when the signal aborts.
 * @throws {ToolError} for a tool that fails, with `onError: 'throw'`.
 * @throws {MistralError} when a request fails. {@link partialRunOf} has what was done until then.
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
  return fromHere(() => run(client, params, options));
}

async function run(
  client: CompletionClient<never> | ConversationClient,
  params: unknown,
  options: CompletionToolsOptions | ConversationToolsOptions,
): Promise<CompletionRun | ConversationRun> {
  const complete = methodOf<CompletionClient<never>, 'complete'>(client, 'complete');
  // The overloads tie the options to the client.
  if (complete) return finish(completionLoop(askWhole(complete), params, options as CompletionToolsOptions));
  const start = methodOf<ConversationClient, 'start'>(client, 'start');
  const append = methodOf<ConversationClient, 'append'>(client, 'append');
  if (!start || !append) throw wrongClient();
  return finish(
    conversationLoop(askWholeConversation(start, append), params, options as ConversationToolsOptions),
  );
}

/** Go to the end of a run. */
async function finish<Result>(start: StartLoop<unknown, Result>): Promise<Result> {
  const events = start();
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}
