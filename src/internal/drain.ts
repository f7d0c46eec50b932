import { onAbort, type Signal } from './cancellation.js';
import { bodyOf } from './response-body.js';

export interface Drained {
  readonly text: string;
  readonly end:
    { readonly kind: 'whole' | 'too large' } | { readonly kind: 'failed'; readonly cause: unknown };
}

/** Read a body as text, up to a number of bytes. The text is kept, however it ends. */
export async function drain(response: Response, signal: Signal, maxBytes: number): Promise<Drained> {
  const reader = bodyOf(response, 'text')?.getReader();
  if (!reader) return { text: '', end: { kind: 'whole' } };
  // Also ends a pending read of a body that does not listen to the signal.
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined);
  let stop = () => {};
  if (signal.aborted) cancel();
  else stop = onAbort(signal, cancel);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: decode(chunks, 'whole'), end: { kind: 'whole' } };
      if (!ArrayBuffer.isView(value)) throw new TypeError('The body does not give bytes');
      size += value.byteLength;
      if (size > maxBytes) {
        // Not awaited: a source may take long to end.
        cancel();
        return { text: decode(chunks, 'cut'), end: { kind: 'too large' } };
      }
      chunks.push(value);
    }
  } catch (cause) {
    return { text: decode(chunks, 'cut'), end: { kind: 'failed', cause } };
  } finally {
    stop();
    reader.releaseLock();
  }
}

/** Created with the first body: some environments that load this module, such as the jsdom of Jest, have none. */
let decoder: TextDecoder | undefined;

function decode(chunks: readonly Uint8Array[], end: 'whole' | 'cut'): string {
  // Most responses are one chunk, which runtimes decode faster without a stream.
  if (chunks.length === 1 && end === 'whole') return (decoder ??= new TextDecoder()).decode(chunks[0]);
  const stream = new TextDecoder();
  let text = '';
  for (const chunk of chunks) text += stream.decode(chunk, { stream: true });
  // A truncated text may end within a character, which is dropped.
  return end === 'whole' ? text + stream.decode() : text;
}
