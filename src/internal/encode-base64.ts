/** Three bytes are four characters, so parts of this size can be joined; few enough to be arguments of one call. */
const partBytes = 3 * 8192;

/** What Node has had for long, told by structure so that no Node type is needed. */
interface WithBuffer {
  Buffer?: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
  };
}

/** Encode bytes as base64, by the fastest means there is; beside the result there is never a string of more than 24 KiB. */
export function toBase64(bytes: Uint8Array): string {
  // Newer runtimes do it themselves; the types do not know it yet.
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
