import type { Operation } from '../../generated/api.gen.js';
import type { Caller } from '../errors/caller.js';
import { CompletionStream } from '../streaming/completion-stream.js';
import { ConversationStream } from '../streaming/conversation-stream.js';
import { Stream } from '../streaming/stream.js';
import { TranscriptionStream } from '../streaming/transcription-stream.js';
import { APIPromise } from '../transport/api-promise.js';
import type { Transport } from '../transport/transport.js';
import { writeMultipart } from '../uploads/write-multipart.js';
import { callFault } from './call-fault.js';
import { noOptions, type AssembledStreams, type RequestOptions } from './method.js';
import { PagePromise } from './page-promise.js';
import { performPage } from './perform-page.js';
import { performStream } from './perform-stream.js';
import { performBinary, performJson, performVoid } from './perform-unary.js';
import type { Invocation, Values } from './send-operation.js';
import { streamOf, type StreamClass } from './stream-of.js';

/** Runs a described operation: places its parameters, then reads its kind of response. */
export function perform(
  transport: Transport,
  operation: Operation,
  caller: Caller,
  params: Values = {},
  options: RequestOptions = noOptions,
): APIPromise<unknown> {
  const fault = callFault(operation, params, options);
  if (fault) return rejecting[operation.kind](operation, () => Promise.reject(fault));
  const writeFiles = operation.body === 'multipart' ? writeMultipart : undefined;
  return performers[operation.kind]({ transport, operation, params, options, caller, writeFiles });
}

const performers: Record<Operation['kind'], (invocation: Invocation) => APIPromise<unknown>> = {
  json: performJson,
  void: performVoid,
  binary: performBinary,
  stream: (invocation) => performStream(invocation, streamClass(invocation.operation)),
  page: performPage,
};

const assembledStreams: { readonly [Name in keyof AssembledStreams]: StreamClass } = {
  CompletionChunk: CompletionStream,
  ConversationEvent: ConversationStream,
  TranscriptionStreamEvent: TranscriptionStream,
};

const streamClass = ({ eventName }: Operation): StreamClass =>
  assembledStreams[eventName as keyof AssembledStreams] ?? Stream;

/** A method never throws synchronously, and returns a stream or a list even when it fails. */
const rejecting: Record<
  Operation['kind'],
  (operation: Operation, reject: () => Promise<never>) => APIPromise<unknown>
> = {
  json: (_, reject) => new APIPromise(reject),
  void: (_, reject) => new APIPromise(reject),
  binary: (_, reject) => new APIPromise(reject),
  stream: (operation, reject) => streamOf(streamClass(operation), new APIPromise<never>(reject, 'when used')),
  page: (_, reject) => new PagePromise(reject),
};
