import type { CompletionStreamClient, ConversationStreamClient } from './clients.js';
import { askStreamed } from './completion-dialog.js';
import { askStreamedConversation, type ConversationRunParams } from './conversation-dialog.js';
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
import { RunStream } from './run-stream.js';
import { completionLoop, conversationLoop, methodOf, wrongClient, type StartLoop } from './start-loop.js';

/**
 * {@link runTools}, streamed: iterate it for what happens as it happens, await it for the result, or do both.
 *
 * Nothing is sent before. What is wrong with the arguments comes out there too, like every other failure.
 *
 * @throws {MistralError} the same as {@link runTools}, where it is iterated or awaited.
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
  const stream = methodOf<CompletionStreamClient<never>, 'stream'>(client, 'stream');
  // The overloads tie the options to the client.
  if (stream)
    return new RunStream(
      orFailing(() => completionLoop(askStreamed(stream), params, options as CompletionToolsOptions)),
    );
  const start = methodOf<ConversationStreamClient, 'startStream'>(client, 'startStream');
  const append = methodOf<ConversationStreamClient, 'appendStream'>(client, 'appendStream');
  return new RunStream(
    orFailing(() => {
      if (!start || !append) throw wrongClient();
      return conversationLoop(
        askStreamedConversation(start, append),
        params,
        options as ConversationToolsOptions,
      );
    }),
  );
}

/** Prepare a run now, and let what is wrong come out when it is read. */
function orFailing<Event, Result>(prepare: () => StartLoop<Event, Result>): StartLoop<Event, Result> {
  try {
    return prepare();
  } catch (failure) {
    // oxlint-disable-next-line require-yield -- it fails where the events would begin
    return async function* () {
      throw failure;
    };
  }
}
