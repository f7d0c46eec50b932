/** A multiple of three, so that the encoded parts can be joined; small enough for the arguments of one call. */
const partBytes = 3 * 8192;

/** Node's `Buffer`, typed by structure so that no Node types are needed. */
interface WithBuffer {
  Buffer?: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
  };
}

/** Encode bytes as base64 by the fastest available way; temporary strings are at most 24 KiB. */
export function toBase64(bytes: Uint8Array): string {
  // Newer runtimes have it built in; the types do not know it yet.
  const native = bytes as Uint8Array & { toBase64?: () => string };
  if (native.toBase64) return native.toBase64();
  const { Buffer } = globalThis as WithBuffer;
  if (Buffer) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let text = '';
  for (let start = 0; start < bytes.byteLength; start += partBytes) {
    const part = bytes.subarray(start, start + partBytes);
    // Any list of numbers will do; the type wants an array.
    text += btoa(String.fromCharCode.apply(null, part as unknown as number[]));
  }
  return text;
}
