import type { Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { numberedPage, type NumberedList } from '../pagination/numbered-pages.js';
import { CompletionStream } from '../streaming/completion-stream.js';
import { ConversationStream } from '../streaming/conversation-stream.js';
import type { EventIterator, StreamSource } from '../streaming/event-iterator.js';
import { openEvents } from '../streaming/response-events.js';
import { openStream, Stream } from '../streaming/stream.js';
import { TranscriptionStream } from '../streaming/transcription-stream.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import type { ReadAnswer } from '../transport/exchange.js';
import { toRecord } from '../transport/headers.js';
import { jsonReader } from '../transport/read-body.js';
import { supervise } from '../transport/supervise.js';
import type { CallMeta, Transport } from '../transport/transport.js';
import { writeJson } from '../transport/write-json.js';
import { writeMultipart } from '../uploads/write-multipart.js';
import { requestOptionNames, type AssembledStreams, type RequestOptions } from './method.js';
import { PagePromise } from './page-promise.js';
import { placeParams } from './place-params.js';
import { streamPromise } from './stream-promise.js';
import { StreamWatch } from './watch-stream.js';

type Values = Readonly<Record<string, unknown>>;

/** One call of one method. */
interface Invocation {
  readonly transport: Transport;
  readonly operation: Operation;
  readonly params: Values;
  readonly options: RequestOptions;
}

/** Runs one described operation: parameters to their places, then what its kind of answer asks for. */
export function perform(
  transport: Transport,
  operation: Operation,
  params: Values = {},
  options: RequestOptions = {},
): APIPromise<unknown> {
  const fault = faultIn(operation, params, options);
  if (fault) return rejecting[operation.kind](operation, () => Promise.reject(fault));
  return performers[operation.kind]({ transport, operation, params, options });
}

const performers: Record<Operation['kind'], (invocation: Invocation) => APIPromise<unknown>> = {
  json: performJson,
  void: performVoid,
  binary: performBinary,
  stream: performStream,
  page: performPage,
};

const accepts: Record<Operation['kind'], string> = {
  json: 'application/json',
  void: 'application/json',
  page: 'application/json',
  binary: '*/*',
  stream: 'text/event-stream',
};

/** Everything but what is special about a kind of answer. */
function send({ transport, operation, params, options }: Invocation, meta: CallMeta): APIPromise<unknown> {
  const { signal, headers, query, onProgress, onEvent: _, prefetch: __, ...settings } = options;
  try {
    const request = {
      client: transport,
      ...placeParams(operation, params),
      headers: toRecord(headers),
      signal,
      meta: {
        operation: operation.id,
        headers: { accept: accepts[operation.kind] },
        query,
        ...settings,
        ...(operation.body === 'multipart' ? { onProgress } : {}),
        ...meta,
      },
      ...(operation.body === 'multipart'
        ? {
            bodySerializer: (body: Values) =>
              writeMultipart(body, { writeJson, signal, limits: operation.upload }),
          }
        : {}),
    };
    // Each flat function has options of its own type, and the table is what says which these are. What comes
    // back is what our transport made, though hey-api's types only promise a promise.
    return operation.send(request as never) as APIPromise<unknown>;
  } catch (fault) {
    return new APIPromise(() => Promise.reject(fault as Error), meta.start);
  }
}

function performJson(invocation: Invocation): APIPromise<unknown> {
  return send(invocation, { read: jsonReader(invocation.operation.answer) });
}

/** Whatever comes with the success is of no interest. */
function performVoid(invocation: Invocation): APIPromise<unknown> {
  return send(invocation, { read: async ({ response }) => void (await response.body?.cancel()) });
}

function performBinary(invocation: Invocation): APIPromise<unknown> {
  const { onProgress } = invocation.options;
  const read: ReadAnswer<Response> = async (exchange) =>
    supervise(exchange, { timeoutMs: exchange.settings.timeoutMs, onProgress });
  // The length of a compressed answer is not that of the file, so that a cut could not be noticed.
  const headers = { accept: accepts.binary, 'accept-encoding': 'identity' };
  const call = send(invocation, { read, headers });
  return new APIPromise(async (mode) => {
    const { data, attempts, response } = await outcomeOf(call, mode);
    return mode === 'data' ? { data, attempts, response: data as Response } : { response, attempts };
  });
}

const assembledStreams: { readonly [Name in keyof AssembledStreams]: StreamClass } = {
  CompletionChunk: CompletionStream,
  ConversationEvent: ConversationStream,
  TranscriptionStreamEvent: TranscriptionStream,
};

type StreamClass = new (source: StreamSource<never>) => Stream<unknown>;

function performStream(invocation: Invocation): APIPromise<unknown> {
  const { operation, options } = invocation;
  const controller = new AbortController();
  const watch = new StreamWatch();
  const read: ReadAnswer<EventIterator<never>> = async (exchange) => {
    const events = await openEvents<never>(
      { ...exchange, call: `mistral.${operation.id}()` },
      {
        ...exchange.settings,
        end: operation.stream!,
        maxEventBytes: exchange.maxEventBytes,
        onEvent: options.onEvent,
      },
    );
    watch.begin(exchange);
    return events;
  };
  const call = send(invocation, { read, leaving: controller.signal, start: 'when used' });
  return streamOf(operation, controller, call as APIPromise<EventIterator<never>>, watch);
}

function streamOf(
  { eventName }: Operation,
  controller: AbortController,
  call: APIPromise<EventIterator<never>>,
  watch?: StreamWatch,
): APIPromise<unknown> {
  const StreamClass = assembledStreams[eventName as keyof AssembledStreams] ?? Stream;
  const open = async () => (await outcomeOf(call, 'data')).data!;
  const stream: Stream<unknown> = new StreamClass({ controller, open, watch: () => watch?.listener(stream) });
  const promise = new APIPromise(async (mode) => {
    if (mode === 'data') await openStream(stream);
    const { response, attempts } = await outcomeOf(call, mode);
    return { response, attempts, data: stream };
  }, 'when used');
  // It has all that is used of an `APIPromise`, as its type says where it is returned from a method.
  return streamPromise(stream, promise) as unknown as APIPromise<unknown>;
}

function performPage(invocation: Invocation): APIPromise<unknown> {
  const { operation, options } = invocation;
  // What the caller changes later does not show on later pages.
  const params = { ...invocation.params };
  const fetchPage = (of: Values, leaving?: AbortSignal) =>
    send({ ...invocation, params: of }, { read: jsonReader(undefined), leaving, start: 'when used' });
  const call = fetchPage(params);
  return new PagePromise<unknown>(async (mode) => {
    const { response, attempts, data } = await outcomeOf(call, mode);
    if (mode === 'response') return { response, attempts };
    const list: NumberedList = {
      style: operation.pagination!,
      prefetch: options.prefetch,
      fetchPage: (of, leaving) => fetchPage(of, leaving).withResponse(),
      seen: new Map(),
    };
    return { response, attempts, data: numberedPage(list, params, { response, data }) };
  });
}

/** A method never throws where a promise is due, and a stream or a list is one even when it fails. */
const rejecting: Record<
  Operation['kind'],
  (operation: Operation, reject: () => Promise<never>) => APIPromise<unknown>
> = {
  json: (_, reject) => new APIPromise(reject),
  void: (_, reject) => new APIPromise(reject),
  binary: (_, reject) => new APIPromise(reject),
  stream: (operation, reject) =>
    streamOf(operation, new AbortController(), new APIPromise<never>(reject, 'when used')),
  page: (_, reject) => new PagePromise(reject),
};

const mistaken = { abortSignal: 'signal', timeout: 'timeoutMs' };

/** What is wrong with the arguments, made at the call itself so that the stack leads to it. */
function faultIn(
  { id, kind, body, fixed = {}, twin }: Operation,
  params: unknown,
  options: unknown,
): ArgumentError | undefined {
  if (!isRecord(params))
    return new ArgumentError(`mistral.${id}(params, options): \`params\` must be an object`);
  if (!isRecord(options))
    return new ArgumentError(`mistral.${id}(params, options): \`options\` must be an object`);
  const fault = faultInOptions(`mistral.${id}()`, options);
  if (fault) return new ArgumentError(fault);
  const misplaced = misplacedOption(options, {
    onProgress: [kind === 'binary' || body === 'multipart', 'moves no file', 'uploads and downloads'],
    onEvent: [kind === 'stream', 'is no stream', 'streams'],
    prefetch: [kind === 'page', 'is no list with pages', 'those'],
  });
  if (misplaced) return new ArgumentError(`mistral.${id}() ${misplaced}`);
  for (const [name, value] of Object.entries(fixed)) {
    const given = params[name];
    if (given === undefined || given === null || given === value) continue;
    const other = twin ? `; call mistral.${twin}() instead` : '';
    return new ArgumentError(`mistral.${id}() always sends \`${name}: ${value}\`${other}`);
  }
  return undefined;
}

type Place = readonly [fits: boolean, what: string, where: string];

function misplacedOption(options: Values, places: Readonly<Record<string, Place>>): string | undefined {
  for (const [name, [fits, what, where]] of Object.entries(places))
    if (options[name] !== undefined && !fits) return `${what}; \`${name}\` is for ${where}`;
  return undefined;
}

function faultInOptions(call: string, options: Values): string | undefined {
  const unknown = unknownKey(options, requestOptionNames, call, mistaken);
  if (unknown) return unknown;
  const { signal, query = {}, onEvent, onProgress, prefetch = 0 } = options;
  if (prefetch !== 0 && prefetch !== 1) return `${call}: \`prefetch\` must be 0 or 1`;
  for (const [name, value] of Object.entries({ onEvent, onProgress }))
    if (value !== undefined && typeof value !== 'function') return `${call}: \`${name}\` must be a function`;
  const isSignal =
    typeof (signal as Partial<AbortSignal> | null | undefined)?.addEventListener === 'function';
  if (signal !== undefined && signal !== null && !isSignal)
    return `${call}: \`signal\` must be an AbortSignal, such as \`controller.signal\``;
  return isRecord(query) ? undefined : `${call}: \`query\` must be an object of names and values`;
}
