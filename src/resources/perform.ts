import type { Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { numberedPage } from '../pagination/numbered-pages.js';
import type { Page } from '../pagination/page.js';
import { openStream, type Stream } from '../streaming/stream.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import type { ReadAnswer } from '../transport/exchange.js';
import { toRecord } from '../transport/headers.js';
import { jsonReader } from '../transport/read-body.js';
import { supervise } from '../transport/supervise.js';
import type { CallMeta, Transport } from '../transport/transport.js';
import { writeJson } from '../transport/write-json.js';
import { writeMultipart } from '../uploads/write-multipart.js';
import { IterablePromise } from './iterable-promise.js';
import { requestOptionNames, type RequestOptions } from './method.js';
import { placeParams } from './place-params.js';

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
  if (fault) return rejection(operation, fault);
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
  const { signal, headers, query, onProgress, ...settings } = options;
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
    return rejection(operation, fault);
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

function performStream(invocation: Invocation): APIPromise<unknown> {
  const { operation } = invocation;
  const read: ReadAnswer<Stream<unknown>> = (exchange) =>
    openStream({ ...exchange, call: `mistral.${operation.id}()` }, operation.stream!, exchange.settings);
  const call = send(invocation, { read, start: 'when used' }) as APIPromise<Stream<unknown>>;
  return new IterablePromise((mode) => outcomeOf(call, mode));
}

function performPage(invocation: Invocation): APIPromise<unknown> {
  const { operation, params } = invocation;
  const fetchPage = (of: Values) =>
    send({ ...invocation, params: of }, { read: jsonReader(undefined), start: 'when used' });
  const call = fetchPage(params);
  return new IterablePromise<Page<unknown>, unknown>(async (mode) => {
    const { response, attempts, data } = await outcomeOf(call, mode);
    if (mode === 'response') return { response, attempts };
    const answer = { response, data };
    const page = numberedPage(operation.pagination!, params, answer, (of) => fetchPage(of).withResponse());
    return { response, attempts, data: page };
  });
}

/** A method never throws where a promise is due, and a stream or a list can be iterated even when it fails. */
function rejection({ kind }: Operation, fault: unknown): APIPromise<never> {
  const reject = () => Promise.reject(fault as Error);
  return kind === 'stream' || kind === 'page'
    ? new IterablePromise<never, never>(reject)
    : new APIPromise(reject);
}

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
  if (options.onProgress !== undefined && !(kind === 'binary' || body === 'multipart')) {
    return new ArgumentError(`mistral.${id}() moves no file; \`onProgress\` is for uploads and downloads`);
  }
  for (const [name, value] of Object.entries(fixed)) {
    const given = params[name];
    if (given === undefined || given === null || given === value) continue;
    const other = twin ? `; call mistral.${twin}() instead` : '';
    return new ArgumentError(`mistral.${id}() always sends \`${name}: ${value}\`${other}`);
  }
  return undefined;
}

function faultInOptions(call: string, options: Values): string | undefined {
  const unknown = unknownKey(options, requestOptionNames, call, mistaken);
  if (unknown) return unknown;
  const { signal, query = {} } = options;
  const isSignal =
    typeof (signal as Partial<AbortSignal> | null | undefined)?.addEventListener === 'function';
  if (signal !== undefined && signal !== null && !isSignal)
    return `${call}: \`signal\` must be an AbortSignal, such as \`controller.signal\``;
  return isRecord(query) ? undefined : `${call}: \`query\` must be an object of names and values`;
}
