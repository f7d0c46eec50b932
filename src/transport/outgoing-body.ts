import { callBack } from '../internal/callback-failure.js';
import { isBrowser } from '../internal/environment.js';
import type { StreamedBody } from '../internal/streamed-body.js';
import { isStreamed, type RequestBody } from './send.js';
import type { Progress } from './supervise.js';

type Report = (progress: Progress) => void;

/** Blobs above this size are sent in chunks, so that a file on disk is never completely in memory. */
const maxWholeBytes = 1024 * 1024;

/**
 * Prepare a body: as a stream if it is large, or its progress is reported. Browsers read blobs in chunks by themselves, and
 * send streams only over HTTP/2, if at all: there, only the start is reported.
 */
export function outgoingBody(
  given: RequestBody | undefined,
  onProgress: Report | undefined,
): RequestBody | undefined | Promise<RequestBody> {
  if (!(given instanceof Blob) && !isStreamed(given)) return given;
  const isLarge = given instanceof Blob && given.size > maxWholeBytes;
  if (!isLarge && !onProgress) return given;
  const staysWhole = given instanceof Blob && isBrowser();
  const streamed = isStreamed(given) ? given : streamOf(given);
  const totalBytes = streamed.byteLength;
  if (staysWhole || !canSendStreams()) return onProgress ? reported(given, totalBytes, onProgress) : given;
  if (!onProgress) return streamed;
  return { ...streamed, open: () => counted(streamed.open(), totalBytes, onProgress) };
}

async function reported(
  body: RequestBody,
  totalBytes: number | undefined,
  onProgress: Report,
): Promise<RequestBody> {
  await callBack(onProgress, { sentBytes: 0, receivedBytes: 0, totalBytes });
  return body;
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
  onProgress: Report,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  let sentBytes = 0;
  const report = async () => {
    try {
      await callBack(onProgress, { sentBytes, receivedBytes: 0, totalBytes });
    } catch (error) {
      void reader.cancel(error).catch(() => undefined);
      throw error;
    }
  };
  return new ReadableStream(
    {
      start: report,
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        sentBytes += value.byteLength;
        controller.enqueue(value);
        await report();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A runtime that cannot send streams does not read `duplex`, or converts the stream to text. */
function canSendStreams(): boolean {
  let readsDuplex = false;
  const { headers } = new Request('https://mistral-sdk.invalid', {
    body: new ReadableStream(),
    method: 'POST',
    get duplex() {
      readsDuplex = true;
      return 'half';
    },
  } as RequestInit);
  return readsDuplex && !headers.has('content-type');
}
