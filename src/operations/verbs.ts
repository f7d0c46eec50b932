import type { Described, Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { captureCaller } from '../errors/caller.js';
import { callFault } from '../resources/call-fault.js';
import {
  noOptions,
  type MethodResult,
  type Method,
  type Shape,
  type StreamPromise,
} from '../resources/method.js';
import { PagePromise } from '../resources/page-promise.js';
import { performPage } from '../resources/perform-page.js';
import { performStream } from '../resources/perform-stream.js';
import { performBinary, performJson, performVoid } from '../resources/perform-unary.js';
import type { Invocation } from '../resources/send-operation.js';
import { readOperation } from '../resources/read-operation.js';
import { streamOf } from '../resources/stream-of.js';
import { Stream } from '../streaming/stream.js';
import { APIPromise } from '../transport/api-promise.js';
import type { Transport } from '../transport/transport.js';
import { writeMultipart } from '../uploads/write-multipart.js';

type Arguments<S> = Parameters<Method<S>>;

type Whole = Extract<Shape, { kind: 'json' | 'void' }> & { multipart?: never };
type Files = { kind: 'json'; response: unknown; multipart: true };
type Events = Extract<Shape, { kind: 'stream' }> & { multipart?: never };
type FilesForEvents = { kind: 'stream'; event: unknown; multipart: true };
type EventsOf<S extends { event: unknown }> = StreamPromise<Stream<S['event']>>;

/**
 * Call an operation that returns JSON, or nothing; as `mistral.chat.complete(params, options)`.
 *
 * @example
 * ```ts
 * import { call, chatComplete, createTransport } from 'mistral-sdk/operations';
 *
 * const transport = createTransport();
 * const reply = await call(transport, chatComplete, {
 *   model: 'mistral-small-latest',
 *   messages: [{ role: 'user', content: 'Bonjour' }],
 * });
 * console.log(reply.choices[0]?.message?.content);
 * ```
 */
export function call<S extends Whole>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): MethodResult<S> {
  const invocation = invoke('call', transport, operation, given, ['json', 'void']);
  if (invocation instanceof ArgumentError) return rejected(invocation) as unknown as MethodResult<S>;
  return (
    invocation.operation.kind === 'void' ? performVoid(invocation) : performJson(invocation)
  ) as MethodResult<S>;
}

/** Call an operation that takes files and returns JSON; as `mistral.files.upload(params, options)`. */
export function upload<S extends Files>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): MethodResult<S> {
  const invocation = invoke('upload', transport, operation, given, ['json'], writeMultipart);
  return (
    invocation instanceof ArgumentError ? rejected(invocation) : performJson(invocation)
  ) as MethodResult<S>;
}

/** Call the operation that returns a file; as `mistral.files.download(params, options)`. */
export function download<S extends { kind: 'binary' }>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): APIPromise<Response> {
  const invocation = invoke('download', transport, operation, given, ['binary']);
  return (
    invocation instanceof ArgumentError ? rejected(invocation) : performBinary(invocation)
  ) as APIPromise<Response>;
}

/** Paginate a list; as `mistral.files.list(params, options)`. */
export function list<S extends { kind: 'page'; item: unknown }>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): PagePromise<S['item']> {
  const invocation = invoke('list', transport, operation, given, ['page']);
  if (invocation instanceof ArgumentError) return new PagePromise(() => Promise.reject(invocation));
  return performPage(invocation) as PagePromise<S['item']>;
}

/**
 * Stream the plain events of an operation: unlike the stream of `mistral.chat.stream()`, this one does not assemble them.
 *
 * @example
 * ```ts
 * import { chatStream, createTransport, stream } from 'mistral-sdk/operations';
 *
 * const transport = createTransport();
 * const params = { model: 'mistral-small-latest', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
 * for await (const chunk of stream(transport, chatStream, params)) console.log(chunk.choices[0]?.delta.content);
 * ```
 */
export function stream<S extends Events>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): EventsOf<S> {
  return streamed(invoke('stream', transport, operation, given, ['stream'])) as unknown as EventsOf<S>;
}

/** Stream the events of an operation that takes files; as `mistral.audio.transcriptions.stream(params, options)`. */
export function uploadForStream<S extends FilesForEvents>(
  transport: Transport,
  operation: Described<S>,
  ...given: Arguments<S>
): EventsOf<S> {
  return streamed(
    invoke('uploadForStream', transport, operation, given, ['stream'], writeMultipart),
  ) as unknown as EventsOf<S>;
}

/** Checks at run time what the types check, for JavaScript callers. */
function invoke(
  verb: string,
  transport: Transport,
  described: Described<unknown>,
  [params = {}, options = noOptions]: readonly unknown[],
  kinds: readonly string[],
  writeFiles?: Invocation['writeFiles'],
): Invocation | ArgumentError {
  if (typeof described?.is !== 'string')
    return new ArgumentError(`${verb}(transport, operation): the operation is an export of this module`);
  const operation = readOperation(described);
  if (!kinds.includes(operation.kind) || (operation.body === 'multipart') !== (writeFiles !== undefined))
    return new ArgumentError(`${verb}() does not fit ${operation.id}; ${verbFor(operation)}() does`);
  const fault = callFault(operation, params, options);
  if (fault) return fault;
  // Checked above, and by the types.
  return {
    transport,
    operation,
    caller: captureCaller(),
    writeFiles,
    ...({ params, options } as Pick<Invocation, 'params' | 'options'>),
  };
}

function verbFor({ kind, body }: Operation): string {
  const verbs = { json: 'call', void: 'call', binary: 'download', page: 'list', stream: 'stream' };
  if (body !== 'multipart') return verbs[kind];
  return kind === 'stream' ? 'uploadForStream' : 'upload';
}

const rejected = (fault: ArgumentError) => new APIPromise<never>(() => Promise.reject(fault));

const streamed = (invocation: Invocation | ArgumentError): APIPromise<unknown> =>
  invocation instanceof ArgumentError
    ? streamOf(Stream, new APIPromise<never>(() => Promise.reject(invocation), 'when used'))
    : performStream(invocation, Stream);
