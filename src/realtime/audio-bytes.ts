/** Bytes of audio. They are copied at once, so the buffer may be reused. */
export type AudioBytes = ArrayBuffer | ArrayBufferView;

export const isBytes = (audio: unknown): audio is AudioBytes =>
  audio instanceof ArrayBuffer || ArrayBuffer.isView(audio);

export const copyOf = (audio: AudioBytes): Uint8Array =>
  ArrayBuffer.isView(audio)
    ? new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength).slice()
    : new Uint8Array(audio.slice(0));

export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.byteLength + second.byteLength);
  both.set(first);
  both.set(second, first.byteLength);
  return both;
}
