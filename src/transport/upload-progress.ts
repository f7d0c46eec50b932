import type { StreamedBody } from '../internal/streamed-body.js';
import { isStreamed, type RequestBody } from './send.js';
import type { Progress } from './supervise.js';

/**
 * Report how much of a body has been sent. The body becomes a stream for that; where the runtime's `fetch`
 * cannot send streams, as in some browsers, only the beginning is reported.
 */
export async function withProgress(
  body: RequestBody | undefined | Promise<RequestBody | undefined>,
  onProgress: (progress: Progress) => void,
): Promise<RequestBody | undefined> {
  const given = await body;
  if (!(given instanceof Blob) && !isStreamed(given)) return given;
  const streamed = isStreamed(given) ? given : streamOf(given);
  const totalBytes = streamed.byteLength;
  if (!canSendStreams()) {
    onProgress({ sentBytes: 0, receivedBytes: 0, totalBytes });
    return given;
  }
  return { ...streamed, open: () => counted(streamed.open(), totalBytes, onProgress) };
}

const streamOf = (blob: Blob): StreamedBody => ({
  contentType: blob.type,
  byteLength: blob.size,
  replayable: true,
  open: () => blob.stream(),
});

function counted(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  totalBytes: number | undefined,
  onProgress: (progress: Progress) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sentBytes = 0;
  const report = () => onProgress({ sentBytes, receivedBytes: 0, totalBytes });
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>(
    {
      start: report,
      transform(chunk, controller) {
        sentBytes += chunk.byteLength;
        controller.enqueue(chunk);
        report();
      },
    },
    { highWaterMark: 0 },
    { highWaterMark: 0 },
  );
  return stream.pipeThrough(count);
}

/** A runtime that cannot send streams never looks at `duplex`, or takes the stream for text. */
function canSendStreams(): boolean {
  let asked = false;
  const { headers } = new Request('https://mistral-sdk.invalid', {
    body: new ReadableStream(),
    method: 'POST',
    get duplex() {
      asked = true;
      return 'half';
    },
  } as RequestInit);
  return asked && !headers.has('content-type');
}
