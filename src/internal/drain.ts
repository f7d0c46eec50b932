import { onAbort, type Signal } from './cancellation.js';
import { bodyOf } from './response-body.js';

export interface Drained {
  readonly text: string;
  readonly end:
    { readonly kind: 'whole' | 'too large' } | { readonly kind: 'failed'; readonly cause: unknown };
}

/** Read a body as text up to so many bytes. However it ends, what had arrived is kept. */
export async function drain(response: Response, signal: Signal, maxBytes: number): Promise<Drained> {
  const reader = bodyOf(response, 'text')?.getReader();
  if (!reader) return { text: '', end: { kind: 'whole' } };
  // A pending read ends with it, also of a body that does not know the signal.
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined);
  let stop = () => {};
  if (signal.aborted) cancel();
  else stop = onAbort(signal, cancel);
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: decode(pieces, 'whole'), end: { kind: 'whole' } };
      if (!ArrayBuffer.isView(value)) throw new TypeError('The body does not give bytes');
      size += value.byteLength;
      if (size > maxBytes) {
        // Not waited for: a source may take its time to end.
        cancel();
        return { text: decode(pieces, 'cut'), end: { kind: 'too large' } };
      }
      pieces.push(value);
    }
  } catch (cause) {
    return { text: decode(pieces, 'cut'), end: { kind: 'failed', cause } };
  } finally {
    stop();
    reader.releaseLock();
  }
}

/** Made with the first body: not every runtime that loads this module has one, as the jsdom of Jest. */
let decoder: TextDecoder | undefined;

function decode(pieces: readonly Uint8Array[], end: 'whole' | 'cut'): string {
  // Most answers come in one piece, for which a runtime has a shorter way.
  if (pieces.length === 1 && end === 'whole') return (decoder ??= new TextDecoder()).decode(pieces[0]);
  const stream = new TextDecoder();
  let text = '';
  for (const piece of pieces) text += stream.decode(piece, { stream: true });
  // Half of a character at a cut is left out.
  return end === 'whole' ? text + stream.decode() : text;
}
