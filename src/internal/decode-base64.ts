/** Node's `Buffer`, typed by structure so that no Node types are needed. */
interface WithBuffer {
  Buffer?: { from(text: string, encoding: 'latin1'): Uint8Array };
}

/** Newer runtimes have this; the types do not know it yet. */
interface WithFromBase64 {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** Decode base64 by the fastest available way; `undefined` if the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const native = Uint8Array as WithFromBase64;
    if (native.fromBase64) return native.fromBase64(text);
    // `Buffer` itself would skip invalid characters.
    const characters = atob(text);
    const { Buffer } = globalThis as WithBuffer;
    // Copied, as it may be part of a shared pool.
    if (Buffer) return new Uint8Array(Buffer.from(characters, 'latin1'));
    const bytes = new Uint8Array(characters.length);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}
