import type { ChatCompletionResponse, CompletionChunk } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { CompletionDialog, type AskCompletion, type CompletionProgress } from './completion-dialog.js';
import {
  ConversationDialog,
  type AskConversation,
  type ConversationRunParams,
} from './conversation-dialog.js';
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

/** Begins a run; what it is told about is who reads its events leaving. */
export type StartLoop<Event, Result> = (left?: AbortSignal) => AsyncGenerator<Event, Result, void>;

/** A run over completions. Everything that was handed over is read now. */
export function completionLoop(
  send: AskCompletion,
  params: unknown,
  options: CompletionToolsOptions,
): StartLoop<CompletionRunEvent, CompletionRun> {
  const read = readOptions(options);
  // Checked by the dialog.
  const dialog = new CompletionDialog(send, params as WithMessages, read.tools, options.request);
  return (left) =>
    toolLoop<ChatCompletionResponse, CompletionChunk, CompletionProgress, never>(dialog, read, left);
}

/** A run over a conversation. Everything that was handed over is read now. */
export function conversationLoop(
  send: AskConversation,
  params: unknown,
  options: ConversationToolsOptions,
): StartLoop<ConversationRunEvent, ConversationRun> {
  const read = readOptions(options, ['onConfirm', 'onHandoff']);
  // Checked by the dialog.
  const given = params as ConversationRunParams;
  const dialog = new ConversationDialog(send, given, read.tools, options, options.request);
  return (left) => toolLoop(dialog, read, left);
}

/** A method of a client, bound to it; `undefined` if it has none of this name. */
export function methodOf<Client, Name extends keyof Client>(
  client: unknown,
  name: Name,
): Client[Name] | undefined {
  const method: unknown = (client as Client | null | undefined)?.[name];
  return typeof method === 'function' ? (method.bind(client) as Client[Name]) : undefined;
}

export const wrongClient = (): ArgumentError =>
  new ArgumentError(
    'The first argument must be `mistral.chat`, `mistral.agents` or `mistral.beta.conversations`, or do what they do',
  );
