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

/** Runs one described operation: parameters to their places, then what its kind of answer asks for. */
export function perform(
  transport: Transport,
  operation: Operation,
  params: Values = {},
  options: RequestOptions = {},
): APIPromise<unknown> {
  const fault = faultIn(operation, params, options);
  if (fault) return rejection(operation, fault);
  switch (operation.kind) {
    case 'json':
      return send(transport, operation, params, options);
    case 'void':
      return performVoid(transport, operation, params, options);
    case 'binary':
      return performBinary(transport, operation, params, options);
    case 'stream':
      return performStream(transport, operation, params, options);
    case 'page':
      return performPage(transport, operation, params, options);
  }
}

const accepts = {
  json: 'application/json',
  void: 'application/json',
  page: 'application/json',
  binary: '*/*',
  stream: 'text/event-stream',
};

function send(
  transport: Transport,
  operation: Operation,
  params: Values,
  { signal, headers }: RequestOptions,
) {
  const request = {
    client: transport,
    ...placeParams(operation, params),
    headers: toRecord(headers),
    meta: { accept: accepts[operation.kind] },
    signal,
    parseAs: 'json',
    ...(operation.body === 'multipart' ? { bodySerializer: toFormData } : {}),
  };
  // Each flat function has options of its own type, and the table is what says which these are. What comes
  // back is what our transport made, though hey-api's types only promise a promise.
  return operation.send(request as never) as APIPromise<unknown>;
}

/** Whatever comes with the success is of no interest. */
function performVoid(transport: Transport, operation: Operation, params: Values, options: RequestOptions) {
  return new APIPromise<void>(async (mode) => {
    const response = await send(transport, operation, params, options).asResponse();
    if (mode === 'data') await response.body?.cancel();
    return { response };
  });
}

function performBinary(transport: Transport, operation: Operation, params: Values, options: RequestOptions) {
  return new APIPromise<Response>(async () => {
    const response = await send(transport, operation, params, options).asResponse();
    return { response, data: response };
  });
}

function performStream(transport: Transport, operation: Operation, params: Values, options: RequestOptions) {
  return new IterablePromise<Stream<unknown>, unknown>(async (mode) => {
    if (mode === 'response')
      return { response: await send(transport, operation, params, options).asResponse() };
    const following = followSignal(options.signal);
    try {
      const signal = following.controller.signal;
      const response = await send(transport, operation, params, { ...options, signal }).asResponse();
      const origin = { call: `mistral.${operation.id}()`, response };
      return { response, data: await openStream(origin, operation.stream!, following) };
    } catch (error) {
      following.release();
      throw error;
    }
  });
}

function performPage(transport: Transport, operation: Operation, params: Values, options: RequestOptions) {
  return new IterablePromise<Page<unknown>, unknown>(async (mode) => {
    const fetchPage = (of: Values) => send(transport, operation, of, options);
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
    : new APIPromise<never>(reject);
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
