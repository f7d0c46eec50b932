import { messageIn } from './element.js';

export interface UploadOptions {
  /** Is told the share that was sent, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Send a file with progress, and read the response as it arrives. `fetch` tells nobody how far an upload has come; this can, and makes
 * a stream of the response.
 */
export function upload(
  path: string,
  file: File,
  { onProgress, signal }: UploadOptions,
): Promise<ReadableStream<Uint8Array>> {
  const request = new XMLHttpRequest();
  request.open('POST', path);
  signal.addEventListener('abort', () => request.abort(), { once: true });
  const encoder = new TextEncoder();
  let read = 0;
  const unread = () => {
    const text = request.responseText.slice(read);
    read += text.length;
    return encoder.encode(text);
  };
  return new Promise((resolve, reject) => {
    let body: ReadableStreamDefaultController<Uint8Array>;
    const fail = (error: Error) => {
      reject(error);
      body?.error(error);
    };
    onProgress(0);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total === 0 ? 1 : loaded / total),
    );
    request.upload.addEventListener('load', () => onProgress(1));
    request.addEventListener('readystatechange', () => {
      if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED || request.status !== 200) return;
      resolve(
        new ReadableStream({
          start: (controller) => void (body = controller),
          cancel: () => request.abort(),
        }),
      );
    });
    request.addEventListener('progress', () => {
      if (request.status === 200) body.enqueue(unread());
    });
    request.addEventListener('load', () => {
      if (request.status === 200) body.close();
      else fail(new Error(messageIn(request.responseText, request.status)));
    });
    request.addEventListener('error', () => fail(new Error('The connection to the server was lost')));
    request.addEventListener('abort', () => fail(new Error('Cancelled')));
    request.send(file);
  });
}
