import { joined } from './audio-bytes.js';

/** Splits audio into messages that end between two samples, wherever its chunks end. */
export class SampleChunker {
  readonly #sampleBytes: number;
  readonly #maxBytes: number;
  /** An incomplete sample. */
  #rest = new Uint8Array();

  constructor(sampleBytes: number, maxBytes: number) {
    this.#sampleBytes = sampleBytes;
    this.#maxBytes = maxBytes - (maxBytes % sampleBytes);
  }

  /** How many bytes of an incomplete sample wait for the next chunk. */
  get restBytes(): number {
    return this.#rest.byteLength;
  }

  *cut(chunk: Uint8Array): Generator<Uint8Array, void> {
    const bytes = this.#rest.byteLength > 0 ? joined(this.#rest, chunk) : chunk;
    const whole = bytes.byteLength - (bytes.byteLength % this.#sampleBytes);
    this.#rest = bytes.slice(whole);
    for (let start = 0; start < whole; start += this.#maxBytes) {
      yield bytes.subarray(start, Math.min(start + this.#maxBytes, whole));
    }
  }
}
