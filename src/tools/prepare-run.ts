import type { ChatCompletionResponse, CompletionChunk } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import type {
  CompletionClient,
  CompletionStreamClient,
  ConversationClient,
  ConversationStreamClient,
} from './clients.js';
import {
  CompletionAdapter,
  streamedCompletion,
  unstreamedCompletion,
  type SendCompletion,
  type CompletionProgress,
} from './completion-adapter.js';
import {
  ConversationAdapter,
  streamedConversation,
  unstreamedConversation,
  type SendConversation,
  type ConversationRunParams,
} from './conversation-adapter.js';
import type { PendingState } from './pending-run.js';
import type { ResumedRun } from './read-pending.js';
import type { RunAdapter, RunEnd, ToolRunEvent, ToolStep } from './run-adapter.js';
import type {
  CompletionRun,
  CompletionRunEvent,
  CompletionToolsOptions,
  ConversationRun,
  ConversationRunEvent,
  ConversationToolsOptions,
  WithMessages,
} from './run.js';
import { RunStream } from './run-stream.js';
import { readOptions, type LoopOptions } from './run-tools-options.js';
import { toolLoop } from './tool-loop.js';

/**
 * Starts a prepared run.
 *
 * @param cancelSignal - Aborts when the consumer of the events stops.
 */
export type StartRun<Event, Result> = (cancelSignal?: AbortSignal) => AsyncGenerator<Event, Result, void>;

/** Parameters and options are read now: later changes to them have no effect. */
function prepareCompletionRun(
  send: SendCompletion,
  params: unknown,
  options: CompletionToolsOptions,
  resumed: ResumedRun | undefined,
): StartRun<CompletionRunEvent, CompletionRun> {
  const read = readOptions(options, [], ['promptCacheKey']);
  const { promptCacheKey: key } = options;
  if (key !== undefined && key !== false && (typeof key !== 'string' || key === ''))
    throw new ArgumentError('`promptCacheKey` must be a non-empty string, or false');
  const state = resumed?.readState('completions', read.tools);
  const adapter = new CompletionAdapter(
    send,
    // The adapter checks them.
    (state ? savedParams(state) : params) as WithMessages,
    { ...options, tools: read.tools, ...(state ? { promptCacheKey: false } : {}) },
  );
  if (state) adapter.restore(state.adapter);
  return startLoop<ChatCompletionResponse, CompletionChunk, CompletionProgress, never>(
    adapter,
    read,
    resumed,
    state,
  );
}

const savedParams = ({ adapter: { params, messages } }: PendingState): object => ({
  ...(params as object),
  messages,
});

/** The same for a run over a conversation. */
function prepareConversationRun(
  send: SendConversation,
  params: unknown,
  options: ConversationToolsOptions,
  resumed: ResumedRun | undefined,
): StartRun<ConversationRunEvent, ConversationRun> {
  const read = readOptions(options, ['onConfirm', 'onHandoff']);
  const state = resumed?.readState('conversations', read.tools);
  // The adapter checks them.
  const given = (state ? { inputs: '' } : params) as ConversationRunParams;
  const adapter = new ConversationAdapter(send, given, read.tools, options);
  if (state) adapter.restore(state.adapter);
  return startLoop(adapter, read, resumed, state);
}

const startLoop = <
  Response extends { usage?: object | null },
  Event,
  Progress extends object,
  End extends string,
>(
  adapter: RunAdapter<Response, Event, Progress, End>,
  options: LoopOptions<ToolStep<Response>, Progress>,
  resumed: ResumedRun | undefined,
  state: PendingState | undefined,
): StartRun<ToolRunEvent<Response, Event>, Progress & { readonly endedBy: RunEnd | End }> =>
  async function* (cancelSignal) {
    const decisions = await resumed?.readDecisions(options.tools);
    return yield* toolLoop(adapter, decisions ? { ...options, decisions } : options, cancelSignal, state);
  };

/** Prepare a run without streaming. */
export function prepareRun(
  client: CompletionClient<never> | ConversationClient,
  params: unknown,
  options: CompletionToolsOptions | ConversationToolsOptions,
  resumed?: ResumedRun,
): StartRun<unknown, CompletionRun | ConversationRun> {
  const complete = methodOf<CompletionClient<never>, 'complete'>(client, 'complete');
  // The overloads of the callers tie the options to the client.
  if (complete)
    return prepareCompletionRun(
      unstreamedCompletion(complete),
      params,
      options as CompletionToolsOptions,
      resumed,
    );
  const start = methodOf<ConversationClient, 'start'>(client, 'start');
  const append = methodOf<ConversationClient, 'append'>(client, 'append');
  if (!start || !append) throw wrongClient();
  return prepareConversationRun(
    unstreamedConversation(start, append),
    params,
    options as ConversationToolsOptions,
    resumed,
  );
}

/** Prepare a run with streaming. */
export function prepareStreamedRun(
  client: CompletionStreamClient<never> | ConversationStreamClient,
  params: unknown,
  options: CompletionToolsOptions | ConversationToolsOptions,
  resumed?: ResumedRun,
): RunStream<CompletionRunEvent, CompletionRun> | RunStream<ConversationRunEvent, ConversationRun> {
  const stream = methodOf<CompletionStreamClient<never>, 'stream'>(client, 'stream');
  if (stream)
    return new RunStream(
      deferErrors(() =>
        prepareCompletionRun(streamedCompletion(stream), params, options as CompletionToolsOptions, resumed),
      ),
    );
  const start = methodOf<ConversationStreamClient, 'startStream'>(client, 'startStream');
  const append = methodOf<ConversationStreamClient, 'appendStream'>(client, 'appendStream');
  return new RunStream(
    deferErrors(() => {
      if (!start || !append) throw wrongClient();
      return prepareConversationRun(
        streamedConversation(start, append),
        params,
        options as ConversationToolsOptions,
        resumed,
      );
    }),
  );
}

/** Prepare a run now, but throw the error of an invalid argument only when the run is iterated or awaited. */
function deferErrors<Event, Result>(prepare: () => StartRun<Event, Result>): StartRun<Event, Result> {
  try {
    return prepare();
  } catch (failure) {
    // oxlint-disable-next-line require-yield -- it throws before the first event
    return async function* () {
      throw failure;
    };
  }
}

/** Run to the end. */
export async function finish<Result>(start: StartRun<unknown, Result>): Promise<Result> {
  const events = start();
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

/** A method of a client, bound to it; `undefined` if it has no method of this name. */
function methodOf<Client, Name extends keyof Client>(client: unknown, name: Name): Client[Name] | undefined {
  const method: unknown = (client as Client | null | undefined)?.[name];
  return typeof method === 'function' ? (method.bind(client) as Client[Name]) : undefined;
}

const wrongClient = (): ArgumentError =>
  new ArgumentError(
    'The first argument must be `mistral.chat`, `mistral.agents` or `mistral.beta.conversations`, or an object with the same methods',
  );
