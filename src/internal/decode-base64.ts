/** What Node has had for long, told by structure so that no Node type is needed. */
interface WithBuffer {
  Buffer?: { from(text: string, encoding: 'latin1'): Uint8Array };
}

/** What newer runtimes have; the types do not know it yet. */
interface WithFromBase64 {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** The bytes that a text of base64 stands for, by the fastest means there is; `undefined` if it is none. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const native = Uint8Array as WithFromBase64;
    if (native.fromBase64) return native.fromBase64(text);
    // Its own decoder of base64 would skip what is none.
    const characters = atob(text);
    const { Buffer } = globalThis as WithBuffer;
    // Copied, as it may be a part of a buffer that others use.
    if (Buffer) return new Uint8Array(Buffer.from(characters, 'latin1'));
    const bytes = new Uint8Array(characters.length);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}
