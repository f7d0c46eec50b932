import { hasResumableStreams } from '../../generated/api.gen.js';
import { Cancellation } from '../internal/cancellation.js';
import type { APIPromise } from '../transport/api-promise.js';
import { performResumable } from './perform-resumable.js';
import type { Invocation } from './send-operation.js';
import { sendStream } from './send-stream.js';
import { streamOf, type StreamClass } from './stream-of.js';
import { StreamWatch } from './watch-stream.js';

export function performStream(invocation: Invocation, StreamClass: StreamClass): APIPromise<unknown> {
  if (hasResumableStreams && invocation.operation.stream!.resume !== undefined)
    return performResumable(invocation, StreamClass);
  const connection = { cancellation: new Cancellation(), watch: new StreamWatch() };
  return streamOf(StreamClass, sendStream(invocation, connection), connection);
}
