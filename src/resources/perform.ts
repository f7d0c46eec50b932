import type { Operation } from '../../generated/api.gen.js';
import { followSignal } from '../internal/follow-signal.js';
import { unknownKey } from '../internal/unknown-key.js';
import { isRecord } from '../internal/is-record.js';
import { numberedPage } from '../pagination/numbered-pages.js';
import type { Page } from '../pagination/page.js';
import { openStream, type Stream } from '../streaming/stream.js';
import { APIPromise } from '../transport/api-promise.js';
import { toRecord } from '../transport/headers.js';
import type { Transport } from '../transport/transport.js';
import { toFormData } from '../uploads/to-form-data.js';
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
  json: send,
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

function send({ transport, operation, params, options }: Invocation): APIPromise<unknown> {
  const request = {
    client: transport,
    ...placeParams(operation, params),
    headers: toRecord(options.headers),
    signal: options.signal,
    meta: { accept: accepts[operation.kind] },
    parseAs: 'json',
    ...(operation.body === 'multipart' ? { bodySerializer: toFormData } : {}),
  };
  // Each flat function has options of its own type, and the table is what says which these are. What comes
  // back is what our transport made, though hey-api's types only promise a promise.
  return operation.send(request as never) as APIPromise<unknown>;
}

/** Whatever comes with the success is of no interest. */
function performVoid(invocation: Invocation): APIPromise<void> {
  return new APIPromise(async (mode) => {
    const response = await send(invocation).asResponse();
    if (mode === 'data') await response.body?.cancel();
    return { response };
  });
}

function performBinary(invocation: Invocation): APIPromise<Response> {
  return new APIPromise(async () => {
    const response = await send(invocation).asResponse();
    return { response, data: response };
  });
}

function performStream(invocation: Invocation): APIPromise<Stream<unknown>> {
  const { operation, options } = invocation;
  return new IterablePromise(async (mode) => {
    if (mode === 'response') return { response: await send(invocation).asResponse() };
    const following = followSignal(options.signal);
    try {
      const { signal } = following.controller;
      const response = await send({ ...invocation, options: { ...options, signal } }).asResponse();
      const origin = { call: `mistral.${operation.id}()`, response };
      return { response, data: await openStream(origin, operation.stream!, following) };
    } catch (error) {
      following.release();
      throw error;
    }
  });
}

function performPage(invocation: Invocation): APIPromise<Page<unknown>> {
  const { operation, params } = invocation;
  return new IterablePromise(async (mode) => {
    const fetchPage = (of: Values) => send({ ...invocation, params: of });
    if (mode === 'response') return { response: await fetchPage(params).asResponse() };
    const answer = await fetchPage(params).withResponse();
    const data = numberedPage(operation.pagination!, params, answer, (of) => fetchPage(of).withResponse());
    return { response: answer.response, data };
  });
}

/** A method never throws where a promise is due, and a stream or a list can be iterated even when it fails. */
function rejection({ kind }: Operation, fault: TypeError): APIPromise<never> {
  const reject = () => Promise.reject(fault);
  return kind === 'stream' || kind === 'page'
    ? new IterablePromise<never, never>(reject)
    : new APIPromise(reject);
}

/** What is wrong with the arguments, made at the call itself so that the stack leads to it. */
function faultIn(
  { id, fixed = {}, twin }: Operation,
  params: unknown,
  options: unknown,
): TypeError | undefined {
  if (!isRecord(params)) return new TypeError(`mistral.${id}(params, options): \`params\` must be an object`);
  if (!isRecord(options))
    return new TypeError(`mistral.${id}(params, options): \`options\` must be an object`);
  const unknown = unknownKey(options, requestOptionNames, `mistral.${id}()`, { abortSignal: 'signal' });
  if (unknown) return new TypeError(unknown);
  for (const [name, value] of Object.entries(fixed)) {
    const given = params[name];
    if (given === undefined || given === null || given === value) continue;
    const other = twin ? `; call mistral.${twin}() instead` : '';
    return new TypeError(`mistral.${id}() always sends \`${name}: ${value}\`${other}`);
  }
  return undefined;
}
