import { joined } from './audio-bytes.js';

/** Cuts audio into messages that end between two samples, wherever the pieces end in which it comes. */
export class SampleChunker {
  readonly #sampleBytes: number;
  readonly #maxBytes: number;
  /** The beginning of a sample whose end has not come yet. */
  #rest = new Uint8Array();

  constructor(sampleBytes: number, maxBytes: number) {
    this.#sampleBytes = sampleBytes;
    this.#maxBytes = maxBytes - (maxBytes % sampleBytes);
  }

  /** How many bytes of an unfinished sample are waiting for the next piece. */
  get restBytes(): number {
    return this.#rest.byteLength;
  }

  *cut(piece: Uint8Array): Generator<Uint8Array, void> {
    const bytes = this.#rest.byteLength > 0 ? joined(this.#rest, piece) : piece;
    const whole = bytes.byteLength - (bytes.byteLength % this.#sampleBytes);
    this.#rest = bytes.slice(whole);
    for (let start = 0; start < whole; start += this.#maxBytes) {
      yield bytes.subarray(start, Math.min(start + this.#maxBytes, whole));
    }
  }
}
