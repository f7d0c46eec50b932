import type { Operation } from '../../generated/api.gen.js';
import type { Caller } from '../errors/caller.js';
import { APIPromise } from '../transport/api-promise.js';
import { toRecord } from '../transport/headers.js';
import { clientOf, type CallMeta, type Transport } from '../transport/transport.js';
import { writeJson } from '../transport/write-json.js';
import type { writeMultipart } from '../uploads/write-multipart.js';
import type { RequestOptions } from './method.js';
import { placeParams } from './place-params.js';

export type Values = Readonly<Record<string, unknown>>;

/** One call of one operation. */
export interface Invocation {
  readonly transport: Transport;
  readonly operation: Operation;
  readonly params: Values;
  readonly options: RequestOptions;
  readonly caller: Caller;
  /** For an operation that takes files. */
  readonly writeFiles?: typeof writeMultipart | undefined;
}

/** Everything that the kinds of responses have in common. */
export function sendOperation(
  { transport, operation, params, options, caller, writeFiles }: Invocation,
  meta: CallMeta,
): APIPromise<unknown> {
  const {
    signal,
    headers,
    query,
    body,
    idempotencyKey,
    onProgress,
    onEvent: _,
    prefetch: __,
    reconnect: ___,
    ...settings
  } = options;
  // Aborts when the call ends in any way; the caller's signal does not cover timeouts.
  const reading = writeFiles && new AbortController();
  try {
    const request = {
      method: operation.method,
      url: operation.url,
      ...placeParams(operation, params, body),
      headers: {
        ...(operation.body === 'json' ? { 'content-type': 'application/json' } : {}),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...toRecord(headers),
      },
      signal,
      meta: {
        operation: operation.id,
        key: operation.key,
        keyHeader: operation.keyHeader,
        headers: { accept: 'application/json' },
        query,
        ...settings,
        ...(reading ? { onProgress, whenOver: () => reading.abort() } : {}),
        caller,
        ...meta,
      },
      bodySerializer: (fields: Values) =>
        writeFiles
          ? writeFiles(fields, {
              writeJson,
              signal: reading?.signal,
              files: operation.files,
              limits: operation.upload,
            })
          : writeJson(fields, operation.names),
    };
    // hey-api's types only promise a promise, and do not know all that ours takes.
    return clientOf(transport).request(request as never) as unknown as APIPromise<unknown>;
  } catch (fault) {
    return new APIPromise(() => Promise.reject(fault as Error), meta.start, caller);
  }
}
