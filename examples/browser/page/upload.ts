export interface UploadOptions {
  /** Is told the share that was sent, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Send a file with progress, and read the response as it arrives. `fetch` tells nobody how far an upload has come; this can, and
 * gives what `fetch` would give.
 */
export function upload(path: string, file: File, { onProgress, signal }: UploadOptions): Promise<Response> {
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
      if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => void (body = controller),
        cancel: () => request.abort(),
      });
      const contentType = request.getResponseHeader('content-type') ?? '';
      resolve(new Response(stream, { status: request.status, headers: { 'content-type': contentType } }));
    });
    request.addEventListener('progress', () => body.enqueue(unread()));
    request.addEventListener('load', () => body.close());
    request.addEventListener('error', () => fail(new TypeError('The connection to the server was lost')));
    request.addEventListener('abort', () => fail(new DOMException('Cancelled', 'AbortError')));
    request.send(file);
  });
}
