import type { ChatCompletionResponse, CompletionChunk } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { CompletionAdapter, type SendCompletion, type CompletionProgress } from './completion-adapter.js';
import {
  ConversationAdapter,
  type SendConversation,
  type ConversationRunParams,
} from './conversation-adapter.js';
import type {
  CompletionRun,
  CompletionRunEvent,
  CompletionToolsOptions,
  ConversationRun,
  ConversationRunEvent,
  ConversationToolsOptions,
  WithMessages,
} from './run.js';
import { readOptions } from './run-tools-options.js';
import { toolLoop } from './tool-loop.js';

/**
 * Starts a prepared run.
 *
 * @param cancelSignal - Aborts when the consumer of the events stops.
 */
export type StartRun<Event, Result> = (cancelSignal?: AbortSignal) => AsyncGenerator<Event, Result, void>;

/** Prepare a run over completions. Parameters and options are read now: later changes to them have no effect. */
export function prepareCompletionRun(
  send: SendCompletion,
  params: unknown,
  options: CompletionToolsOptions,
): StartRun<CompletionRunEvent, CompletionRun> {
  const read = readOptions(options);
  // The adapter checks them.
  const adapter = new CompletionAdapter(send, params as WithMessages, read.tools, options.request);
  return (cancelSignal) =>
    toolLoop<ChatCompletionResponse, CompletionChunk, CompletionProgress, never>(adapter, read, cancelSignal);
}

/** Prepare a run over a conversation. Parameters and options are read now: later changes to them have no effect. */
export function prepareConversationRun(
  send: SendConversation,
  params: unknown,
  options: ConversationToolsOptions,
): StartRun<ConversationRunEvent, ConversationRun> {
  const read = readOptions(options, ['onConfirm', 'onHandoff']);
  // The adapter checks them.
  const given = params as ConversationRunParams;
  const adapter = new ConversationAdapter(send, given, read.tools, options, options.request);
  return (cancelSignal) => toolLoop(adapter, read, cancelSignal);
}

/** A method of a client, bound to it; `undefined` if it has no method of this name. */
export function methodOf<Client, Name extends keyof Client>(
  client: unknown,
  name: Name,
): Client[Name] | undefined {
  const method: unknown = (client as Client | null | undefined)?.[name];
  return typeof method === 'function' ? (method.bind(client) as Client[Name]) : undefined;
}

export const wrongClient = (): ArgumentError =>
  new ArgumentError(
    'The first argument must be `mistral.chat`, `mistral.agents` or `mistral.beta.conversations`, or an object with the same methods',
  );
