import { discardBody } from '../internal/response-body.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import type { ReadResponse } from '../transport/exchange.js';
import { jsonReader } from '../transport/read-body.js';
import { supervise } from '../transport/supervise.js';
import { sendOperation, type Invocation } from './send-operation.js';

export function performJson(invocation: Invocation): APIPromise<unknown> {
  return sendOperation(invocation, { read: jsonReader(invocation.operation.responseShape) });
}

/** The body of a successful response is ignored. */
export function performVoid(invocation: Invocation): APIPromise<unknown> {
  return sendOperation(invocation, { read: async ({ response }) => discardBody(response) });
}

export function performBinary(invocation: Invocation): APIPromise<unknown> {
  const { caller, options } = invocation;
  const { onProgress } = options;
  const read: ReadResponse<Response> = async (exchange) =>
    supervise(exchange, { timeoutMs: exchange.settings.timeoutMs, onProgress, caller });
  // The length of a compressed response is not that of the file, so a truncation could not be detected.
  const headers = { accept: '*/*', 'accept-encoding': 'identity' };
  const call = sendOperation(invocation, { read, headers });
  return new APIPromise(async (mode) => {
    const { data, attempts, response } = await outcomeOf(call, mode);
    return mode === 'data' ? { data, attempts, response: data as Response } : { response, attempts };
  });
}
